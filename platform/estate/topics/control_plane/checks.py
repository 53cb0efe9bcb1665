"""Checks of masters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.control_plane.declare.masters import Masters
from estate.topics.control_plane.plan.model import API_PORT
from estate.topics.dns.plan.domains import domain_of
from estate.topics.exposure.declare.load_balancers import HAProxyPair, MetalLB
from estate.topics.exposure.plan.balancers import PLATFORM, carrier
from estate.topics.nodes.plan.model import MASTERS


def check_masters(catalogue: Catalogue) -> list[Problem]:
    """A problem for each fact with which a cluster would be lost with one rack or one machine."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        problems += _names(stack)
        if masters := stack.value.masters:
            problems += _majority(stack, masters)
            problems += _facts(stack, masters)
            problems += _machines(stack, masters)
            if masters.keepalived:
                problems += _own_endpoint(stack)
            else:
                problems += _endpoint(catalogue, zone, stack)
    return problems


def _majority(stack: Declared[Stack], masters: Masters) -> Iterator[Problem]:
    """etcd writes while more than half of its members agree."""
    count = len(masters.nodes)
    needed = count // 2 + 1
    if count < 3 or count % 2 == 0:
        yield stack.problem(
            "masters-count",
            ("masters", "nodes"),
            f"{count} master{'' if count == 1 else 's'}: etcd needs {needed} of {count} to agree, "
            f"so it bears the loss of {count - needed}"
            + (f", as with {count - 1}" if count > 2 else ""),
            "an odd number, three or more",
        )
        return
    racks = Counter(node.rack for node in masters.nodes)
    rack, most = max(sorted(racks.items()), key=lambda pair: pair[1])
    if count - most < needed:
        yield stack.problem(
            "masters-rack",
            ("masters", "nodes"),
            f"without {rack} {count - most} of {count} masters are left, and etcd needs {needed}",
            f"at most {count - needed} in a rack: at least three racks",
        )


def _names(stack: Declared[Stack]) -> Iterator[Problem]:
    """Documents of masters stand beside those of pools and pairs, by name."""
    facts = stack.value
    held: list[tuple[KeyPath, str]] = [
        (("pools", index, "name"), pool.name) for index, pool in enumerate(facts.pools)
    ]
    if isinstance(facts.load_balancer, HAProxyPair):
        held.append((("load_balancer", "name"), facts.load_balancer.name))
    if pair := facts.platform_load_balancer:
        held.append((("platform_load_balancer", "name"), pair.name))
    for path, name in held:
        if name == MASTERS and facts.masters:
            found = f"'{MASTERS}' is what documents call the zone's masters"
            yield stack.problem("name-taken", path, found, "another name")


def _machines(stack: Declared[Stack], masters: Masters) -> Iterator[Problem]:
    taken: dict[str, KeyPath] = {}
    for index, node in enumerate(masters.nodes):
        path: KeyPath = ("masters", "nodes", index, "name")
        if node.name in taken:
            line = stack.place(taken[node.name]).line
            found = f"the name '{node.name}' stands here again (first in line {line})"
            yield stack.problem("name-taken", path, found, "each name once")
        taken.setdefault(node.name, path)


def _facts(stack: Declared[Stack], masters: Masters) -> Iterator[Problem]:
    facts = stack.value
    if masters.size not in facts.node_sizes:
        path: KeyPath = ("masters", "size")
        yield unknown(stack, "unknown-node-size", path, masters.size, facts.node_sizes)
    if facts.dns and domain_of(masters.name, facts.dns.named) is None:
        yield stack.problem(
            "outside-domains",
            ("masters", "name"),
            f"'{masters.name}' is in none of the zone's domains",
            ", ".join(facts.dns.named),
            "Nodes would not find the API server: add its domain to estate:dns.domains",
        )
    if facts.bootstrap is None and facts.registry.external is None:  # which says the same
        yield stack.problem(
            "no-bootstrap",
            ("masters",),
            "masters need secrets before there is a cluster, and 'estate:bootstrap' does not say "
            "where they are",
            "estate:bootstrap: {kind: files, directory: ...} or {kind: environment, prefix: ...}",
        )


def _own_endpoint(stack: Declared[Stack]) -> Iterator[Problem]:
    """HAProxy and the API server share the masters' addresses, so they cannot share a port."""
    if stack.value.cluster.api_server.port == API_PORT:
        yield stack.problem(
            "endpoint-port",
            ("cluster", "api_server"),
            f"each master's own API server listens on {API_PORT}, on all of its addresses: "
            "HAProxy beside it could not",
            "another port, like 8443",
            "Or without keepalived below estate:masters, and a load balancer in front",
        )


def _endpoint(catalogue: Catalogue, zone: Zone, stack: Declared[Stack]) -> Iterator[Problem]:
    facts = stack.value
    balancer, address = carrier(facts, PLATFORM), facts.cluster.api_server.address
    path: KeyPath = ("cluster", "api_server", "address")
    if isinstance(balancer, MetalLB):
        yield stack.problem(
            "balancer-cannot",
            ("masters",),
            f"{balancer.name} runs in the cluster, which needs its API servers to begin with",
            "keepalived below estate:masters, or estate:platform_load_balancer",
        )
        return
    if not any(address in cidr for cidr in balancer.vips):
        found = f"{address} is outside the VIP ranges of {balancer.name}"
        ranges = ", ".join(str(vip) for vip in balancer.vips)
        hint = "Or let the masters hold it: keepalived below estate:masters"
        yield stack.problem("vip-outside", path, found, ranges, hint)
    for other, whose in _held(catalogue, zone):
        if other == address:
            hint = "A virtual address belongs to one tenant, or to one service of the platform"
            yield stack.problem("vip-of-others", path, f"{address} is {whose}", hint=hint)


def _held(catalogue: Catalogue, zone: Zone) -> Iterator[tuple[object, str]]:
    facts = catalogue.stack(zone)
    for app in catalogue.apps:
        if isinstance(app.value, TraditionalApp) and app.value.zone == zone:
            yield app.value.vip.address, f"an address of the app '{app.value.app}'"
    if external := facts.registry.external:
        yield external.vip.address, "the registry's"
    for shard in facts.routers.shards if facts.routers else ():
        yield shard.address, f"that of the router shard '{shard.name}'"
