"""Masters in HA: a majority whatever rack is lost, one endpoint in front of them (A3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network

from estate.declare import Declared, Problem
from estate.declare.models import Images, Masters, MetalLB, Stack, TraditionalApp
from estate.declare.models.load_balancer import HAProxyPair, PairHost
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.balancers import PLATFORM, carrier
from estate.plan.catalogue import Catalogue, unknown
from estate.plan.control_plane import API_PORT, API_SERVER, MASTERS, MasterPlan, MastersPlan
from estate.plan.control_plane_images import DIRECTORY, control_plane_images, release_of
from estate.plan.model.exposure import MonitorPlan, VirtualServerPlan
from estate.plan.names import domain_of

_HIGHEST = 200
"""The priority of the first master."""


def plan_masters(stack: Stack, images: Images | None) -> MastersPlan | None:
    """The zone's masters; None where somebody else runs the control plane."""
    declared = stack.masters
    if declared is None:
        return None
    size, release = stack.node_sizes[declared.size], release_of(stack, declared)
    return MastersPlan(
        owner=declared.owner,
        release=release,
        host=declared.name,
        images=f"{stack.registry.host}/{DIRECTORY}",
        control_plane=control_plane_images(release, images),
        pods=size.pods,
        reserved_cpu=size.reserved.cpu,
        reserved_memory=size.reserved.memory,
        size=declared.size,
        masters=tuple(
            MasterPlan(name=one.name, address=one.address, rack=one.rack) for one in declared.nodes
        ),
        pair=masters_pair(stack, declared),
    )


def masters_pair(stack: Stack, declared: Masters) -> HAProxyPair | None:
    """The masters as what they are for their endpoint: hosts among which an address moves."""
    moving = declared.keepalived
    if moving is None:
        return None
    return HAProxyPair(
        kind="haproxy",
        name=MASTERS,
        hosts=tuple(
            PairHost(
                name=one.name,
                address=one.address,
                interface=moving.interface,
                priority=_HIGHEST - place,
            )
            for place, one in enumerate(declared.nodes)
        ),
        segment=stack.network.nodes,
        virtual_router=moving.virtual_router,
        vips=(IPv4Network(stack.cluster.api_server.address),),
    )


def api_virtual_server(stack: Stack) -> VirtualServerPlan | None:
    """The endpoint: bytes are passed through, since clients log in with certificates, too.

    A master is asked ``/readyz``: an API server that has lost etcd, or is on its way down, still
    accepts connections, and would be given every request. Nobody has to log in for the answer.
    """
    declared = stack.masters
    if declared is None:
        return None
    network, server = stack.network, stack.cluster.api_server
    own = [network.nodes, *([network.pods] if network.pod_egress_identity == "pod" else [])]
    return VirtualServerPlan(
        name=API_SERVER,
        names=(declared.name,),
        partition=PLATFORM,
        owner=declared.owner,
        address=server.address,
        port=server.port,
        members=tuple(sorted(one.address for one in declared.nodes)),
        member_port=API_PORT,
        monitor=MonitorPlan(kind="https", path="/readyz", host=declared.name),
        stickiness="none",
        snat="auto",
        long_lived=True,  # watches, and shells of people
        clients=(*sorted(declared.clients), *own) if declared.clients else (),
    )


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
    racks = Counter(one.rack for one in masters.nodes)
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
    taken: dict[str, KeyPath] = {
        node.name: ("nodes", index, "name") for index, node in enumerate(stack.value.nodes)
    }
    for index, one in enumerate(masters.nodes):
        path: KeyPath = ("masters", "nodes", index, "name")
        if one.name in taken:
            line = stack.place(taken[one.name]).line
            found = f"the name '{one.name}' stands here again (first in line {line})"
            yield stack.problem("name-taken", path, found, "each name once")
        taken.setdefault(one.name, path)


def _facts(stack: Declared[Stack], masters: Masters) -> Iterator[Problem]:
    facts = stack.value
    if masters.size not in facts.node_sizes:
        path: KeyPath = ("masters", "size")
        yield unknown(stack, "unknown-node-size", path, masters.size, facts.node_sizes)
    if facts.dns and domain_of(masters.name, facts.dns.domains) is None:
        yield stack.problem(
            "outside-domains",
            ("masters", "name"),
            f"'{masters.name}' is in none of the zone's domains",
            ", ".join(facts.dns.domains),
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
        ranges = ", ".join(str(one) for one in balancer.vips)
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
