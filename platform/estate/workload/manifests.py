"""Manifests of the workload room; pure."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.objects import JsonObject, Manifest, SecretSpec
from estate.objects.labels import OWNER, SKIP_AWAIT, app_labels, app_selector
from estate.objects.manifest import manifest
from estate.objects.network_policy import allow_from, allow_from_pods, allow_to, allow_to_pods
from estate.objects.pod import Container, Mount, pod_template
from estate.plan.amounts import cpu_quantity, memory_quantity
from estate.plan.model import AppPlan, LogVolume
from estate.plan.pools import POOL_LABEL

SECRET_KEY = "value"  # noqa: S105 the key, not a value


def app(plan: AppPlan) -> tuple[Manifest, ...]:
    """All objects of the app; once it is retired, only the volume it leaves behind."""
    found = _volume(plan, plan.logs) if plan.logs else []
    if plan.running:
        found += [
            _object(plan, "v1", "ServiceAccount", {"automountServiceAccountToken": False}),
            *_secrets(plan),
            *_policies(plan),
            _deployment(plan),
            _object(plan, "policy/v1", "PodDisruptionBudget", _disruption_budget(plan)),
            _object(plan, "v1", "Service", _service(plan), annotations=SKIP_AWAIT),
        ]
    return tuple(found)


def _object(
    plan: AppPlan,
    api_version: str,
    kind: str,
    fields: JsonObject,
    annotations: dict[str, str] | None = None,
) -> Manifest:
    return manifest(
        api_version,
        kind,
        plan.name,
        fields,
        namespace=plan.namespace,
        labels=app_labels(plan.zone, plan.tenant, plan.name),
        annotations={OWNER: plan.owner, **(annotations or {})},
    )


def _volume(plan: AppPlan, logs: LogVolume) -> list[Manifest]:
    """A static volume, bound in advance, so that no other claim can take it (M1)."""
    name = f"{plan.name}-logs"
    labels = app_labels(plan.zone, plan.tenant, plan.name)
    size = memory_quantity(logs.size)
    volume: JsonObject = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "volumeMode": "Filesystem",
        "mountOptions": ["nfsvers=4.1", "hard", "noatime"],
        "nfs": {"server": str(logs.server), "path": logs.directory},
        "claimRef": {"namespace": plan.namespace, "name": name},
    }
    claim: JsonObject = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeName": name,
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": size}},
    }
    return [
        manifest(
            "v1", "PersistentVolume", name, {"spec": volume}, labels=labels, protect=plan.protected
        ),
        manifest(
            "v1",
            "PersistentVolumeClaim",
            name,
            {"spec": claim},
            namespace=plan.namespace,
            labels=labels,
            annotations=SKIP_AWAIT,
            protect=plan.protected,
        ),
    ]


def _secrets(plan: AppPlan) -> list[Manifest]:
    return [
        manifest(
            "v1",
            "Secret",
            secret.name,
            {"type": "Opaque", "immutable": True},
            namespace=plan.namespace,
            labels=app_labels(plan.zone, plan.tenant, plan.name),
            secret=SecretSpec(key=SECRET_KEY, length=secret.length),
        )
        for secret in plan.secrets
    ]


def _policies(plan: AppPlan) -> list[Manifest]:
    labels = app_labels(plan.zone, plan.tenant, plan.name)
    pods = app_selector(plan.name)
    found: list[Manifest] = []
    if plan.exposure:
        name = f"{plan.name}-exposed"
        sources = plan.exposure.sources
        found.append(allow_from(name, plan.namespace, labels, pods, sources, plan.port))
    if plan.databases:
        name = f"{plan.name}-databases"
        to = [(IPv4Network(database.address), database.port) for database in plan.databases]
        found.append(allow_to(name, plan.namespace, labels, pods, to))
    if plan.connects_to:
        name = f"{plan.name}-connects-to"
        callees = [
            (one.callee_namespace, app_selector(one.callee), one.port) for one in plan.connects_to
        ]
        found.append(allow_to_pods(name, plan.namespace, labels, pods, callees))
    if plan.connected_from:
        name = f"{plan.name}-connected-from"
        callers = [
            (one.caller_namespace, app_selector(one.caller), one.port)
            for one in plan.connected_from
        ]
        found.append(allow_from_pods(name, plan.namespace, labels, pods, callers))
    return found


def _deployment(plan: AppPlan) -> Manifest:
    labels = app_labels(plan.zone, plan.tenant, plan.name)
    selector = app_selector(plan.name)
    container = Container(
        name=plan.name,
        image=plan.image,
        port=plan.port,
        health=plan.health,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        mounts=_mounts(plan),
    )
    template = pod_template(
        container,
        labels=labels,
        selector=selector,
        service_account=plan.name,
        node_selector={POOL_LABEL: plan.pool},
        tolerations=[
            {
                "key": taint.key,
                "operator": "Equal",
                "value": taint.value,
                "effect": taint.effect,
            }
            for taint in plan.tolerations
        ],
    )
    spec: JsonObject = {
        "replicas": plan.replicas,
        "revisionHistoryLimit": 5,
        "progressDeadlineSeconds": plan.ready_within,
        "selector": {"matchLabels": selector},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
        },
        "template": template,
    }
    budget = {"pulumi.com/timeoutSeconds": str(plan.ready_within)}
    return _object(plan, "apps/v1", "Deployment", {"spec": spec}, annotations=budget)


def _mounts(plan: AppPlan) -> tuple[Mount, ...]:
    found = [
        Mount(
            name=f"secret-{index}",
            path=secret.mount,
            volume={"secret": {"secretName": secret.name, "defaultMode": 0o440}},
            read_only=True,
        )
        for index, secret in enumerate(plan.secrets)
    ]
    if plan.logs:
        claim: JsonObject = {"persistentVolumeClaim": {"claimName": f"{plan.name}-logs"}}
        found.append(Mount(name="logs", path=plan.logs.mount, volume=claim, directory_per_pod=True))
    return tuple(found)


def _disruption_budget(plan: AppPlan) -> JsonObject:
    """One replica at a time may go: less than there are, so that a drain gets through (X6)."""
    return {
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": app_selector(plan.name)},
        }
    }


def _service(plan: AppPlan) -> JsonObject:
    port: JsonObject = {
        "name": "http",
        "protocol": "TCP",
        "appProtocol": "http",
        "port": plan.port,
        "targetPort": "http",
    }
    spec: JsonObject = {
        "type": "ClusterIP",
        "selector": app_selector(plan.name),
        "ports": [port],
    }
    if plan.exposure:
        port["nodePort"] = plan.exposure.node_port
        spec["type"] = "NodePort"
        spec["externalTrafficPolicy"] = plan.exposure.traffic_policy
    return {"spec": spec}
