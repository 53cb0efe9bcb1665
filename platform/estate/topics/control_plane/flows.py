"""Flows to API servers: nodes, and people from where they may (A3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import Flow, MachineFlow
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.model import API_PORT
from estate.topics.egress.plan.crossing import firewalls_before
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.model import API_SERVER
from estate.topics.network.plan import NetworkPlan


def flows_to_api_servers(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone whose masters stand on machines that the estate knows."""
    masters = plan.of(ControlPlanePlan).masters
    if masters is None:
        return
    (server,) = (
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if (virtual_server.partition, virtual_server.name) == (PLATFORM, API_SERVER)
    )
    network = plan.of(NetworkPlan).network
    own = (network.nodes, network.pods)
    vips = firewalls_before(loaded, plan.zone, "vips")
    nodes = firewalls_before(loaded, plan.zone, "nodes")
    yield MachineFlow(
        zone=plan.zone,
        subject=API_SERVER,
        address=server.address,
        port=server.port,
        machines=tuple(master.address for master in masters.masters),
        machine_port=API_PORT,
        clients=server.clients,
        outside=tuple(client for client in server.clients if client not in own),
        before_address=(*vips, *nodes) if masters.pair else vips,
        before_machines=() if masters.pair else nodes,
    )
