"""A policy that limits identities: it is seen enforced before what it limits is given (B2, E2).

Each refuses one request that nobody else sends, a dry run of a Namespace that is called after it,
and says by which generation. So the program sees it without being the identity that it limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from estate.objects.hashing import content_hash
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.probe import Probe

API = "admissionregistration.k8s.io/v1"
POLICY = "ValidatingAdmissionPolicy"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a request that is judged must keep to."""

    holds: str
    """A CEL expression that is true where it does."""
    says: str
    """The refusal."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A policy without parameters, its binding, and the probe that shows it."""

    name: str
    resources: tuple[JsonObject, ...]
    """Rules of ``matchConstraints``."""
    judged: str
    """A CEL expression that is true for the requests that it judges."""
    demands: tuple[Demand, ...]
    variables: tuple[tuple[str, str], ...] = ()
    """Name and CEL expression of each, in order."""
    excluded: tuple[str, ...] = ()
    """Namespaces in which it does not hold."""

    @property
    def _probed(self) -> str:
        return (
            "(request.resource.resource == 'namespaces' && request.operation == 'CREATE' && "
            f"request.name == '{self._probe_name}')"
        )

    @property
    def _judged(self) -> str:
        """Other requests for Namespaces reach it for the probe's sake alone."""
        if any("*/*" in cast(list[str], resource["resources"]) for resource in self.resources):
            return self.judged
        return f"request.resource.resource != 'namespaces' && ({self.judged})"

    @property
    def _probe_name(self) -> str:
        return f"{self.name}-probe"

    @property
    def _mark(self) -> str:
        return f"({self.name}, {content_hash(self._spec(''))})"

    def _spec(self, mark: str) -> JsonObject:
        constraints: JsonObject = {"resourceRules": [*self.resources, _NAMESPACES]}
        if self.excluded:
            constraints["namespaceSelector"] = all_but(self.excluded)
        probe = {"expression": f"!{self._probed}", "message": f"The policy is enforced {mark}"}
        return {
            "failurePolicy": "Fail",
            "matchConstraints": constraints,
            "matchConditions": [
                {"name": "judged", "expression": f"{self._probed} || ({self._judged})"}
            ],
            "variables": [
                {"name": name, "expression": expression} for name, expression in self.variables
            ],
            "validations": [
                probe,
                *(
                    {
                        "expression": f"{self._probed} || ({demand.holds})",
                        "reason": "Forbidden",
                        "message": demand.says,
                    }
                    for demand in self.demands
                ),
            ],
        }

    def manifests(self, labels: dict[str, str]) -> tuple[Manifest, Manifest]:
        """The policy and its binding."""
        bound: JsonObject = {"policyName": self.name, "validationActions": ["Deny"]}
        return (
            manifest(API, POLICY, self.name, {"spec": self._spec(self._mark)}, labels=labels),
            manifest(API, f"{POLICY}Binding", self.name, {"spec": bound}, labels=labels),
        )

    def probe(self) -> Probe:
        """The request that only this generation of the policy refuses with its mark."""
        body: JsonObject = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": self._probe_name},
        }
        return Probe(name=self.name, path="/api/v1/namespaces", body=body, says=self._mark)


_NAMESPACES: JsonObject = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE"],
    "resources": ["namespaces"],
    "scope": "Cluster",
}


def rule(
    group: str, resources: Iterable[str], operations: Iterable[str], scope: str = "Namespaced"
) -> JsonObject:
    """A rule of ``matchConstraints``: resources of one API group, in any version."""
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": list(operations),
        "resources": list(resources),
        "scope": scope,
    }


def all_but(namespaces: Iterable[str]) -> JsonObject:
    """A selector of all namespaces but these, by the label that the API server alone gives."""
    without: JsonObject = {
        "key": "kubernetes.io/metadata.name",
        "operator": "NotIn",
        "values": sorted(namespaces),
    }
    return {"matchExpressions": [without]}
