"""Pods, from the templates of what runs them: all replicas of one template are alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from estate.objects.manifest import JsonObject
from estate.proof.emitted import Emitted, Place
from estate.proof.readers.nodes import Nodes
from estate.proof.readers.ports import Ports, Protocol, port
from estate.proof.readers.strict import Loose, Metadata, Troubles, mapping

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet")
BY_CONTROLLERS = (
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-uid",
    "job-name",
)
"""Labels that no template has: controllers add them to each pod."""

Origin = Literal["emitted", "undeclared", "given", "promised"]


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of one template."""

    place: Place
    namespace: str
    name: str
    labels: Mapping[str, str] = field(hash=False)
    named: Mapping[str, Ports] = field(default_factory=dict[str, Ports], hash=False)
    """Ports that containers give a name."""
    listening: frozenset[Ports] = frozenset()
    held: frozenset[Ports] = frozenset()
    """Ports that they hold on their node."""
    host_network: bool = False
    replicas: int = 0
    nodes: tuple[str, ...] = ()
    """Where they may stand."""
    spread: bool = False
    """Replicas stand on different nodes where there are any."""
    claims: tuple[str, ...] = ()
    """Claims that all of them mount."""
    own_claims: tuple[str, ...] = ()
    """Volumes of which each replica has its own claim."""
    configs: frozenset[str] = frozenset()
    """Config maps that they mount."""
    first: int = 0
    """The number of the first replica, where they are counted."""
    origin: Origin = "emitted"
    any_labels: bool = False
    """Its author gives it the labels that open most."""

    @property
    def full_name(self) -> str:
        """As people name it."""
        return f"{self.namespace}/{self.name}"


class _Port(Loose):
    containerPort: int
    name: str = ""
    protocol: Protocol = "TCP"
    hostPort: int | None = None


class _Container(Loose):
    ports: tuple[_Port, ...] = ()


class _Claim(Loose):
    claimName: str


class _ConfigMap(Loose):
    name: str


class _Volume(Loose):
    persistentVolumeClaim: _Claim | None = None
    configMap: _ConfigMap | None = None


class _Spread(Loose):
    topologyKey: str


class _Spec(Loose):
    hostNetwork: bool = False
    nodeName: str | None = None
    nodeSelector: dict[str, str] = Field(default_factory=dict[str, str])
    affinity: dict[str, object] = Field(default_factory=dict[str, object])
    containers: tuple[_Container, ...]
    volumes: tuple[_Volume, ...] = ()
    topologySpreadConstraints: tuple[_Spread, ...] = ()


class _Labels(Loose):
    labels: dict[str, str] = Field(default_factory=dict[str, str])


class _Template(Loose):
    metadata: _Labels = _Labels()
    spec: _Spec


class _Ordinals(Loose):
    start: int = 0


class _ClaimTemplate(Loose):
    metadata: Metadata


class _Workload(Loose):
    replicas: int | None = None
    parallelism: int | None = None
    template: _Template
    ordinals: _Ordinals = _Ordinals()
    volumeClaimTemplates: tuple[_ClaimTemplate, ...] = ()


class _Scale(Loose):
    minReplicas: int = 1
    scaleTargetRef: Metadata


def read_pods(emitted: Emitted, nodes: Nodes, troubles: Troubles) -> Iterator[Pods]:
    """The pods of every workload."""
    least = _least(emitted, troubles)
    for place, body in emitted.of_kind(*WORKLOADS, "Pod"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        workload = troubles.read(_Workload, _spec(body), place)
        if metadata and workload:
            key = (metadata.namespace, metadata.name)
            found = _pods(place, body, metadata, workload, nodes, least.get(key, 1))
            if "nodeAffinity" in workload.template.spec.affinity or workload.template.spec.nodeName:
                troubles.refuse(place, "where its pods may stand is not said by nodeSelector alone")
            yield found


def undeclared_pods(place: Place, namespace: str, origin: Origin) -> Iterator[Pods]:
    """Two pods that somebody starts by hand: one without labels, one with those of any other."""
    for name, chosen in (("(pod without labels)", False), ("(pod with any labels)", True)):
        yield Pods(
            place=place,
            namespace=namespace,
            name=name,
            labels={},
            any_labels=chosen,
            origin=origin,
        )


def _spec(body: JsonObject) -> JsonObject:
    spec = mapping(body["spec"])
    match body["kind"]:
        case "CronJob":
            return mapping(mapping(spec.get("jobTemplate")).get("spec"))
        case "Pod":
            return {"replicas": 1, "template": {"metadata": body["metadata"], "spec": spec}}
        case _:
            return spec


def _least(emitted: Emitted, troubles: Troubles) -> dict[tuple[str, str], int]:
    """How many replicas an autoscaler keeps at least."""
    found: dict[tuple[str, str], int] = {}
    for place, body in emitted.of_kind("HorizontalPodAutoscaler"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        scale = troubles.read(_Scale, body["spec"], place)
        if metadata and scale:
            found[metadata.namespace, scale.scaleTargetRef.name] = scale.minReplicas
    return found


def _pods(
    place: Place,
    body: JsonObject,
    metadata: Metadata,
    workload: _Workload,
    nodes: Nodes,
    least: int,
) -> Pods:
    spec = workload.template.spec
    ports = [one for container in spec.containers for one in container.ports]
    standing = nodes.selected(spec.nodeSelector)
    match body["kind"]:
        case "DaemonSet":
            replicas = len(standing)
        case "CronJob" | "Job":
            replicas = workload.parallelism if workload.parallelism is not None else 1
        case _:
            replicas = workload.replicas if workload.replicas is not None else least
    apart = mapping(spec.affinity.get("podAntiAffinity"))
    return Pods(
        place=place,
        namespace=metadata.namespace,
        name=metadata.name,
        labels=workload.template.metadata.labels,
        named={one.name: port(one.containerPort, one.protocol) for one in ports if one.name},
        listening=frozenset(port(one.containerPort, one.protocol) for one in ports),
        held=frozenset(port(one.hostPort, one.protocol) for one in ports if one.hostPort),
        host_network=spec.hostNetwork,
        replicas=replicas,
        nodes=standing,
        spread=body["kind"] == "DaemonSet"
        or bool(apart)
        or any(
            constraint.topologyKey == "kubernetes.io/hostname"
            for constraint in spec.topologySpreadConstraints
        ),
        claims=tuple(
            volume.persistentVolumeClaim.claimName
            for volume in spec.volumes
            if volume.persistentVolumeClaim
        ),
        configs=frozenset(volume.configMap.name for volume in spec.volumes if volume.configMap),
        own_claims=tuple(template.metadata.name for template in workload.volumeClaimTemplates),
        first=workload.ordinals.start,
    )
