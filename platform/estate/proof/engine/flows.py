"""The declared flows: the one thing that the proof takes from declarations (F6).

They say which ways shall exist, from where to where; which way a connection takes, hop by hop, is
then looked up in what is emitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from estate.declarations.load import Loaded
from estate.plan import Plan
from estate.proof.readers.ports import Ports, Protocol, port
from estate.proof.readers.selectors import Selector
from estate.reader.values import Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.declare.firewalls import Before
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE, PLATFORM_NAMESPACES
from estate.topics.routers.plan import RoutersPlan
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.tenancy.plan import TenancyPlan

APP = "estate/app"
HBONE = 15008
PROBES = IPv4Network("169.254.7.127/32")
"""Of a mesh: where its proxies reach pods, and what kubelets' probes come from."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Pods, by what they are declared to be."""

    namespace: str
    labels: tuple[tuple[str, str], ...]
    name: str

    @property
    def selector(self) -> Selector:
        """What finds them."""
        return Selector(matchLabels=dict(self.labels))


def app_pods(namespace: str, app: str) -> Group:
    """An app's pods."""
    return Group(namespace=namespace, labels=((APP, app),), name=f"{namespace}/{app}")


def service_pods(namespace: str, name: str) -> Group:
    """The pods of a service of the platform's own."""
    labels = (("app.kubernetes.io/name", name),)
    return Group(namespace=namespace, labels=labels, name=f"{namespace}/{name}")


PROMETHEUS = service_pods("estate-monitoring", "prometheus")
DNS = Group(namespace="kube-system", labels=(("k8s-app", "kube-dns"),), name="kube-system/kube-dns")
PROMISED = (PROMETHEUS,)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A declared way of a connection."""

    zone: Zone
    subject: str
    """The app, tenant or service that declares it."""
    available: bool = False
    """Declared highly available: it must survive the loss of any one node."""

    @property
    def text(self) -> str:
        """In words; also what it is known by."""
        raise NotImplementedError

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        """The addresses that it names, and what they are called."""
        return {}


@dataclass(frozen=True, kw_only=True)
class ClientFlow(Flow):
    """Clients to a virtual address, a node port, a pod (E2, E3)."""

    address: IPv4Address
    port: int
    clients: tuple[IPv4Network, ...]
    """Everybody when empty."""
    members: tuple[IPv4Address, ...]
    pods: Group
    pod_port: int
    protocol: Protocol = "TCP"
    before_vips: tuple[str, ...] = ()
    """The firewalls between clients and the virtual address."""
    before_nodes: tuple[str, ...] = ()
    """The firewalls between the load balancer and nodes (E14)."""
    asked_on: int | None = None
    """Where the pods tell load balancers whether they can serve, if not where they serve."""

    @property
    def text(self) -> str:
        udp = "" if self.protocol == "TCP" else f" {self.protocol}"
        return f"clients -> {self.address}:{self.port}{udp} -> {self.pods.name}:{self.pod_port}"

    @property
    def ports(self) -> Ports:
        """Where clients connect to."""
        return port(self.port, self.protocol)

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        named = {one: f"clients of {self.subject}" for one in self.clients if one.prefixlen}
        return {**named, IPv4Network(self.address): f"virtual address of {self.subject}"}


@dataclass(frozen=True, kw_only=True)
class CallFlow(Flow):
    """Pods to pods of a Service (C3, C4)."""

    callers: Group | None
    """None: every pod of the callee's namespace."""
    callees: Group
    service: str
    port: int
    pod_port: int
    beside: tuple[int, ...] = ()
    """Further ports at the callee's pods by which the connection is carried."""

    @property
    def text(self) -> str:
        callers = self.callers.name if self.callers else f"{self.callees.namespace}/(any pod)"
        return f"{callers} -> {self.callees.namespace}/{self.service}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class RouteFlow(Flow):
    """A host name and a path, by a router shard, to the pods of an app (C5, E13)."""

    host: str
    path: str
    routers: Group
    pods: Group
    pod_port: int

    @property
    def text(self) -> str:
        return f"{self.host}{self.path} -> {self.routers.name} -> {self.pods.name}:{self.pod_port}"


@dataclass(frozen=True, kw_only=True)
class NeighbourFlow(Flow):
    """Pods of one namespace, on any port (C3)."""

    namespace: str

    @property
    def text(self) -> str:
        return f"{self.namespace}/(any pod) -> {self.namespace}/(any pod)"


@dataclass(frozen=True, kw_only=True)
class ProbeFlow(Flow):
    """Kubelets to the pods of a namespace in a mesh, by the address that the mesh gives them."""

    namespace: str

    @property
    def text(self) -> str:
        return f"kubelets -> {PROBES} -> {self.namespace}/(any pod)"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {PROBES: "probes in a mesh"}


