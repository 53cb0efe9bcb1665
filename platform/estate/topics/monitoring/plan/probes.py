"""Which virtual servers monitoring asks, as clients do (E3, I2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.network.plan import NetworkPlan
from estate.topics.registry.plan import RegistryPlan

REGISTRY = "registry"
"""The virtual server in front of the registry's machines."""

PROXY = MonitorPlan(kind="http", path="/healthz")
"""What each node answers for kube-proxy, on a port that is open on all of its addresses anyway: 200
while rules are written, 503 once they are late (k8s.io/kubernetes/pkg/proxy/healthcheck). Its
metrics are on a port without login that also shows its configuration: that one stays closed."""


@dataclass(frozen=True, kw_only=True)
class ProbedMachine:
    """One of the machines behind a virtual server: its address alone does not say which is down."""

    name: str
    address: IPv4Address
    port: int
    monitor: MonitorPlan
    owner: str


def probed_machines(plan: Plan) -> Iterator[ProbedMachine]:
    """Those of the registry outside of the cluster, each asked as its load balancer asks it."""
    registry = plan.of(RegistryPlan)
    outside = registry.external or registry.harbor
    if outside is None:
        return
    (server,) = (
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if (virtual_server.partition, virtual_server.name) == (PLATFORM, REGISTRY)
    )
    for machine in sorted(outside.servers, key=lambda one: one.name):
        yield ProbedMachine(
            name=machine.name,
            address=machine.address,
            port=server.member_port,
            monitor=server.monitor,
            owner=server.owner,
        )


def probed_servers(plan: Plan) -> tuple[VirtualServerPlan, ...]:
    """Those that run and admit monitoring, each with what a client may ask it.

    Nothing answers a datagram that does not speak the app's own protocol: of UDP there are none.
    """
    network = plan.of(NetworkPlan).network
    source = network.pods if network.pod_egress_identity == "pod" else network.nodes
    return tuple(
        replace(virtual_server, monitor=_asked_by_clients(virtual_server))
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server.running
        and virtual_server.protocol == "TCP"
        and _admits(virtual_server, source)
    )


def _admits(server: VirtualServerPlan, source: IPv4Network) -> bool:
    return not server.clients or any(source.subnet_of(client) for client in server.clients)


def _asked_by_clients(server: VirtualServerPlan) -> MonitorPlan:
    """Members that are asked on a port of their own do not say there what clients ask for."""
    monitor = server.monitor
    if monitor.port is not None:
        return MonitorPlan(kind="tcp")
    if server.tls and monitor.kind == "http":
        return replace(monitor, kind="https")
    return monitor
