"""How people reach Kibana: a virtual address of the platform's own, like any other (E3, H5)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses

from estate.declarations.catalogue import Catalogue
from estate.plan import Plan
from estate.reader.addresses import EVERYBODY
from estate.reader.values import Zone
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan

KIBANA = "kibana"
PORT_OWNER = f"{PLATFORM}/{KIBANA}"
"""As the register of node ports has it."""

ASKED = "/login"
"""What a load balancer asks: answered once Elasticsearch is, and to nobody in particular."""


@dataclass(frozen=True, kw_only=True)
class KibanaAccess:
    """How people reach it."""

    server: VirtualServerPlan
    sources: tuple[IPv4Network, ...]
    """Exactly the sources that its pods see."""


def kibana_virtual_server(catalogue: Catalogue, zone: Zone) -> VirtualServerPlan | None:
    """The address that people know; None where it is not published.

    TLS ends at Kibana, so bytes are passed through. Nodes without one fail the monitor.
    """
    stack = catalogue.stack(zone)
    published = stack.logging.published if stack.logging else None
    pool = next((one.name for one in stack.pools if one.role == "logging"), None)
    if stack.logging is None or published is None or pool is None:
        return None
    return VirtualServerPlan(
        name=KIBANA,
        names=(published.host,),
        partition=PLATFORM,
        owner=stack.logging.owner,
        address=published.address,
        port=published.port,
        members=catalogue.addresses_of(zone, pool),
        member_port=catalogue.node_port(zone, PORT_OWNER),
        monitor=MonitorPlan(kind="https", path=ASKED, host=published.host),
        stickiness="none",
        snat="auto",
        clients=published.clients or (EVERYBODY,),
    )


def plan_kibana_access(plan: Plan) -> KibanaAccess | None:
    """From the one list of virtual servers."""
    for server in plan.of(VirtualServersPlan).virtual_servers:
        if (server.partition, server.name) == (PLATFORM, KIBANA):
            balancer = (
                plan.of(ExposurePlan).platform_load_balancer or plan.of(ExposurePlan).load_balancer
            )
            return KibanaAccess(
                server=server,
                sources=tuple(
                    collapse_addresses(IPv4Network(source) for source in balancer.sources)
                ),
            )
    return None