@dataclass(frozen=True, kw_only=True)
class NameFlow(Flow):
    """Every pod of a namespace to the name service."""

    namespace: str

    @property
    def text(self) -> str:
        return f"{self.namespace}/(any pod) -> {DNS.name}:53"


@dataclass(frozen=True, kw_only=True)
class OutFlow(Flow):
    """Pods to a server outside the cluster (F1, F2, F3)."""

    pods: Group
    server: str
    address: IPv4Address
    port: int
    firewalls: tuple[str, ...]
    name: str = ""
    """The Service of its own namespace that it finds the server by; empty: by its address."""

    @property
    def text(self) -> str:
        return f"{self.pods.name} -> {self.server} {self.address}:{self.port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): self.server}


@dataclass(frozen=True, kw_only=True)
class MountFlow(Flow):
    """The nodes of an app to a directory on a filer (H2)."""

    pods: Group | None
    """None where the app is retired and its volume is kept."""
    namespace: str
    filer: str
    address: IPv4Address
    directory: str
    nodes: tuple[IPv4Address, ...]
    firewalls: tuple[str, ...] = ()
    """Those between the nodes and the filer."""

    @property
    def text(self) -> str:
        return f"nodes of {self.namespace}/{self.subject} -> {self.filer}:{self.directory}"


@dataclass(frozen=True, kw_only=True)
class ConsumerFlow(Flow):
    """Networks outside that call pods by their own or by their node's address (K1, K2)."""

    consumers: tuple[IPv4Network, ...]
    pods: Group
    port: int
    on_node: bool

    @property
    def text(self) -> str:
        networks = ", ".join(str(one) for one in self.consumers)
        return f"{networks} -> {self.pods.name}:{self.port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {one: f"consumers of {self.subject}" for one in self.consumers}


def declared_flows(plans: Mapping[Zone, Plan], loaded: Loaded) -> list[Flow]:
    """Every flow of both zones."""
    crossing = _Crossing(loaded)
    found: list[Flow] = []
    for plan in plans.values():
        nodes = {
            pool.name: tuple(one.address for one in pool.nodes) for pool in plan.of(NodesPlan).pools
        }
        for tenant in plan.of(TenancyPlan).tenants:
            for one in tenant.namespaces:
                found.append(NeighbourFlow(zone=plan.zone, subject=tenant.name, namespace=one.name))
                found.append(NameFlow(zone=plan.zone, subject=tenant.name, namespace=one.name))
                if one.mesh:
                    found.append(ProbeFlow(zone=plan.zone, subject=tenant.name, namespace=one.name))
        for namespace in PLATFORM_NAMESPACES:
            found.append(NameFlow(zone=plan.zone, subject=namespace, namespace=namespace))
        for router in plan.of(RoutersPlan).routers:
            found += _of_router(plan.zone, router, crossing)
        found += _of_kibana(plan, crossing)
        for app in plan.of(AppsPlan).apps:
            if app.running:
                found += _of_app(app, crossing)
            if app.logs:
                found.append(_mount(app, nodes[app.pool], crossing))
    return sorted(found, key=lambda one: (one.zone, one.subject, type(one).__name__, one.text))


class _Crossing:
    """Where a server stands, and the firewalls on the way there."""

    def __init__(self, loaded: Loaded) -> None:
        self._stacks = {zone: one.value for zone, one in loaded.stacks.items()}

    def firewalls(self, source: Zone, database: str) -> tuple[str, ...]:
        for zone, stack in self._stacks.items():
            if any(one.name == database for one in stack.databases):
                if zone == source:
                    return ()
                return tuple(one.name for one in stack.firewalls if one.source_zone == source)
        return ()

    def before(self, zone: Zone, what: Before) -> tuple[str, ...]:
        """The firewalls of a zone that stand before something of its own."""
        return tuple(one.name for one in self._stacks[zone].firewalls if one.before == what)


def _of_router(zone: Zone, router: RouterPlan, crossing: _Crossing) -> Iterator[Flow]:
    """People to the routers, and the routers to the API server; to apps, see the apps."""
    pods = service_pods(router.placement.namespace, router.name)
    listens = {one.node_port: one.number for one in router.ports}
    for server in router.virtual_servers:
        yield ClientFlow(
            zone=zone,
            subject=router.name,
            available=router.replicas > 1,
            address=server.address,
            port=server.port,
            clients=server.clients,
            members=server.members,
            pods=pods,
            pod_port=listens[server.member_port],
            asked_on=listens[server.monitor.port] if server.monitor.port else None,
            before_vips=crossing.before(zone, "vips"),
            before_nodes=crossing.before(zone, "nodes"),
        )
    yield OutFlow(
        zone=zone,
        subject=router.name,
        available=router.replicas > 1,
        pods=pods,
        server="API server",
        address=router.api_server.address,
        port=router.api_server.port,
        firewalls=(),
    )


