"""Ways to databases: declared where a firewall asks, possible, and the same for neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.plan.databases import crossed, egress_pool, way_of
from estate.topics.egress.plan.relays import HEALTH_PORT, METRICS_PORT, RELAY

FIRST_RELAY_PORT = 1024
"""Below it takes a right that relays do not have (B3)."""

_Ways = dict[tuple[Zone, str, str], tuple[Declared[App], KeyPath]]


def check_egress(catalogue: Catalogue) -> list[Problem]:
    """A problem for each way that a firewall would not let through, or that nobody declared."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        problems += _relays(catalogue, stack)
        problems += _addresses(catalogue, zone, stack)
    ways: _Ways = {}
    for declared in catalogue.apps:
        if declared.value.state != "active":
            continue
        for index in range(len(declared.value.databases)):
            problems += _use(catalogue, declared, index)
            problems += _same_way(ways, declared, index)
    return problems


def _use(catalogue: Catalogue, declared: Declared[App], index: int) -> Iterator[Problem]:
    app, use = declared.value, declared.value.databases[index]
    zone, _ = catalogue.databases[use.name]
    firewalls = crossed(catalogue, app.zone, zone)
    identity = catalogue.stack(app.zone).network.pod_egress_identity
    path: KeyPath = ("databases", index, "via" if use.via else "name")
    if use.via is None and firewalls:
        nodes = len(catalogue.nodes_of(app.zone, catalogue.pool_of(app)))
        yield declared.problem(
            "via-missing",
            path,
            f"the firewall '{firewalls[0].name}' stands before '{use.name}': without "
            "'via' the addresses that it has to admit are unknown",
            "via: direct, or via: egress",
            f"direct opens it for the {nodes} nodes of pool '{catalogue.pool_of(app)}', "
            "egress for the zone's egress alone",
        )
    elif way_of(use) == "egress":
        yield from _egress(catalogue, declared, index)
    elif firewalls and identity != "node":
        out = "via: egress" if identity == "egress" else "databases of the app's own zone"
        yield declared.problem(
            "egress-identity",
            path,
            f"the firewall before '{use.name}' would not see the app's nodes: "
            f"pod_egress_identity is '{identity}'",
            f"{out}, or pod_egress_identity: node in {catalogue.stack_file(app.zone)}",
            "Rows name single nodes; pods' addresses change with every restart",
        )


def _egress(catalogue: Catalogue, declared: Declared[App], index: int) -> Iterator[Problem]:
    app, use = declared.value, declared.value.databases[index]
    stack, file = catalogue.stack(app.zone), catalogue.stack_file(app.zone)
    identity = stack.network.pod_egress_identity
    path: KeyPath = ("databases", index, "via")
    known = [relay.database for relay in stack.egress.relays]
    if identity == "pod":
        yield declared.problem(
            "egress-identity",
            path,
            f"'{use.name}' would see the relays' pods by their own addresses, which change with "
            "every restart",
            f"pod_egress_identity: node or egress in {file}",
            "Relays in the nodes' own network would escape every NetworkPolicy: they are not made",
        )
    elif identity == "node" and use.name not in known:
        taken = {relay.port for relay in stack.egress.relays}
        free = next(port for port in range(15000, 65536) if port not in taken)
        hint = f"Add {{database: {use.name}, port: {free}}} to estate:egress.relays in {file}"
        yield unknown(declared, "unknown-relay", path, use.name, known, hint)
    elif egress_pool(catalogue, app.zone) is None:
        yield declared.problem(
            "no-egress-pool",
            path,
            f"zone '{app.zone}' has no nodes for its egress",
            f"a pool with role: egress of two nodes or more in {file}",
        )
    elif identity == "node" and catalogue.image(app.zone, RELAY) is None:
        yield declared.problem(
            "no-platform-image",
            path,
            "there is no image for the zone's relays",
            f"an image '{RELAY}' in images.yaml",
        )


def _same_way(ways: _Ways, declared: Declared[App], index: int) -> Iterator[Problem]:
    """Apps of a namespace find a database by one name, which leads one way (F4)."""
    app, use = declared.value, declared.value.databases[index]
    key = (app.zone, namespace_of(app), use.name)
    first, path = ways.setdefault(key, (declared, ("databases", index)))
    before = first.value.databases[int(path[1])]
    if way_of(before) != way_of(use):
        place = first.place((*path, "via" if before.via else "name"))
        yield declared.problem(
            "ways-differ",
            ("databases", index, "via" if use.via else "name"),
            f"'{first.value.app}' of the same namespace connects to '{use.name}' by another way "
            f"({place})",
            f"via: {way_of(before)}, as apps of a namespace find a database by one name",
            "Give the app a namespace of its own",
        )


def _relays(catalogue: Catalogue, stack: Declared[Stack]) -> Iterator[Problem]:
    relays = stack.value.egress.relays
    identity = stack.value.network.pod_egress_identity
    if relays and identity != "node":
        yield stack.problem(
            "egress-unused",
            ("egress", "relays"),
            f"relays stand for their nodes, and pod_egress_identity is '{identity}'",
            "pod_egress_identity: node",
            "Leave the key out",
        )
    for index, relay in enumerate(relays):
        path: KeyPath = ("egress", "relays", index)
        if relay.database not in catalogue.databases:
            where: KeyPath = (*path, "database")
            known = catalogue.databases
            yield unknown(stack, "unknown-database", where, relay.database, known)
        names = [one.database for one in relays[:index]]
        if relay.database in names:
            line = stack.place(("egress", "relays", names.index(relay.database))).line
            found = f"the name '{relay.database}' stands here again (first in line {line})"
            yield stack.problem("name-taken", (*path, "database"), found, "each name once")
        ports = {one.port: one.database for one in relays[:index]}
        if (
            relay.port in ports
            or relay.port in (HEALTH_PORT, METRICS_PORT)
            or (relay.port < FIRST_RELAY_PORT)
        ):
            whose = f"is that of '{ports[relay.port]}'" if relay.port in ports else "is not free"
            yield stack.problem(
                "relay-port",
                (*path, "port"),
                f"port {relay.port} of the relays {whose}",
                f"one of its own from {FIRST_RELAY_PORT} on, but {HEALTH_PORT} and {METRICS_PORT}",
            )


def _addresses(catalogue: Catalogue, zone: Zone, stack: Declared[Stack]) -> Iterator[Problem]:
    addresses = stack.value.egress.addresses
    identity = stack.value.network.pod_egress_identity
    if addresses and identity != "egress":
        yield stack.problem(
            "egress-unused",
            ("egress", "addresses"),
            f"servers would see none of them: pod_egress_identity is '{identity}'",
            "pod_egress_identity: egress",
            "Leave the key out",
        )
    if identity != "egress":
        return
    nodes = catalogue.nodes_of(zone, egress_pool(catalogue, zone) or "")
    if len(addresses) < 2 or not nodes:
        yield stack.problem(
            "egress-addresses",
            ("egress", "addresses") if addresses else ("network", "pod_egress_identity"),
            f"there are {len(addresses)} egress addresses and {len(nodes)} nodes of role egress: "
            "the loss of one node would cut every connection",
            "two addresses or more (estate:egress.addresses), on two nodes or more",
        )
