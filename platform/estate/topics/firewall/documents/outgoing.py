"""What the platform's own machines connect to, and the firewalls in between (E14, I4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.connections import Outgoing
from estate.topics.firewall.plan.peers import VRRP, Peers
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.documents.supply import sources_of_images
from estate.topics.registry.plan import RegistryPlan

OUTGOING_COLUMNS = (
    *("component", "sources", "server", "address"),
    *("protocol", "port", "purpose", "rows"),
)
NO_ROW = "none: no declared firewall in between"

EVERY_MACHINE = "every node and master"
"""So that a node more changes no row."""


def outgoing_document(plan: Plan) -> Document:
    """The table, with a reason where no row is needed."""
    return Document("firewall/outgoing.csv", csv_text(OUTGOING_COLUMNS, _outgoing(plan)))


def _outgoing(plan: Plan) -> Iterator[Row]:
    """Every connection of the platform's own machines to a server outside of the cluster."""
    firewall = plan.of(FirewallPlan)
    nodes = sum(len(pool.nodes) for pool in plan.of(NodesPlan).pools)
    machines = nodes + len(plan.of(ControlPlanePlan).machines)
    for need in firewall.needs:
        yield {
            "component": "kubelet and containerd" if need.purpose != "names" else "CoreDNS",
            "sources": EVERY_MACHINE,
            "server": need.name,
            "address": str(need.address),
            "protocol": need.protocol.lower(),
            "port": need.port,
            "purpose": need.purpose,
            "rows": " ".join(need.firewalls) or NO_ROW,
        }
    for one in firewall.outgoing:
        yield {
            "component": one.component,
            "sources": _sources(one, machines),
            "server": one.server,
            "address": str(one.address),
            "protocol": one.protocol.lower(),
            "port": one.port,
            "purpose": one.purpose,
            "rows": " ".join(one.firewalls) or NO_ROW,
        }
    within = " ".join(one.name for one in firewall.firewalls if one.before == "peers")
    yield from _between_peers(firewall.peers, within or "none: peers share a segment")
    yield from _mirrored(plan)


def _sources(one: Outgoing, machines: int) -> str:
    if one.pools:
        return "nodes of pool " + ", pool ".join(one.pools)
    if len(one.sources) == machines:
        return EVERY_MACHINE
    return " ".join(name for name, _ in one.sources)


def _between_peers(found: Iterable[Peers], firewalls: str) -> Iterator[Row]:
    """Each machine from all others of its group, and from no other machine."""
    for group in found:
        for name, address in group.machines:
            yield {
                "component": "keepalived",
                "sources": " ".join(other for other, _ in group.machines if other != name),
                "server": f"{name} of {group.name}",
                "address": str(address),
                "protocol": VRRP,
                "port": "",
                "purpose": "virtual addresses",
                "rows": firewalls,
            }


def _mirrored(plan: Plan) -> Iterator[Row]:
    """The hosts that images come from: mirroring hosts connect to them, no machine of the zone."""
    registry = plan.of(RegistryPlan).external
    if registry is None:
        return
    network = plan.of(NetworkPlan).network
    clients = [client for client in registry.clients if client not in (network.nodes, network.pods)]
    hosts = " ".join(map(str, clients)) or "mirroring hosts"
    for host in sources_of_images(plan):
        yield {
            "component": "images/promote.sh",
            "sources": hosts,
            "server": f"mirror source {host}",
            "address": host,
            "protocol": "tcp",
            "port": 443,
            "purpose": "images from their sources",
            "rows": "none: mirroring hosts stand outside of the zone",
        }
