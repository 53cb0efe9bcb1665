"""The one way to build a pod: restricted, spread, probed, stopped gracefully (B3, D6, D8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estate.objects.container import Container, init_container, main_container
from estate.objects.manifest import JsonObject

USER = 10001
"""Every container runs as this user and group; exports and volumes are given to it. The number is
the estate's own choice, above those that distributions give to people and services."""

STOP_SECONDS = 30
"""Seconds that a pod has to end, where nothing else is declared."""

TMP = 256 * 2**20
"""Bytes that ``/tmp`` may hold, where nothing else is declared."""

_PRIVILEGED_PORTS = 1024


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Which nodes a pod may stand on."""

    node_selector: dict[str, str]
    tolerations: tuple[JsonObject, ...]


@dataclass(frozen=True, kw_only=True)
class NodeAccess:
    """What the pod shares with its node; each takes an exception (B3, X9)."""

    network: bool = False
    """It has no address of its own: no NetworkPolicy selects it."""
    processes: bool = False


def pod_template(
    container: Container,
    *,
    labels: dict[str, str],
    service_account: str,
    placement: Placement,
    spread: Iterable[JsonObject] = (),
    anti_affinity: dict[str, str] | None = None,
    first: Iterable[Container] = (),
    restart: str = "",
    beside: Iterable[Container] = (),
    token: bool = False,
    node: NodeAccess | None = None,
    user: int = USER,
    group: int | None = None,
    tmp: int = TMP,
    stop_within: int = STOP_SECONDS,
    host_aliases: Iterable[JsonObject] = (),
) -> JsonObject:
    """A pod template that Pod Security's ``restricted`` admits, unless ``node`` asks for more.

    ``anti_affinity`` selects the pods with which it never shares a node; ``first`` start before
    the container, in this order; ``restart`` is the policy where it is not ``Always``; ``beside``
    run with the container; ``token`` lets it speak to the API server as its service account;
    ``user`` is who it runs as, where its image knows no other, and ``group`` its group, where that
    is another number; ``tmp``: bytes; ``stop_within``: seconds;
    ``host_aliases``: names that its containers know beside those of the name service.
    """
    spec: JsonObject = {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": token,
        "enableServiceLinks": False,
        "nodeSelector": placement.node_selector,
        "tolerations": list(placement.tolerations),
    }
    if constraints := list(spread):
        spec["topologySpreadConstraints"] = constraints
    if anti_affinity:
        term: JsonObject = {
            "topologyKey": "kubernetes.io/hostname",
            "labelSelector": {"matchLabels": anti_affinity},
        }
        rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
        spec["affinity"] = {"podAntiAffinity": rule}
    if restart:
        spec["restartPolicy"] = restart
    spec |= {
        "terminationGracePeriodSeconds": stop_within,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user if group is None else group,
            "fsGroup": user if group is None else group,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
            **_low_ports(container),
        },
    }
    if aliases := list(host_aliases):
        spec["hostAliases"] = aliases
    before = list(first)
    if before:
        spec["initContainers"] = [init_container(one) for one in before]
    if node and node.network:
        spec |= {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}
    if node and node.processes:
        spec["hostPID"] = True
    others = list(beside)
    every = (container, *others, *before)
    mounts = [mount for one in every for mount in one.mounts]
    volumes = {mount.name: mount.volume for mount in mounts if mount.volume}
    spec |= {
        "containers": [main_container(one) for one in (container, *others)],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": f"{tmp // 2**20}Mi"}},
            *({"name": name, **volume} for name, volume in volumes.items()),
        ],
    }
    return {"metadata": {"labels": labels}, "spec": spec}


def _low_ports(container: Container) -> JsonObject:
    """Ports below 1024, for a user that is not root.

    The kernel's own setting of the pod's network: a capability would not do, since a process that
    is not root has it only by its file, which ``allowPrivilegeEscalation: false`` ignores. It is
    one of the safe sysctls, and the Pod Security standard allows it
    (kubernetes.io/docs/concepts/security/pod-security-standards, baseline, Sysctls).
    """
    lowest = min((port.number for port in container.ports), default=_PRIVILEGED_PORTS)
    if lowest >= _PRIVILEGED_PORTS:
        return {}
    return {"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": str(lowest)}]}


def spread(selector: dict[str, str], *revision: str) -> list[JsonObject]:
    """Over nodes and racks, where possible: a hard rule would keep replicas from the survivor (X5).

    ``revision`` is the label that tells pods of one revision from those of another.
    """
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector},
            **({"matchLabelKeys": list(revision)} if revision else {}),
        }
        for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]
