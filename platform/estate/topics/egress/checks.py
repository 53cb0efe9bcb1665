"""Ways to databases: declared where a firewall asks, possible, and the same for neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.declare.relays import Relay
from estate.topics.egress.plan.destinations import crossed, destinations_of, egress_pool
from estate.topics.egress.plan.model import Destination
from estate.topics.egress.plan.relays import HEALTH_PORT, METRICS_PORT, RELAY

FIRST_RELAY_PORT = 1024
"""Below it takes a right that relays do not have (B3)."""

_Ways = dict[tuple[Zone, str, str], tuple[Declared[App], Destination]]

_KEYS = {"database": "name", "app": "app"}
"""The key that names a destination in its entry."""

_WORDS = {"database": "database", "app": "app of the other zone"}


def check_egress(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each way that a firewall would not let through, or that nobody declared."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        problems += _relays(catalogue, loaded, zone)
        problems += _addresses(catalogue, zone, stack)
    ways: _Ways = {}
    for declared in catalogue.apps:
        if declared.value.state != "active":
            continue
        for one in destinations_of(catalogue, declared.value):
            problems += _use(catalogue, declared, one)
            problems += _same_way(ways, declared, one)
    return problems


def _use(catalogue: Catalogue, declared: Declared[App], one: Destination) -> Iterator[Problem]:
    app = declared.value
    firewalls = crossed(catalogue, app.zone, one.zone)
    identity = catalogue.stack(app.zone).network.pod_egress_identity
    path: KeyPath = (*one.path, "via" if one.via else _KEYS[one.kind])
    if one.via is None and firewalls:
        nodes = len(catalogue.nodes_of(app.zone, catalogue.pool_of(app)))
        yield declared.problem(
            "via-missing",
            path,
            f"the firewall '{firewalls[0].name}' stands before '{one.target}': without "
            "'via' the addresses that it has to admit are unknown",
            "via: direct, or via: egress",
            f"direct opens it for the {nodes} nodes of pool '{catalogue.pool_of(app)}', "
            "egress for the zone's egress alone",
        )
    elif one.way == "egress":
        yield from _egress(catalogue, declared, one)
    elif firewalls and identity != "node":
        out = "via: egress" if identity == "egress" else "databases of the app's own zone"
        yield declared.problem(
            "egress-identity",
            path,
            f"the firewall before '{one.target}' would not see the app's nodes: "
            f"pod_egress_identity is '{identity}'",
            f"{out}, or pod_egress_identity: node in {catalogue.stack_file(app.zone)}",
            "Rows name single nodes; pods' addresses change with every restart",
        )


def _egress(catalogue: Catalogue, declared: Declared[App], one: Destination) -> Iterator[Problem]:
    app = declared.value
    stack, file = catalogue.stack(app.zone), catalogue.stack_file(app.zone)
    identity = stack.network.pod_egress_identity
    path: KeyPath = (*one.path, "via")
    known = [
        relay.database if one.kind == "database" else relay.app for relay in stack.egress.relays
    ]
    if identity == "pod":
        yield declared.problem(
            "egress-identity",
            path,
            f"'{one.target}' would see the relays' pods by their own addresses, which change with "
            "every restart",
            f"pod_egress_identity: node or egress in {file}",
            "Relays in the nodes' own network would escape every NetworkPolicy: they are not made",
        )
    elif identity == "node" and one.target not in known:
        taken = {relay.port for relay in stack.egress.relays}
        free = next(port for port in range(15000, 65536) if port not in taken)
        entry = f"{{{one.kind}: {one.target}, port: {free}}}"
        hint = f"Add {entry} to estate:egress.relays in {file}"
        names = [name for name in known if name]
        yield unknown(declared, "unknown-relay", path, one.target, names, hint)
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


def _same_way(ways: _Ways, declared: Declared[App], one: Destination) -> Iterator[Problem]:
    """Apps of a namespace find a server by one name, which leads one way (F4)."""
    app = declared.value
    key = (app.zone, namespace_of(app), one.name)
    first, before = ways.setdefault(key, (declared, one))
    if before.way != one.way:
        place = first.place((*before.path, "via" if before.via else _KEYS[before.kind]))
        yield declared.problem(
            "ways-differ",
            (*one.path, "via" if one.via else _KEYS[one.kind]),
            f"'{first.value.app}' of the same namespace connects to '{one.target}' by another way "
            f"({place})",
            f"via: {before.way}, as apps of a namespace find a {_WORDS[one.kind]} by one name",
            "Give the app a namespace of its own",
        )


def _relays(catalogue: Catalogue, loaded: Loaded, zone: Zone) -> Iterator[Problem]:
    stack = catalogue.stacks[zone]
    apps = frozenset(one.value.app for one in loaded.apps if one.value.zone != zone)
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
        yield from _relay(catalogue, stack, index, relay)
        if relay.app and relay.app not in apps and not loaded.unread:
            path: KeyPath = ("egress", "relays", index, "app")
            yield unknown(stack, "unknown-app", path, relay.app, apps)


def _relay(
    catalogue: Catalogue, stack: Declared[Stack], index: int, relay: Relay
) -> Iterator[Problem]:
    before = stack.value.egress.relays[:index]
    path: KeyPath = ("egress", "relays", index)
    if (relay.database is None) == (relay.app is None):
        yield stack.problem(
            "relay-of-what",
            path,
            "a relay takes connections for one server",
            "either database: NAME, or app: NAME of an app of the other zone",
        )
        return
    key, name = ("database", relay.database) if relay.database else ("app", relay.app)
    assert name
    where: KeyPath = (*path, key)
    if relay.database and name not in catalogue.databases:
        yield unknown(stack, "unknown-database", where, name, catalogue.databases)
    names = [(one.database, one.app) for one in before]
    if (relay.database, relay.app) in names:
        first = names.index((relay.database, relay.app))
        line = stack.place(("egress", "relays", first, key)).line
        found = f"the name '{name}' stands here again (first in line {line})"
        yield stack.problem("name-taken", where, found, "each name once")
    ports = {one.port: one.database or one.app for one in before}
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
