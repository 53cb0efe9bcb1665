"""From pods to what stands outside the cluster: servers, directories of a filer (F1, F2, H2)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from estate.flows.model import MountFlow, OutFlow
from estate.proof.emitted import Place
from estate.proof.engine.firewalls import cross
from estate.proof.engine.trail import Trail
from estate.proof.flows.databases import follow_name, leaving_as
from estate.proof.flows.virtual_servers import runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.firewall_rows import REQUEST, Row, Rows
from estate.proof.readers.ports import port
from estate.topics.firewall.plan.rows import NFS


def follow_out(trail: Trail, flow: OutFlow, rows: Rows) -> None:
    """Pod, the name that it connects to, policies, its address outside, each firewall."""
    view = trail.view
    pods = trail.pods(flow.pods)
    leaving = follow_name(trail, flow, pods) if flow.name else pods
    server = len(view.matrix.pods) + view.matrix.space.holding(flow.address)
    trail.admitted(leaving, server, port(flow.port))
    sources = leaving_as(trail, flow, leaving)
    trail.left_as = tuple(sources)
    trail.hop(
        f"leaves as {', '.join(name for name, _ in sources)}",
        assumed=("egress-identity",),
    )
    for firewall in flow.firewalls:
        for name, address in sources:
            _cross(trail, flow, firewall, name, address, rows)
    trail.hop(f"{flow.server} at {flow.address}:{flow.port}")
    runs_on(trail, pods)


def _cross(
    trail: Trail,
    flow: OutFlow,
    firewall: str,
    node: str,
    address: IPv4Address | None,
    rows: Rows,
) -> None:
    found: list[Row] = []
    if address is not None:
        found = rows.of(firewall, IPv4Network(address), flow.address, port(flow.port))
    if not found:
        trail.broken(
            Place(f"{trail.view.zone}/documents/{REQUEST}", f"rows from {node}"),
            f"no row lets {node} ({address}) through {firewall} to {flow.server}",
            "The request needs a row for every node or address that it may come from",
        )
        return
    trail.hop(
        f"{node} through {firewall}", *(row.place for row in found), assumed=("firewall-denies",)
    )


def follow_mount(trail: Trail, flow: MountFlow, rows: Rows) -> None:
    """Pod, claim, volume, filer, export, for every node that the app may stand on."""
    view = trail.view
    nodes = {*flow.nodes}
    if flow.pods is not None:
        for number in members(trail.pods(flow.pods) & ~view.matrix.by_hand):
            one = view.matrix.pods[number]
            nodes |= {view.nodes.addresses[name] for name in one.nodes}
            _claims(trail, flow, one.namespace, one.claims, one.place)
        runs_on(trail, view.find(flow.pods))
    clients = view.clients_of.get((flow.filer, flow.directory), {})
    for node in sorted(nodes):
        if node not in clients:
            trail.broken(
                Place(f"{view.zone}/documents/nfs/{flow.filer}.exports", flow.directory),
                f"{flow.directory} is not exported to {view.nodes.names.get(node, node)}",
                "The export list has to name every node of the app's pool",
            )
    sources = [IPv4Network(address) for address in sorted(nodes)]
    cross(trail, rows, flow.firewalls, sources, [flow.address], port(NFS))
    trail.hop(
        f"{flow.filer} exports {flow.directory} to {len(clients)} nodes",
        *(place for client, place in clients.items() if client in nodes),
        assumed=("filer-exports",),
    )


def _claims(
    trail: Trail, flow: MountFlow, namespace: str, claims: tuple[str, ...], place: Place
) -> None:
    mounts = [trail.view.mounts.get((namespace, claim)) for claim in claims]
    found = [
        mount
        for mount in mounts
        if mount and (mount.server, mount.directory) == (str(flow.address), flow.directory)
    ]
    if not found:
        trail.broken(
            place,
            f"no claim of its pods is bound to {flow.directory} on {flow.address}",
            "Claim and volume have to name each other, and the pod the claim",
        )
    trail.hop(f"claim -> {flow.directory} on {flow.address}", *(mount.place for mount in found))