def _of_kibana(plan: Plan, crossing: _Crossing) -> Iterator[Flow]:
    """People to Kibana, where it is published."""
    logged = plan.find(LoggingPlan)
    if logged is None or logged.access is None:
        return
    zone, namespace = plan.zone, logged.placement.namespace
    server = logged.access.server
    yield ClientFlow(
        zone=zone,
        subject="kibana",
        available=True,
        address=server.address,
        port=server.port,
        clients=server.clients,
        members=server.members,
        pods=service_pods(namespace, "kibana"),
        pod_port=5601,
        before_vips=crossing.before(zone, "vips"),
        before_nodes=crossing.before(zone, "nodes"),
    )


def _of_app(app: AppPlan, crossing: _Crossing) -> Iterator[Flow]:
    pods = app_pods(app.namespace, app.name)
    several = app.replicas > 1
    if app.exposure and app.port:
        udp = app.exposure.datagrams
        listens = {"TCP": app.port, "UDP": udp.number if udp else 0}
        for server in app.exposure.virtual_servers:
            asked = server.monitor.port is not None and not app.exposure.by_metallb
            yield ClientFlow(
                zone=app.zone,
                subject=app.name,
                available=several,
                address=server.address,
                port=server.port,
                protocol=server.protocol,
                clients=server.clients,
                members=server.members,
                pods=pods,
                pod_port=listens[server.protocol],
                asked_on=app.port if asked else None,
                before_vips=crossing.before(app.zone, "vips"),
                before_nodes=crossing.before(app.zone, "nodes"),
            )
    yield from _routes(app, pods)
    yield from _calls(app, pods)
    for database in app.databases:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server=database.name,
            address=database.address,
            port=database.port,
            firewalls=crossing.firewalls(app.zone, database.name),
            name=database.host.partition(".")[0],
        )
    for system in app.delivery:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server=system.name,
            address=system.address,
            port=system.port,
            firewalls=(),
            name=system.name,
        )
    for server in app.ensembles:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server="registry",
            address=server.address,
            port=server.port,
            firewalls=(),
        )
    if app.rpc and app.rpc.consumers and app.port:
        yield ConsumerFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            consumers=app.rpc.consumers,
            pods=pods,
            port=app.port,
            on_node=app.rpc.holds_host_port,
        )


def _routes(app: AppPlan, pods: Group) -> Iterator[RouteFlow]:
    if app.route is None or app.port is None:
        return
    for host in app.route.hosts:
        for path in app.route.paths:
            yield RouteFlow(
                zone=app.zone,
                subject=app.name,
                available=app.replicas > 1,
                host=host,
                path=path,
                routers=service_pods(INGRESS_NAMESPACE, app.route.shard),
                pods=pods,
                pod_port=app.port,
            )


def _calls(app: AppPlan, pods: Group) -> Iterator[CallFlow]:
    def call(
        callers: Group | None, callees: Group, service: str, port: int, several: bool
    ) -> CallFlow:
        return CallFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            callers=callers,
            callees=callees,
            service=service,
            port=port,
            pod_port=port,
        )

    several = app.replicas > 1
    if app.port:
        yield call(None, pods, app.name, app.port, several)
    if app.route and app.port:
        routers = service_pods(INGRESS_NAMESPACE, app.route.shard)
        yield call(routers, pods, app.name, app.port, several)
    if app.metrics:
        yield call(PROMETHEUS, pods, f"{app.name}-metrics", app.metrics.port, False)
    for one in app.connects_to:
        callees = app_pods(one.callee_namespace, one.callee)
        flow = call(pods, callees, one.callee, one.port, several)
        yield replace(flow, beside=(HBONE,)) if one.meshed else flow
    if app.stateful and app.port:
        own = (2888, 3888) if app.stateful.preset == "zookeeper" else ()
        for port in (app.port, *own):
            yield call(pods, pods, f"{app.name}-peers", port, several)


def _mount(app: AppPlan, nodes: tuple[IPv4Address, ...], crossing: _Crossing) -> MountFlow:
    assert app.logs
    return MountFlow(
        zone=app.zone,
        subject=app.name,
        available=app.running and app.replicas > 1,
        pods=app_pods(app.namespace, app.name) if app.running else None,
        namespace=app.namespace,
        filer=app.logs.filer,
        address=app.logs.server,
        directory=app.logs.directory,
        nodes=nodes,
        firewalls=crossing.before(app.zone, "servers"),
    )
