"""Which virtual servers monitoring asks, as clients do (E3, I2)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from estate.plan import Plan
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.network.plan import NetworkPlan


def probed_servers(plan: Plan) -> tuple[VirtualServerPlan, ...]:
    """Those that run and admit monitoring, each with what a client may ask it.

    Nothing answers a datagram that does not speak the app's own protocol: of UDP there are none.
    """
    network = plan.of(NetworkPlan).network
    source = network.pods if network.pod_egress_identity == "pod" else network.nodes
    return tuple(
        replace(one, monitor=_asked_by_clients(one))
        for one in plan.of(VirtualServersPlan).virtual_servers
        if one.running and one.protocol == "TCP" and _admits(one, source)
    )


def _admits(server: VirtualServerPlan, source: IPv4Network) -> bool:
    return not server.clients or any(source.subnet_of(one) for one in server.clients)


def _asked_by_clients(server: VirtualServerPlan) -> MonitorPlan:
    """Members that are asked on a port of their own do not say there what clients ask for."""
    monitor = server.monitor
    if monitor.port is not None:
        return MonitorPlan(kind="tcp")
    if server.tls and monitor.kind == "http":
        return replace(monitor, kind="https")
    return monitor
