"""From a client over the F5 and a node port to a pod (E2, E3, X7)."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.flows.model import ClientFlow, ConsumerFlow
from estate.proof.emitted import Place
from estate.proof.engine.firewalls import cross
from estate.proof.engine.trail import Trail
from estate.proof.engine.view import ROUTES, View
from estate.proof.readers.addresses import members
from estate.proof.readers.as3 import DECLARATION, VirtualServer
from estate.proof.readers.exports import pinned
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import Ports, port
from estate.proof.readers.services import ServicePort
from estate.reader.addresses import EVERYBODY


def follow_clients(trail: Trail, flow: ClientFlow, rows: Rows) -> None:
    """Client, virtual server, every declared node, pod."""
    view = trail.view
    server = view.by_address.get((flow.address, port(flow.port, flow.protocol)))
    if server is None:
        trail.broken(
            Place(f"{view.zone}/documents/{DECLARATION}", f"{flow.address}:{flow.port}"),
            f"no virtual server answers on {flow.address}, {port(flow.port, flow.protocol)}",
            "The zone's load balancer needs a virtual server with this address and port",
        )
        return
    held(trail, server)
    _accepted(trail, flow, server)
    clients = flow.clients or (EVERYBODY,)
    cross(trail, rows, flow.before_vips, clients, [flow.address], port(flow.port, flow.protocol))
    services = _members(trail, flow, server)
    sources = [IPv4Network(source) for source in view.sources_of(server)]
    sources += () if server.translates else clients
    if server.at_nodes:
        cross(
            trail, rows, flow.before_nodes, clients, [flow.address], port(flow.port, flow.protocol)
        )
    for number in () if server.at_nodes else _ports(server):
        members_at = [member.address for member in server.members if member.port == number]
        cross(trail, rows, flow.before_nodes, sources, members_at, port(number, flow.protocol))
    pods = trail.pods(flow.pods)
    for service in services:
        _node_port(trail, flow, server, service, pods)
    if flow.asked_on is not None:
        own = [IPv4Network(address) for address in view.asking(server)]
        nodes = [member.address for member in server.members]
        for number in server.asked_on:
            cross(trail, rows, flow.before_nodes, own, nodes, port(number))
        _asked(trail, flow, server, pods, flow.asked_on)


def held(trail: Trail, server: VirtualServer) -> None:
    """Where a pair of hosts answers, each of them brings the address when the other is lost."""
    if not server.pair:
        return
    hosts = trail.view.holders.get((server.pair, server.address), {})
    if len(hosts) < len(trail.view.facts.pairs.get(server.pair, ())) or not hosts:
        trail.broken(
            server.place,
            f"{server.address} is brought by {len(hosts)} of the hosts of {server.pair}",
            "keepalived.conf of every host has to list it among its virtual addresses",
        )
    trail.hop(f"{server.address} on a host of {server.pair}", *hosts.values())
    trail.carried(f"a host of {server.pair}", hosts)


def _accepted(trail: Trail, flow: ClientFlow, server: VirtualServer) -> None:
    view = trail.view
    declared = view.addresses(flow.clients or (EVERYBODY,))
    accepted = view.addresses(network for _, network in server.clients)
    if declared & ~accepted:
        wanted = ", ".join(str(client) for client in flow.clients) or "everybody"
        trail.broken(
            server.place,
            f"the virtual server does not take all of its clients: {wanted}",
            "virtualAddresses has to pair the address with each declared network of clients",
        )
    used = [place for place, network in server.clients if not view.addresses([network]) & ~declared]
    trail.hop(f"client -> {flow.address}:{flow.port}", server.place, *used, assumed=("f5-answers",))


def _members(trail: Trail, flow: ClientFlow, server: VirtualServer) -> list[ServicePort]:
    view = trail.view
    found: dict[Place, ServicePort] = {}
    asked = {member.address for member in server.members}
    expected = {*flow.members}
    for address in flow.members:
        name = view.nodes.names.get(address)
        if not view.hosts_at(address):
            trail.broken(
                server.place, f"{address} is the address of no node", "Correct the node list"
            )
        if address not in asked:
            trail.broken(
                server.place,
                f"node {name or address} is no member of its pool",
                "Its serverAddresses have to list every eligible node",
            )
    for member in server.members:
        service = view.by_node_port.get(port(member.port, flow.protocol))
        if service is None:
            trail.broken(
                member.place,
                f"no Service has node port {member.port} ({flow.protocol}), "
                "where the F5 forwards to",
                "servicePort has to be the nodePort of the app's Service",
            )
            continue
        found[service.place] = service
        if member.address in expected:
            trail.used.add(member.place)
    trail.hop(
        f"{flow.address} -> {len(asked)} nodes, which answer for it themselves"
        if server.at_nodes
        else f"F5 -> {len(asked)} nodes, node port {', '.join(str(p) for p in _ports(server))}",
        assumed=("f5-answers", "node-network"),
    )
    return [*found.values()]


def _ports(server: VirtualServer) -> list[int]:
    return sorted({member.port for member in server.members})


def _node_port(
    trail: Trail, flow: ClientFlow, server: VirtualServer, service: ServicePort, pods: int
) -> None:
    view = trail.view
    expected = {*flow.members}
    entries = [
        name
        for member in server.members
        if member.address in expected
        for name in view.hosts_at(member.address)
    ]
    wanted = port(flow.pod_port, flow.protocol)
    leads_to_pods(trail, service, pods, wanted)
    trail.hop(
        f"{flow.address} -> {flow.pods.name}:{flow.pod_port}"
        if server.at_nodes
        else f"node port {service.node_port} -> {flow.pods.name}:{flow.pod_port}",
        service.place,
        service.place.at("nodePort"),
    )
    sources = [IPv4Network(source) for source in view.sources_of(server)]
    if not server.translates:
        sources += flow.clients or (EVERYBODY,)
    if not service.local:
        sources = _own(view)
    standing: set[str] = set()
    for pod in members(pods):
        trail.admitted(view.addresses(sources), pod, wanted)
        standing |= {*view.matrix.pods[pod].nodes}
    # Under Local a node answers only where it has a pod: the F5's monitor leaves others out.
    answering = [entry for entry in entries if not service.local or entry in standing]
    if server.monitored:
        trail.carried("a member of the F5's pool", answering)
    else:
        # Without a monitor the F5 keeps sending to a node that is gone: each of them is needed.
        for one in answering:
            trail.carried(f"member {one}, which no monitor takes out", [one])
    runs_on(trail, pods)


def _asked(trail: Trail, flow: ClientFlow, server: VirtualServer, pods: int, pod_port: int) -> None:
    """The monitor's question reaches the pods by a node port of its own."""
    view = trail.view
    if not server.asked_on:
        trail.broken(
            server.place,
            "no monitor asks its members where they say whether they can serve",
            "The monitor's targetPort has to be the node port of the pods' health",
        )
    for number in server.asked_on:
        service = view.by_node_port.get(port(number))
        if service is None:
            trail.broken(
                server.place,
                f"no Service has node port {number}, where the F5 asks",
                "The monitor's targetPort has to be the node port of the pods' health",
            )
            continue
        leads_to_pods(trail, service, pods, port(pod_port))
        place = service.place
        trail.hop(f"F5 asks node port {number} -> {flow.pods.name}", place, place.at("nodePort"))
        asking = [IPv4Network(address) for address in view.asking(server)]
        seen = asking if service.local else _own(view)
        for pod in members(pods):
            trail.admitted(view.addresses(seen), pod, port(pod_port))


