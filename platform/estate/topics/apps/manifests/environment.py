"""The environment of an app's container: the platform's variables, then the app's own."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.container import variable, variable_of
from estate.objects.manifest import JsonObject
from estate.topics.apps.manifests.zookeeper import ensemble_environment
from estate.topics.apps.plan.containers import ProcessPlan, VariablePlan
from estate.topics.apps.plan.ensemble import is_ensemble
from estate.topics.apps.plan.model import AppPlan, RpcPlan
from estate.topics.apps.plan.platform_variables import JAVA_OPTIONS

_POD = {
    "address": "status.podIP",
    "name": "metadata.name",
    "namespace": "metadata.namespace",
    "node": "spec.nodeName",
    "node-address": "status.hostIP",
}
_SIZE = {
    "cpu": ("requests.cpu", "1"),
    "memory": ("limits.memory", "1"),
    "memory-mib": ("limits.memory", "1Mi"),
}
"""By word: the resource, and what it is divided by; the kubelet rounds up
(ExtractContainerResourceValue in k8s.io/kubernetes/pkg/api/v1/resource)."""


def environment(plan: AppPlan) -> Iterator[JsonObject]:
    """The variables of the app's own container, in order."""
    options = _java_options(plan)
    own = plan.process.variables
    if is_ensemble(plan):
        yield from ensemble_environment(plan)
    elif plan.rpc:
        yield from _dubbo(plan, plan.rpc)
    elif options and all(one.name != JAVA_OPTIONS for one in own):
        yield variable(JAVA_OPTIONS, options)
    for one in own:
        if one.name == JAVA_OPTIONS and options:
            yield variable(JAVA_OPTIONS, f"{one.value} {options}".strip())
        else:
            yield entry(one)


def entry(plan: VariablePlan) -> JsonObject:
    """One variable of ``env``."""
    if plan.pod:
        return variable_of(plan.name, _POD[plan.pod])
    if plan.secret:
        reference: JsonObject = {"name": plan.secret, "key": plan.key}
        return {"name": plan.name, "valueFrom": {"secretKeyRef": reference}}
    if plan.size:
        resource, divisor = _SIZE[plan.size]
        # Without a divisor the API server stores "0", which every comparison would find.
        reference = {"resource": resource, "divisor": divisor}
        return {"name": plan.name, "valueFrom": {"resourceFieldRef": reference}}
    return variable(plan.name, plan.value)


def groups(plan: ProcessPlan) -> Iterator[JsonObject]:
    """``envFrom``: all keys of Secrets and ConfigMaps, in order."""
    for one in plan.groups:
        key, name = ("secretRef", one.secret) if one.secret else ("configMapRef", one.settings)
        yield {key: {"name": name}, **({"prefix": one.prefix} if one.prefix else {})}


def _java_options(plan: AppPlan) -> str:
    if plan.logs is None:
        return ""
    dump = dict(plan.logs.mounts)["dump"]
    return f"-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath={dump}"


def _dubbo(plan: AppPlan, rpc: RpcPlan) -> list[JsonObject]:
    """What is registered is said, not guessed: the pod's own address, or its node's (K1).

    Bound is the pod's own either way: what is registered is no default for that.
    """
    first, *others = rpc.registry
    backup = f"?backup={','.join(others)}" if others else ""
    return [
        variable("DUBBO_REGISTRY_ADDRESS", f"zookeeper://{first}{backup}"),
        variable("DUBBO_PROTOCOL_PORT", str(plan.port)),
        variable_of(
            "DUBBO_IP_TO_REGISTRY", "status.hostIP" if rpc.holds_host_port else "status.podIP"
        ),
        variable("DUBBO_PORT_TO_REGISTRY", str(plan.port)),
        variable_of("DUBBO_IP_TO_BIND", "status.podIP"),
        variable("DUBBO_PORT_TO_BIND", str(plan.port)),
    ]
