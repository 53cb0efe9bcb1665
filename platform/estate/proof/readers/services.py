"""Services: from a name and a port, or a node port, to the pods behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.matrix import Matrix
from estate.proof.readers.pods import Pods
from estate.proof.readers.ports import Ports, Protocol, port
from estate.proof.readers.selectors import Selector
from estate.proof.readers.strict import Metadata, Strict, Troubles, mapping


class _Port(Strict):
    port: int
    name: str = ""
    protocol: Protocol = "TCP"
    appProtocol: str | None = None
    targetPort: int | str | None = None
    nodePort: int | None = None


class _Spec(Strict):
    type: Literal["ClusterIP", "LoadBalancer", "NodePort"] = "ClusterIP"
    selector: dict[str, str] = Field(default_factory=dict[str, str])
    ports: tuple[_Port, ...] = ()
    clusterIP: str | None = None
    ipFamilyPolicy: str | None = None
    ipFamilies: tuple[str, ...] = ()
    externalTrafficPolicy: Literal["Cluster", "Local"] = "Cluster"
    internalTrafficPolicy: Literal["Cluster"] = "Cluster"
    publishNotReadyAddresses: bool = False
    allocateLoadBalancerNodePorts: Literal[False] | None = None
    loadBalancerClass: str | None = None
    loadBalancerSourceRanges: tuple[str, ...] = ()
    """All three say something about a load balancer: estate.proof.readers.metallb reads it."""
    sessionAffinity: Literal["None", "ClientIP"] = "None"


@dataclass(frozen=True, kw_only=True)
class ServicePort:
    """One port of a Service."""

    place: Place
    namespace: str
    service: str
    name: str
    """The port's."""
    selector: Selector
    port: int
    protocol: Protocol
    target: int | str
    node_port: int | None
    local: bool
    """Only nodes that have a pod of it answer on the node port, and sources stay what they are."""

    def backends(self, matrix: Matrix) -> int:
        """The pods behind it."""
        if not self.selector.matchLabels:
            return 0
        return matrix.selected(self.namespace, self.selector)

    def at(self, pods: Pods) -> Ports | None:
        """The port of those pods that it forwards to; None if they have none of that name."""
        if isinstance(self.target, int):
            return port(self.target, self.protocol)
        found = pods.named.get(self.target)
        return found if found and found.protocol == self.protocol else None


def read_services(emitted: Emitted, troubles: Troubles) -> Iterator[ServicePort]:
    """Every port of every Service."""
    for place, body in emitted.of_kind("Service"):
        if mapping(body["spec"]).get("type") == "ExternalName":
            continue  # another name: estate.proof.readers.database_names reads it
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_Spec, body["spec"], place)
        if metadata is None or spec is None:
            continue
        for index, one in enumerate(spec.ports):
            yield ServicePort(
                place=place.at(f"ports[{index}]"),
                namespace=metadata.namespace,
                service=metadata.name,
                name=one.name,
                selector=Selector(matchLabels=spec.selector),
                port=one.port,
                protocol=one.protocol,
                target=one.targetPort if one.targetPort is not None else one.port,
                node_port=one.nodePort if spec.type != "ClusterIP" else None,
                local=spec.externalTrafficPolicy == "Local",
            )