def _own(view: View) -> list[IPv4Network]:
    """What nodes put in the place of a source."""
    return [view.facts.nodes, *([view.facts.tunnels] if view.facts.tunnels else [])]


def leads_to_pods(trail: Trail, service: ServicePort, pods: int, wanted: Ports) -> None:
    """The Service's pods are exactly those that are declared, and so is their port."""
    matrix = trail.view.matrix
    behind = service.backends(matrix)
    if behind != pods:
        trail.broken(
            service.place,
            f"the Service selects {', '.join(map(matrix.name, members(behind))) or 'no'}"
            " pods, not to the app's",
            "Its selector has to be the app's own",
        )
    for pod in members(behind & pods & ~matrix.by_hand):
        target = service.at(matrix.pods[pod])
        if target != wanted:
            trail.broken(
                service.place,
                f"the Service forwards to {target or 'no port'}, the app listens on {wanted}",
                "targetPort has to be the name or number of the container's port",
            )


def runs_on(trail: Trail, pods: int) -> None:
    """One of the replicas has to stand; where disks pin them, they wait for their node."""
    view = trail.view
    for number in members(pods):
        one = view.matrix.pods[number]
        if one.origin != "emitted":
            continue
        fixed = pinned(one, view.mounts)
        if fixed:
            trail.carried(one.full_name, [node for nodes in fixed for node in nodes])
        elif one.replicas > 1 and one.spread:
            trail.carried(one.full_name, one.nodes)
        else:
            trail.carried(one.full_name, (), alone=one.nodes, again=len(one.nodes) > 1)


def follow_consumers(trail: Trail, flow: ConsumerFlow) -> None:
    """From a network outside, over a route or a port of the node, to a pod."""
    view = trail.view
    pods = trail.pods(flow.pods)
    if not flow.on_node:
        for network in flow.consumers:
            routes = [route for route in view.routes if route.network == network]
            ways = [
                route
                for route in routes
                if route.port == flow.port and route.prefix == view.facts.pods
            ]
            if not ways:
                trail.broken(
                    Place(f"{view.zone}/documents/{ROUTES}", f"rows from {network}"),
                    f"no route exists from {network} to the pods",
                    "The route request has to list the network, with the app's nodes as next hops",
                )
            names = (view.nodes.names.get(way.hop) for way in ways)
            trail.carried("a next hop", [name for name in names if name])
            trail.hop(f"{network} -> pods", *(way.place for way in ways), assumed=("pod-network",))
    for pod in members(pods):
        one = view.matrix.pods[pod]
        if one.origin != "emitted":
            pass
        elif flow.on_node and port(flow.port) not in one.held:
            trail.broken(
                one.place, f"its containers do not hold port {flow.port} of their node", "hostPort"
            )
        elif flow.on_node:
            trail.hop(f"node -> {one.full_name}", one.place.at(f"hostPort {flow.port}"))
        trail.admitted(view.addresses(flow.consumers), pod, port(flow.port))
    runs_on(trail, pods)
