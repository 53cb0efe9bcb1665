"""A rule as three objects: the policy, its parameters under a hashed name, and the binding.

The policy says how to judge and changes with the program; the parameters say what was declared
and change with the estate. A message names both by their hashes, so that who watches knows which
generation refused: both reach API servers with a delay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from estate.objects.hashing import content_hash
from estate.objects.limit import all_but
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.admission.declare.rules import OF_SERVICES, RULES, RuleName
from estate.topics.nodes.plan.platform_namespaces import ADMISSION_NAMESPACE

API = "admissionregistration.k8s.io/v1"

Data = Mapping[str, str]

UNCHANGED = "request.operation == 'CREATE' || object.spec != oldObject.spec"
"""What is there already is not judged again when something else of it changes: a finalizer that
nobody could take off any more would keep it for ever."""

EXCEPTED = "!(request.namespace in params.data.exceptions.split(' '))"
"""For rules of Services and routes: those of pods look at the service account as well."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Resources of one API group, any version."""

    group: str
    names: tuple[str, ...]
    operations: tuple[str, ...] = ("CREATE", "UPDATE")

    def body(self) -> JsonObject:
        """As a rule of ``matchConstraints``."""
        return {
            "apiGroups": [self.group],
            "apiVersions": ["*"],
            "operations": list(self.operations),
            "resources": list(self.names),
            "scope": "Namespaced",
        }


@dataclass(frozen=True, kw_only=True)
class Validation:
    """One thing that must hold, in CEL."""

    holds: str
    """An expression that is true where it does."""
    found: str
    """An expression of the text that says what was found instead."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How one rule judges."""

    rule: RuleName
    resources: tuple[Resources, ...]
    variables: tuple[tuple[str, str], ...] = ()
    """Name and CEL expression of each, in order."""
    validations: tuple[Validation, ...]
    excluded: tuple[str, ...] = ()
    """Namespaces in which it does not hold. It holds in all others: a label that selects some
    could be taken away."""
    judged: str = UNCHANGED
    """The requests that it judges, in CEL."""
    or_when: str = ""
    """What else of an object makes it judged again when it changes, as a CEL alternative."""

    @property
    def name(self) -> str:
        """The policy's name, and that of its binding."""
        return f"estate-{self.rule}"

    @property
    def generation(self) -> str:
        """Differs when the way of judging does."""
        return content_hash(self._spec(""))

    def spec(self) -> JsonObject:
        """The ``spec`` of the ValidatingAdmissionPolicy."""
        return self._spec(self.generation)

    def _spec(self, generation: str) -> JsonObject:
        return {
            "failurePolicy": "Fail",
            "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
            "matchConstraints": {
                "namespaceSelector": all_but(self.excluded),
                "resourceRules": [resource.body() for resource in self.resources],
            },
            "matchConditions": [
                {"name": "judged", "expression": self.judged + self.or_when},
                *(
                    [{"name": "no-exception", "expression": EXCEPTED}]
                    if self.rule in OF_SERVICES
                    else []
                ),
            ],
            "variables": [
                {"name": name, "expression": expression} for name, expression in self.variables
            ],
            "validations": [
                self._validation(validation, generation) for validation in self.validations
            ],
        }

    def _validation(self, one: Validation, generation: str) -> JsonObject:
        rule = RULES[self.rule]
        words = f"Rule {self.rule}: {rule.says}. {rule.way_out}"
        mark = f"{text(f'. {words} (')} + params.metadata.name + {text(f', {generation})')}"
        return {
            "expression": one.holds,
            "reason": "Forbidden",
            "message": words,
            "messageExpression": f"{one.found} + {mark}",
        }


def parameters(name: str, data: Data) -> str:
    """The physical name of the parameters: what they say is in it."""
    return f"{name}-{content_hash(dict(data))}"


def mark(policy: Policy, data: Data) -> str:
    """What a refusal by this very generation of the policy and its parameters says."""
    return f"({parameters(policy.name, data)}, {policy.generation})"


def policy_manifests(policy: Policy, data: Data, labels: dict[str, str]) -> list[Manifest]:
    """The policy, its parameters and, last, its binding."""
    name = policy.name
    return [
        manifest(
            "v1",
            "ConfigMap",
            parameters(name, data),
            {"data": dict(data), "immutable": True},
            namespace=ADMISSION_NAMESPACE,
            labels=labels,
            former=name,
        ),
        manifest(API, "ValidatingAdmissionPolicy", name, {"spec": policy.spec()}, labels=labels),
        manifest(
            API,
            "ValidatingAdmissionPolicyBinding",
            name,
            {
                "spec": {
                    "policyName": name,
                    "paramRef": reference(name, data),
                    "validationActions": ["Deny"],
                }
            },
            labels=labels,
        ),
    ]


def reference(name: str, data: Data) -> JsonObject:
    """How a binding refers to parameters: without them nothing is admitted."""
    return {
        "name": parameters(name, data),
        "namespace": ADMISSION_NAMESPACE,
        "parameterNotFoundAction": "Deny",
    }


def text(words: str) -> str:
    """A literal in CEL."""
    return json.dumps(words, ensure_ascii=False)
