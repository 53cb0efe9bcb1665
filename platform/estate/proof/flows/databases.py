"""From an app by a database's name to its server, or to the relays that connect for it (F3, F4)."""

from __future__ import annotations

from ipaddress import IPv4Address

from estate.flows.model import OutFlow
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.database_names import Alias, EgressAddress
from estate.proof.readers.ports import Ports, port
from estate.proof.readers.services import ServicePort

_CLUSTER = ".svc.cluster.local"
ASSIGNABLE = {"k8s.ovn.org/egress-assignable": ""}


def follow_name(trail: Trail, flow: OutFlow, pods: int) -> int:
    """The pods that connect to the server in the end: the app's own, or relays."""
    view = trail.view
    key = (flow.pods.namespace, flow.name)
    if alias := view.aliases.get(key):
        return _by_relays(trail, flow, pods, alias)
    service = view.by_name.get((*key, flow.port))
    if service is None:
        _nowhere(trail, *key, flow.port)
    else:
        _to_server(trail, flow, service)
    return pods


def _nowhere(trail: Trail, namespace: str, name: str, number: int) -> None:
    trail.broken(
        Place(f"{trail.view.zone}/manifests", f"Service {namespace}/{name}"),
        f"there is no Service {namespace}/{name} with port {number}",
        "Apps find the database by this name and port",
    )


def _to_server(trail: Trail, flow: OutFlow, service: ServicePort) -> None:
    """A Service without pods whose slice has the server, by the same port name, and no other."""
    found = [
        endpoint
        for endpoint in trail.view.endpoints
        if (endpoint.namespace, endpoint.service) == (service.namespace, service.service)
    ]
    right = [
        endpoint
        for endpoint in found
        if (endpoint.port_name, endpoint.address, endpoint.port)
        == (service.name, flow.address, flow.port)
    ]
    if service.selector.matchLabels or service.target != flow.port or len(found) != len(right):
        trail.broken(
            service.place,
            f"the Service forwards to other addresses than {flow.address}:{flow.port}",
            "It has no selector, its port is the server's, and so is all that its slice names",
        )
    if not right:
        trail.broken(
            service.place,
            f"no slice of the Service has {flow.address}:{flow.port} by port name {service.name}",
            f"An EndpointSlice with label kubernetes.io/service-name: {service.service} has it",
        )
    trail.hop(
        f"{flow.name}:{flow.port} -> {flow.address}:{flow.port}",
        service.place,
        *(endpoint.place for endpoint in right),
        assumed=("cluster-dns",),
    )


def _by_relays(trail: Trail, flow: OutFlow, pods: int, alias: Alias) -> int:
    view = trail.view
    name, _, namespace = alias.host.removesuffix(_CLUSTER).partition(".")
    service = view.by_name.get((namespace, name, flow.port))
    if service is None or not alias.host.endswith(_CLUSTER):
        _nowhere(trail, namespace, name, flow.port)
        return 0
    trail.hop(
        f"{flow.name} -> {alias.host}:{flow.port}",
        alias.place,
        service.place,
        assumed=("cluster-dns",),
    )
    relays = service.backends(view.matrix)
    listens = _listens(trail, flow, service, relays)
    if listens is None:
        return 0
    for relay in members(relays):
        trail.admitted(pods, relay, listens)
    runs_on(trail, relays)
    return relays


def _listens(trail: Trail, flow: OutFlow, service: ServicePort, relays: int) -> Ports | None:
    """Where the relays listen for the server, as their own configuration says."""
    view = trail.view
    found: Ports | None = None
    for number in members(relays & ~view.matrix.by_hand):
        relay = view.matrix.pods[number]
        target = service.at(relay)
        listeners = [
            listener
            for listener in view.listeners
            if listener.namespace == relay.namespace
            and listener.config in relay.configs
            and target == port(listener.bind)
            and (listener.address, listener.port) == (flow.address, flow.port)
        ]
        if len(listeners) != 1 or target is None or target not in relay.listening:
            trail.broken(
                service.place,
                f"{relay.full_name} does not pass on {target} to {flow.address}:{flow.port}",
                "haproxy.cfg needs one listener on the Service's target port",
            )
            continue
        found = target
        trail.hop(f"{relay.full_name} on {target} -> {flow.server}", listeners[0].place)
    if found is None:
        trail.broken(
            service.place,
            "nothing stands behind the relays' Service",
            "Its selector has to be the relays' own",
        )
    return found


def leaving_as(trail: Trail, flow: OutFlow, pods: int) -> list[tuple[str, IPv4Address | None]]:
    """Whose addresses the connection may have outside: nodes and addresses."""
    view = trail.view
    standing = [name for member in members(pods) for name in view.matrix.pods[member].nodes]
    if view.facts.identity == "egress" and flow.firewalls:
        return [
            (f"egress address {egress_address.address}", egress_address.address)
            for egress_address in _egress(trail, pods)
        ]
    return [(name, view.nodes.addresses.get(name)) for name in standing]


def _egress(trail: Trail, pods: int) -> list[EgressAddress]:
    view = trail.view
    emitted = pods & ~view.matrix.by_hand
    nodes = view.nodes.selected(ASSIGNABLE)
    found = [
        egress_address
        for egress_address in view.egress_addresses
        if not emitted & ~view.matrix.picked(egress_address.namespaces, egress_address.pods)
    ]
    if not found or not nodes:
        trail.broken(
            Place(f"{view.zone}/manifests", "EgressIP"),
            "no egress address is given to its connections",
            "An EgressIP has to select the app's pods, and nodes to carry the label that takes it",
        )
    trail.hop(
        f"leaves by {len(found)} egress addresses",
        *(egress_address.place for egress_address in found),
    )
    trail.carried("an egress node", nodes)
    return found
