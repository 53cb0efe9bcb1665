"""Placement of pods: added to every pod without it, and checked for every pod with it.

A node selector or a toleration that names another pool is refused, not overwritten: its author
had a reason. Node affinity needs no rule: the scheduler joins it with the selector, so it chooses
among the pool's nodes only.
"""

from __future__ import annotations

from estate.objects.hashing import content_hash
from estate.objects.limit import all_but
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.admission.manifests.pods import ACCOUNT, EXCEPTED, POD, PODS
from estate.topics.admission.manifests.policy import (
    API,
    Data,
    Policy,
    Resources,
    Validation,
    reference,
    text,
)
from estate.topics.nodes.plan.pools import POOL_LABEL

NAME = "estate-placement"

CONDITIONS = tuple(
    f"node.kubernetes.io/{condition}"
    for condition in (
        "not-ready",
        "unreachable",
        "memory-pressure",
        "disk-pressure",
        "pid-pressure",
        "unschedulable",
    )
)
"""Taints that tell of a node's condition, not of whose it is; Kubernetes itself tolerates them."""

_POOL = ("pool", "params.data[?('pool.' + request.namespace)].orValue('')")
_TAINTS = (
    "taints",
    "params.data[?('taints.' + request.namespace)].orValue('').split(' ').filter(t, t != '')",
)
_SELECTOR = ("selector", "variables.pod.?nodeSelector.orValue({})")
_TOLERATED = "t.?key.orValue('') + '=' + t.?value.orValue('') + ':' + t.?effect.orValue('')"
_SHOWN = f"(t.?key.orValue('') == '' ? 'of every taint' : {_TOLERATED})"
_LABEL = text(POOL_LABEL)
_OTHER = f"variables.selector.filter(k, k != {_LABEL} || variables.selector[k] != variables.pool)"
_FOREIGN = (
    "variables.tolerations.filter(t, "
    f"!(t.?key.orValue('') in {list(CONDITIONS)}) && "
    f"!(t.?operator.orValue('Equal') == 'Equal' && ({_TOLERATED}) in variables.taints))"
)


def placement(*, mutates: bool) -> Policy:
    """The rule. Where nothing puts the pool on pods, what makes pods has to name it as well.

    A DaemonSet always has to: its controller makes a pod for each node that its template selects.
    """
    named = "['Pod', 'DaemonSet']" if mutates else "[object.kind]"
    return Policy(
        rule="placement",
        resources=PODS,
        variables=(
            POD,
            ACCOUNT,
            EXCEPTED,
            _POOL,
            _TAINTS,
            _SELECTOR,
            ("tolerations", "variables.pod.?tolerations.orValue([])"),
        ),
        validations=(
            Validation(
                holds="variables.excepted || variables.pool != ''",
                found="'namespace ' + request.namespace + ' has no pool'",
            ),
            Validation(
                holds=f"variables.excepted || {_OTHER}.size() == 0",
                found=f"'the node selector ' + {_OTHER}[0] + '=' + variables.selector[{_OTHER}[0]] "
                "+ ' leaves the pool ' + variables.pool",
            ),
            Validation(
                holds=f"variables.excepted || !(object.kind in {named}) || "
                f"{_LABEL} in variables.selector",
                found="'no node selector names the pool ' + variables.pool",
            ),
            Validation(
                # A pod that runs has the node's name, which the scheduler gave it.
                holds="(object.kind == 'Pod' && request.operation == 'UPDATE') || "
                "variables.pod.?nodeName.orValue('') == ''",
                found="'the pod is put on node ' + variables.pod.?nodeName.orValue('')",
            ),
            Validation(
                holds=f"variables.excepted || {_FOREIGN}.size() == 0",
                found=f"'the toleration ' + {_FOREIGN}.map(t, {_SHOWN})[0] + "
                "' is not one of the pool ' + variables.pool",
            ),
        ),
    )


_MISSING = (
    "variables.taints.filter(x, !object.spec.?tolerations.orValue([]).exists(t, "
    f"({_TOLERATED}) == x))"
)
_AS_TOLERATION = (
    "Object.spec.tolerations{key: x.split('=')[0], operator: 'Equal', "
    "value: x.split('=')[1].split(':')[0], effect: x.split(':')[1]}"
)
_PATH = f"'/spec/nodeSelector/' + jsonpatch.escapeKey({_LABEL})"

SELECT = (
    f"has(object.spec.nodeSelector) ? ({_LABEL} in object.spec.nodeSelector ? [] : "
    f"[JSONPatch{{op: 'add', path: {_PATH}, value: variables.pool}}]) : "
    "[JSONPatch{op: 'add', path: '/spec/nodeSelector', "
    f"value: {{{_LABEL}: variables.pool}}}}]"
)
TOLERATE = (
    "(has(object.spec.tolerations) || variables.missing.size() == 0 ? [] : "
    "[JSONPatch{op: 'add', path: '/spec/tolerations', value: []}]) + "
    f"variables.missing.map(x, JSONPatch{{op: 'add', path: '/spec/tolerations/-', "
    f"value: {_AS_TOLERATION}}})"
)
"""Both say what is missing only, so that a second run, after another mutation, changes nothing.

Tolerations are added one by one: an API server before the fix of kubernetes#140419 panics over a
patch whose value is a list of objects, and answers the request with a broken connection.
"""


def mutation_spec(excluded: tuple[str, ...]) -> JsonObject:
    """The ``spec`` of the MutatingAdmissionPolicy."""
    return {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "IfNeeded",
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "matchConstraints": {
            "namespaceSelector": all_but(excluded),
            "resourceRules": [Resources(group="", names=("pods",), operations=("CREATE",)).body()],
        },
        "matchConditions": [
            {
                "name": "no-exception",
                "expression": "!((request.namespace + '/' + "
                "object.spec.?serviceAccountName.orValue('default')) "
                "in params.data.exceptions.split(' '))",
            },
            {"name": "pinned", "expression": "'pool.' + request.namespace in params.data"},
        ],
        "variables": [
            {"name": name, "expression": expression}
            for name, expression in (_POOL, _TAINTS, ("missing", _MISSING))
        ],
        "mutations": [
            {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}
            for expression in (SELECT, TOLERATE)
        ],
    }


def mutation_generation(excluded: tuple[str, ...]) -> str:
    """Differs when what is put on pods does."""
    return content_hash(mutation_spec(excluded))


def mutation_manifests(
    data: Data, labels: dict[str, str], excluded: tuple[str, ...]
) -> list[Manifest]:
    """The mutation and its binding; its parameters are those of the rule."""
    return [
        manifest(
            API, "MutatingAdmissionPolicy", NAME, {"spec": mutation_spec(excluded)}, labels=labels
        ),
        manifest(
            API,
            "MutatingAdmissionPolicyBinding",
            NAME,
            {"spec": {"policyName": NAME, "paramRef": reference(NAME, data)}},
            labels=labels,
        ),
    ]
