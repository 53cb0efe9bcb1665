"""Checks of MetalLB's addresses and nodes."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.load_balancers import MetalLB


def check_metallb(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each declared feature that MetalLB does not have."""
    for stack in catalogue.stacks.values():
        if isinstance(stack.value.load_balancer, MetalLB):
            yield from _routers(stack, stack.value.load_balancer)
            yield from _platform(stack, stack.value.load_balancer)
    holders: dict[tuple[Zone, IPv4Address], App] = {}
    for declared in catalogue.apps:
        app = declared.value
        if isinstance(app, TraditionalApp):
            balancer = catalogue.stack(app.zone).load_balancer
            if isinstance(balancer, MetalLB):
                yield from _asked(declared, app, balancer)
                first = holders.setdefault((app.zone, app.vip.address), app)
                if first is not app and first.tenant == app.tenant:
                    yield declared.problem(
                        "balancer-cannot",
                        ("vip", "address"),
                        f"{balancer.name} gives an address to one Service, and "
                        f"{app.vip.address} is that of the app '{first.app}'",
                        "an address of its own",
                    )


def _routers(stack: Declared[Stack], balancer: MetalLB) -> Iterator[Problem]:
    bgp = balancer.mode == "bgp"
    for key, given in (("as_number", balancer.as_number), ("peers", balancer.peers)):
        if bgp and not given:
            yield stack.problem(
                "bgp-incomplete",
                ("load_balancer", "mode"),
                f"with mode: bgp nodes need routers to announce to, but '{key}' is missing",
                f"'{key}', too",
                "Or mode: layer2, which needs neither as_number nor peers",
            )
        if given and not bgp:
            yield stack.problem(
                "bgp-incomplete",
                ("load_balancer", key),
                "with mode: layer2 nodes announce to no router",
                "only with mode: bgp",
            )
    names: set[str] = set()
    for index, peer in enumerate(balancer.peers):
        if peer.name in names:
            path: KeyPath = ("load_balancer", "peers", index, "name")
            found = f"peer '{peer.name}' stands here again"
            yield stack.problem("peer-taken", path, found, "each peer once")
        names.add(peer.name)


def _platform(stack: Declared[Stack], balancer: MetalLB) -> Iterator[Problem]:
    """What is no app's stands outside the cluster, or is reached by node ports."""
    if stack.value.platform_load_balancer or not (
        stack.value.registry.external
        or stack.value.routers
        or (stack.value.logging and stack.value.logging.published)
    ):
        return
    external = stack.value.registry.external is not None
    why = "the registry stands outside the cluster" if external else "routers have node ports"
    yield stack.problem(
        "balancer-cannot",
        ("load_balancer",),
        f"{balancer.name} forwards to apps' pods only, and {why}",
        "a pair of HAProxy hosts as platform_load_balancer",
    )


def _asked(declared: Declared[App], app: TraditionalApp, balancer: MetalLB) -> Iterator[Problem]:
    name, vip = balancer.name, app.vip
    reads = f"{name} reads no bytes: it brings packets to a node"
    asked = (
        (
            vip.snat == "auto",
            "snat",
            f"{name} replaces no source: nodes see clients by their own address",
            "snat: none",
        ),
        (vip.protocol == "http", "protocol", reads, "protocol: tcp"),
        (vip.tls is not None, "tls", reads, "TLS in the app itself"),
        (
            vip.stickiness != "none",
            "stickiness",
            f"{name} keeps no client with a node",
            "stickiness: none",
        ),
        (
            vip.proxy_protocol,
            "proxy_protocol",
            f"{name} does not speak the PROXY protocol",
            "proxy_protocol: false",
        ),
    )
    for wrong, key, found, allowed in asked:
        if wrong:
            hint = "A pair of HAProxy hosts (kind: haproxy) can" if key != "snat" else ""
            yield declared.problem("balancer-cannot", ("vip", key), found, allowed, hint)
    if app.listen.traffic_policy == "Local":
        yield declared.problem(
            "balancer-cannot",
            ("listen", "traffic_policy"),
            f"{name} uses a Service for which the API server picks a further node port under "
            "Local (healthCheckNodePort), which the register does not have",
            "traffic_policy: Cluster",
        )
