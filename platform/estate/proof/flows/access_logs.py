"""From load balancers to the pods that take their access logs (H5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.proof.engine.firewalls import cross
from estate.proof.engine.flows import Flow, Group, service_pods
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.as3 import Member
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import port
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import balancers_of
from estate.topics.logging.plan.logging import plan_logging


@dataclass(frozen=True, kw_only=True)
class DeviceFlow(Flow):
    """A device to the nodes that take its lines, and to the pods that receive them."""

    device: str
    pair: str
    """Its name, where it is a pair of hosts; empty for the F5."""
    sources: tuple[IPv4Address, ...]
    nodes: tuple[IPv4Address, ...]
    pods: Group
    pod_port: int
    firewalls: tuple[str, ...]
    """Those before nodes."""

    @property
    def text(self) -> str:
        return f"{self.device} -> {self.pods.name}:{self.pod_port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(one): self.device for one in self.sources}


def device_flows(plans: Iterable[Plan]) -> Iterator[Flow]:
    """Of every device that is declared to send its lines."""
    for plan in plans:
        logged = plan_logging(plan)
        if logged is None or logged.intake is None:
            continue
        pairs = {one.name for one in balancers_of(plan) if isinstance(one, HAProxyPair)}
        for one in logged.intake.devices:
            yield DeviceFlow(
                zone=plan.zone,
                subject="log-intake",
                available=True,
                device=one.name,
                pair=one.name if one.name in pairs else "",
                sources=one.addresses,
                nodes=logged.intake.members,
                pods=service_pods(logged.placement.namespace, "log-intake"),
                pod_port=5140,
                firewalls=tuple(one.name for one in plan.firewalls if one.before == "nodes"),
            )


def follow_device(trail: Trail, flow: DeviceFlow, rows: Rows) -> None:
    """Every virtual server of the device, every node, the firewall, the pods."""
    view = trail.view
    found: dict[tuple[IPv4Address, int], Member] = {}
    for server in view.servers:
        if server.pair != flow.pair or server.at_nodes:
            continue
        told = {one.address for one in server.logs_to}
        if told != {*flow.nodes}:
            missing = ", ".join(str(one) for one in {*flow.nodes} ^ told)
            trail.broken(
                server.place,
                f"the access log of {server.address}:{server.port} does not go to exactly the "
                f"logging pool's nodes: {missing}",
                "The device's log pool has to list every node of the logging pool",
            )
        trail.used |= {one.place for one in server.logs_to if one.address in flow.nodes}
        found |= {(one.address, one.port): one for one in server.logs_to}
    sources = [IPv4Network(one) for one in flow.sources]
    pods = trail.pods(flow.pods)
    wanted = port(flow.pod_port)
    for number in sorted({one.port for one in found.values()}):
        service = view.by_node_port.get(port(number))
        if service is None or not service.local:
            trail.broken(
                next(iter(found.values())).place,
                f"no Service has node port {number} and shows its pods the client's address",
                "servicePort has to be the nodePort of log-intake",
            )
            continue
        leads_to_pods(trail, service, pods, wanted)
        nodes = [address for address, one in found if one == number]
        cross(trail, rows, flow.firewalls, sources, nodes, port(number))
        trail.hop(
            f"{flow.device} -> node port {number} -> {flow.pods.name}:{flow.pod_port}",
            service.place,
            service.place.at("nodePort"),
            assumed=("f5-answers", "node-network"),
        )
    for pod in members(pods):
        trail.admitted(view.addresses(sources), pod, wanted)
    runs_on(trail, pods)
