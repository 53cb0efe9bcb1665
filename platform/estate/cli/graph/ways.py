"""The ways of apps, from users to servers, as the plan has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address

from estate.cli.graph.drawing import Drawing
from estate.cli.graph.model import Graph, Layer, Node, few
from estate.cli.listing.model import Stack
from estate.cli.sentences import counted
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.plan import EgressPlan
from estate.topics.egress.plan.firewall_row import FirewallRow, Purpose
from estate.topics.egress.plan.model import DatabaseAccess
from estate.topics.exposure.plan.balancers import PLATFORM, carrier
from estate.topics.exposure.plan.model import RoutePlan, VirtualServerPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.routers.plan import RoutersPlan

_DATABASES: tuple[Purpose, ...] = ("database", "relayed database")
_APPS: tuple[Purpose, ...] = ("app", "relayed app")


def ways(stack: Stack, title: str, wanted: Callable[[AppPlan], bool]) -> Graph:
    """The ways of the apps that are wanted."""
    drawing = _Ways(stack)
    apps = [app for app in stack.plan.of(AppsPlan).apps if app.running and wanted(app)]
    names = {app.name for app in apps}
    for app in apps:
        drawing.app(app, names)
    return drawing.graph(title)


class _Ways(Drawing):
    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self._stack = stack
        self._plan = stack.plan
        self._rows: dict[tuple[IPv4Address, int], list[FirewallRow]] = {}
        for row in stack.plan.of(FirewallPlan).rows:
            self._rows.setdefault((row.destination_address, row.port), []).append(row)

    def app(self, app: AppPlan, others: set[str]) -> None:
        """An app, with what is before it and what it connects to."""
        pods = (counted(app.replicas, "pod"), f"pool {app.pool}")
        called = any(peer.caller in others for peer in app.connected_from)
        inner = called and not app.exposure and not app.route
        layer = Layer.CALLEES if inner else Layer.APPS
        self._app(app.name, app.tenant, layer, *pods)
        self._entrances(app)
        for peer in app.connected_from:
            if peer.caller not in others:
                self._app(peer.caller, "", Layer.NODES, peer.caller_namespace)
                self.edge(f"app:{peer.caller}", f"app:{app.name}", f"port {peer.port}")
        for peer in app.connects_to:
            if peer.callee not in others:
                self._app(peer.callee, "", Layer.CALLEES, peer.callee_namespace)
            self.edge(f"app:{app.name}", f"app:{peer.callee}", f"port {peer.port}")
        self._databases(app)
        self._others(app)

    def _app(self, name: str, tenant: str, layer: Layer, *lines: str) -> None:
        tenant = tenant or next(
            (app.tenant for app in self._plan.of(AppsPlan).apps if app.name == name), ""
        )
        self.node(
            Node(id=f"app:{name}", layer=layer, kind="app", title=name, lines=lines, tenant=tenant)
        )

    def _entrances(self, app: AppPlan) -> None:
        own = f"app:{app.name}"
        for server in app.exposure.virtual_servers if app.exposure else ():
            balancer = self._balancer(server)
            nodes = self._members(server)
            firewalls = {
                name
                for member in server.members
                for name in self._firewalls(member, server.member_port, "members")
            }
            self.edge(balancer, nodes, f"node port {server.member_port}", *sorted(firewalls))
            self.edge(nodes, own)
        if app.route:
            self._route(app.route, own)
        if app.rpc and app.rpc.consumers:
            networks = [str(network) for network in app.rpc.consumers]
            self.edge(self._clients("Consumers", networks), own, f"port {app.port}")

    def _route(self, route: RoutePlan, app: str) -> None:
        plan = self._plan.find(RoutersPlan)
        for router in plan.routers if plan else ():
            if router.name != route.shard:
                continue
            at = self.node(
                Node(
                    id=f"router:{router.name}",
                    layer=Layer.NODES,
                    kind="router",
                    title=router.name,
                    lines=(counted(router.replicas, "pod"), f"pool {router.placement.pool}"),
                )
            )
            for server in router.virtual_servers:
                firewalls = {
                    name
                    for member in server.members
                    for name in self._firewalls(member, server.member_port, "members")
                }
                self.edge(self._balancer(server), at, *sorted(firewalls))
            self.edge(at, app, *route.hosts)

    def _balancer(self, server: VirtualServerPlan) -> str:
        """The load balancer, with its clients before it."""
        declared = self._stack.given.catalogue.stack(self._plan.zone)
        name = carrier(declared, server.partition).name
        at = self.node(
            Node(
                id=f"balancer:{name}",
                layer=Layer.BALANCERS,
                kind="balancer",
                title=name,
                lines=(f"{server.address}:{server.port}",),
            )
        )
        networks = [str(client) for client in server.clients if client.prefixlen]
        clients = self._clients("Users", networks)
        self.edge(clients, at, *self._firewalls(server.address, server.port, "clients"))
        return at

    def _clients(self, title: str, networks: list[str]) -> str:
        lines = few(networks) or ("everybody",)
        return self.node(
            Node(
                id=f"clients:{title}:{' '.join(networks)}",
                layer=Layer.CLIENTS,
                kind="clients",
                title=title,
                lines=lines,
            )
        )

    def _members(self, server: VirtualServerPlan) -> str:
        pools = [
            pool.name
            for pool in self._plan.of(NodesPlan).pools
            if any(node.address in server.members for node in pool.nodes)
        ]
        platform = server.partition == PLATFORM
        where = "machines" if platform and not pools else few(f"pool {name}" for name in pools)
        lines = (where,) if isinstance(where, str) else where
        return self.node(
            Node(
                id=f"nodes:{' '.join(pools)}:{len(server.members)}",
                layer=Layer.NODES,
                kind="nodes",
                title=counted(len(server.members), "node"),
                lines=lines,
            )
        )

    def _databases(self, app: AppPlan) -> None:
        for access in app.databases:
            zone, _ = self._stack.given.catalogue.databases[access.name]
            words = [f"{access.address}:{access.port}"]
            if zone != self._plan.zone:
                words.append(f"in zone {zone}")
            firewalls = self._firewalls(access.address, access.port, *_DATABASES)
            server = self._server(f"database:{access.name}", access.name, *words)
            self._out(app, access, server, firewalls)
        for other in app.other_zone:
            words = [f"{other.address}:{other.port}", f"app in zone {other.zone}"]
            firewalls = self._firewalls(other.address, other.port, *_APPS)
            server = self._server(f"other-zone:{other.name}", other.app, *words)
            self._out(app, other, server, firewalls)

    def _out(
        self, app: AppPlan, access: DatabaseAccess, server: str, firewalls: Iterable[str]
    ) -> None:
        if access.via == "direct":
            self.edge(f"app:{app.name}", server, *firewalls)
        else:
            egress = self._egress()
            self.edge(f"app:{app.name}", egress)
            self.edge(egress, server, *firewalls)

    def _egress(self) -> str:
        """What connections leave the zone by."""
        plan = self._plan.find(EgressPlan)
        relays = plan.relays if plan else None
        addresses = plan.egress_addresses if plan else None
        title, lines = "Egress", tuple[str, ...]()
        if relays:
            title, lines = "Relays", (f"pool {relays.placement.pool}",)
        elif addresses:
            title, lines = "Egress addresses", tuple(str(one) for one in addresses.addresses)
        return self.node(
            Node(id="egress", layer=Layer.EGRESS, kind="egress", title=title, lines=few(lines))
        )

    def _others(self, app: AppPlan) -> None:
        own = f"app:{app.name}"
        if app.logs:
            filer = self._server(f"filer:{app.logs.filer}", app.logs.filer, str(app.logs.server))
            self.edge(own, filer, "log files, NFS")
        for system in app.delivery:
            address = f"{system.address}:{system.port}"
            self.edge(own, self._server(f"delivery:{system.name}", system.name, address))
        for one in app.ensembles:
            title = f"{one.address}:{one.port}"
            self.edge(own, self._server(f"ensemble:{title}", "Registry server", title))

    def _server(self, key: str, title: str, *lines: str) -> str:
        return self.node(Node(id=key, layer=Layer.SERVERS, kind="server", title=title, lines=lines))

    def _firewalls(self, address: IPv4Address, port: int, *purposes: Purpose) -> Iterator[str]:
        """Those that have a row for connections to that place."""
        found = {
            row.firewall for row in self._rows.get((address, port), ()) if row.purpose in purposes
        }
        return iter(sorted(found))
