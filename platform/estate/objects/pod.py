"""The one way to build a pod: restricted, spread, probed, stopped gracefully (B3, D6, D8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estate.objects.manifest import JsonObject

USER = 10001
"""Every container runs as this user and group; exports and volumes are given to it."""

STOP_SECONDS = 30
DRAIN_SECONDS = 5
"""How long a stopping pod still answers, until load balancers have noticed."""


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A volume of the pod and where the container sees it."""

    name: str
    path: str
    volume: JsonObject
    read_only: bool = False
    directory_per_pod: bool = False
    """Each pod writes to a directory of its own name (H1)."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """The app's container; CPU and memory as Kubernetes quantities."""

    name: str
    image: str
    port: int
    health: str
    cpu: str
    memory: str
    mounts: tuple[Mount, ...] = ()


def pod_template(
    container: Container,
    *,
    labels: dict[str, str],
    selector: dict[str, str],
    service_account: str,
    node_selector: dict[str, str],
    tolerations: Iterable[JsonObject],
) -> JsonObject:
    """A pod template that Pod Security's ``restricted`` admits."""
    return {
        "metadata": {"labels": labels},
        "spec": {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "nodeSelector": node_selector,
            "tolerations": list(tolerations),
            "topologySpreadConstraints": [
                _spread(key, selector)
                for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
            ],
            "terminationGracePeriodSeconds": STOP_SECONDS,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": USER,
                "runAsGroup": USER,
                "fsGroup": USER,
                "fsGroupChangePolicy": "OnRootMismatch",
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [_container(container)],
            "volumes": [
                {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}},
                *({"name": mount.name, **mount.volume} for mount in container.mounts),
            ],
        },
    }


def _spread(key: str, selector: dict[str, str]) -> JsonObject:
    """Spread where possible: a hard rule would keep replicas from the surviving node (X5)."""
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector},
        "matchLabelKeys": ["pod-template-hash"],
    }


def _container(container: Container) -> JsonObject:
    resources = {"cpu": container.cpu, "memory": container.memory}
    return {
        "name": container.name,
        "image": container.image,
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        "ports": [{"name": "http", "containerPort": container.port, "protocol": "TCP"}],
        "resources": {"requests": resources, "limits": dict(resources)},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "startupProbe": {**_probe(container), "periodSeconds": 5, "failureThreshold": 60},
        "readinessProbe": {**_probe(container), "periodSeconds": 5, "failureThreshold": 2},
        "livenessProbe": {**_probe(container), "periodSeconds": 10, "failureThreshold": 6},
        "lifecycle": {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}},
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 a path in the container
            *(_mount(mount) for mount in container.mounts),
        ],
    }


def _probe(container: Container) -> JsonObject:
    return {"httpGet": {"path": container.health, "port": "http"}, "timeoutSeconds": 2}


def _mount(mount: Mount) -> JsonObject:
    found: JsonObject = {"name": mount.name, "mountPath": mount.path}
    if mount.read_only:
        found["readOnly"] = True
    if mount.directory_per_pod:
        found["subPathExpr"] = "$(POD_NAME)"
    return found
