"""To machines outside the cluster over a virtual address, and what those mount (G1 to G3)."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.flows.model import MachineFlow, MachineMountFlow, PullFlow
from estate.proof.emitted import Place
from estate.proof.engine.firewalls import cross
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import held, leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.as3 import DECLARATION, VirtualServer
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import port
from estate.reader.addresses import EVERYBODY


def follow_pulls(trail: Trail, flow: PullFlow) -> None:
    """Node, cluster address, pod: from whichever node asks, and from its tunnel's address."""
    view = trail.view
    pods = trail.pods(flow.pods)
    service = view.by_name.get((flow.pods.namespace, flow.service, flow.port))
    if service is None:
        at = Place(f"{view.zone}/manifests", f"Service {flow.pods.namespace}/{flow.service}")
        trail.broken(at, f"there is no such Service with port {flow.port}", "Nodes ask its address")
    else:
        leads_to_pods(trail, service, pods, port(flow.port))
        trail.hop(f"{flow.service}:{flow.port} -> {flow.pods.name}", service.place)
    for pod in members(pods):
        trail.admitted(view.addresses(flow.sources), pod, port(flow.port))
    runs_on(trail, pods)


def follow_machines(trail: Trail, flow: MachineFlow, rows: Rows) -> None:
    """Client, virtual server, every machine; no node carries any of it."""
    view = trail.view
    at = Place(f"{view.zone}/documents/{DECLARATION}", f"{flow.address}:{flow.port}")
    server = view.by_address.get((flow.address, port(flow.port)))
    if server is None:
        trail.broken(at, f"no virtual server answers on {at.item}", "The declaration needs one")
        return
    held(trail, server)
    meant = view.addresses(flow.clients or [EVERYBODY])
    if view.addresses(network for _, network in server.clients) != meant:
        hint = (
            "virtualAddresses has to name the address with each of them, or without a source for "
            "every client"
        )
        trail.broken(server.place, "the virtual server does not take exactly its clients", hint)
    trail.hop(
        f"client -> {at.item}",
        server.place,
        *(place for place, _ in server.clients),
        assumed=("f5-answers",),
    )
    cross(trail, rows, flow.before_address, flow.outside, [flow.address], port(flow.port))
    own = [IPv4Network(source) for source in view.sources_of(server)]
    cross(trail, rows, flow.before_machines, own, flow.machines, port(flow.machine_port))
    _members(trail, flow, server)


def _members(trail: Trail, flow: MachineFlow, server: VirtualServer) -> None:
    asked = {(member.address, member.port): member.place for member in server.members}
    for machine in flow.machines:
        place = asked.get((machine, flow.machine_port))
        if place is None:
            what = f"{machine}:{flow.machine_port} is no member of its pool"
            trail.broken(server.place, what, "Its serverAddresses have to list every machine")
            continue
        trail.hop(f"F5 -> {machine}:{flow.machine_port}", place, assumed=("f5-answers",))
    if not server.translates:
        trail.broken(
            server.place,
            "machines would answer clients directly, who wait for the virtual address",
            "snat: auto",
        )
    if not server.monitored:
        hint = "The pool needs a monitor"
        trail.broken(server.place, "a machine that is lost would go on being asked", hint)


def follow_machine_mount(trail: Trail, flow: MachineMountFlow) -> None:
    """Every machine is a client of the export."""
    view = trail.view
    clients = {
        export.client: export.place
        for export in view.exports
        if (export.filer, export.directory) == (flow.filer, flow.directory)
    }
    for machine in flow.machines:
        if machine not in clients:
            at = Place(f"{view.zone}/documents/nfs/{flow.filer}.exports", flow.directory)
            what = f"{flow.directory} is not exported to {machine}"
            trail.broken(at, what, "The export list has to name every machine")
    trail.hop(
        f"{flow.filer} exports {flow.directory}",
        *(clients[machine] for machine in flow.machines if machine in clients),
        assumed=("filer-exports",),
    )
