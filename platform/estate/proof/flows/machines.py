"""To machines outside the cluster over a virtual address, and what those mount (G1 to G3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.proof.emitted import Place
from estate.proof.engine.firewalls import cross
from estate.proof.engine.flows import CallFlow, Flow, Group, MountFlow, OutFlow
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import held, leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.as3 import DECLARATION, VirtualServer
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import port
from estate.reader.addresses import EVERYBODY
from estate.topics.control_plane.plan.model import API_PORT, MastersPlan
from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.model import API_SERVER
from estate.topics.registry.plan.model import ExternalRegistryPlan, InternalRegistryPlan
from estate.topics.registry.plan.registries import PORT as REGISTRY_PORT


@dataclass(frozen=True, kw_only=True)
class MachineFlow(Flow):
    """Nodes and people to machines behind a virtual address."""

    address: IPv4Address
    port: int
    machines: tuple[IPv4Address, ...]
    machine_port: int
    clients: tuple[IPv4Network, ...] = ()
    """Everybody when empty."""
    outside: tuple[IPv4Network, ...] = ()
    """Those that cross firewalls on the way."""
    before_address: tuple[str, ...] = ()
    """The firewalls between them and the virtual address."""
    before_machines: tuple[str, ...] = ()
    """The firewalls between the load balancer and the machines (E14)."""

    @property
    def text(self) -> str:
        return f"clients -> {self.address}:{self.port} -> {self.subject}:{self.machine_port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        named = {IPv4Network(one): f"a machine of {self.subject}" for one in self.machines}
        return {**named, IPv4Network(self.address): f"virtual address of {self.subject}"}


@dataclass(frozen=True, kw_only=True)
class MachineMountFlow(Flow):
    """Machines to a directory on a filer."""

    filer: str
    directory: str
    machines: tuple[IPv4Address, ...]

    @property
    def text(self) -> str:
        return f"machines of {self.subject} -> {self.filer}:{self.directory}"


@dataclass(frozen=True, kw_only=True)
class PullFlow(Flow):
    """Nodes themselves to pods, by a cluster address (G4)."""

    sources: tuple[IPv4Network, ...]
    pods: Group
    service: str
    port: int

    @property
    def text(self) -> str:
        return f"nodes -> {self.pods.namespace}/{self.service}:{self.port}"


def machine_flows(plans: Iterable[Plan]) -> Iterator[Flow]:
    """Of every zone whose registry or masters stand on machines of their own."""
    for plan in plans:
        if plan.masters:
            yield _to_masters(plan, plan.masters)
        if registry := plan.external_registry:
            yield from _of_registry(plan, registry)
        if harbor := plan.harbor:
            yield MachineFlow(
                zone=plan.zone,
                subject="registry",
                address=harbor.address,
                port=int(plan.registry.partition(":")[2] or 443),
                machines=tuple(sorted(one.address for one in harbor.servers)),
                machine_port=harbor.port,
            )
        if inside := plan.internal_registry:
            yield from _inside(plan, inside)


def _to_masters(plan: Plan, masters: MastersPlan) -> MachineFlow:
    """Nodes, and people from where they may, to the API servers (A3)."""
    (server,) = (
        one for one in plan.virtual_servers if (one.partition, one.name) == (PLATFORM, API_SERVER)
    )
    own = (plan.network.nodes, plan.network.pods)
    vips, nodes = (
        tuple(one.name for one in plan.firewalls if one.before == what)
        for what in ("vips", "nodes")
    )
    return MachineFlow(
        zone=plan.zone,
        subject=API_SERVER,
        address=server.address,
        port=server.port,
        machines=tuple(one.address for one in masters.masters),
        machine_port=API_PORT,
        clients=server.clients,
        outside=tuple(one for one in server.clients if one not in own),
        before_address=(*vips, *nodes) if masters.pair else vips,
        before_machines=() if masters.pair else nodes,
    )


def _of_registry(plan: Plan, registry: ExternalRegistryPlan) -> Iterator[Flow]:
    machines = tuple(one.address for one in registry.servers)
    own = (plan.network.nodes, plan.network.pods)
    yield MachineFlow(
        zone=plan.zone,
        subject="registry",
        address=registry.vip.address,
        port=registry.vip.port,
        machines=machines,
        machine_port=registry.port,
        clients=registry.clients,
        outside=tuple(one for one in registry.clients if one not in own),
        before_address=tuple(one.name for one in plan.firewalls if one.before == "vips"),
    )
    yield MachineMountFlow(
        zone=plan.zone,
        subject="registry",
        filer=registry.filer,
        directory=registry.directory,
        machines=machines,
    )


def _service(namespace: str, name: str) -> Group:
    labels = (("app.kubernetes.io/name", name),)
    return Group(namespace=namespace, labels=labels, name=f"{namespace}/{name}")


def _inside(plan: Plan, registry: InternalRegistryPlan) -> Iterator[Flow]:
    """Nodes pull, the job fetches and puts in, and all that share the directory mount it."""
    namespace = registry.placement.namespace
    serving, intake, job = (
        _service(namespace, name) for name in ("registry", "registry-intake", "promotion")
    )
    zone, subject = plan.zone, "registry"
    yield PullFlow(
        zone=zone,
        subject=subject,
        available=True,
        sources=registry.nodes,
        pods=serving,
        service=subject,
        port=REGISTRY_PORT,
    )
    yield CallFlow(
        zone=zone,
        subject="promotion",
        callers=job,
        callees=intake,
        service="registry-intake",
        port=REGISTRY_PORT,
        pod_port=REGISTRY_PORT,
    )
    yield OutFlow(
        zone=zone,
        subject="promotion",
        pods=job,
        server=f"virtual address of {subject}",
        address=registry.source_address.address,
        port=registry.source_address.port,
        firewalls=(),
    )
    (pool,) = (one for one in plan.pools if one.name == registry.placement.pool)
    for pods in (serving, intake):
        yield MountFlow(
            zone=zone,
            subject=pods.name.partition("/")[2],
            available=True,
            pods=pods,
            namespace=namespace,
            filer=registry.filer,
            address=registry.filer_address,
            directory=registry.directory,
            nodes=tuple(node.address for node in pool.nodes),
        )


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
    own = [IPv4Network(one) for one in view.sources_of(server)]
    cross(trail, rows, flow.before_machines, own, flow.machines, port(flow.machine_port))
    _members(trail, flow, server)


def _members(trail: Trail, flow: MachineFlow, server: VirtualServer) -> None:
    asked = {(one.address, one.port): one.place for one in server.members}
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
        one.client: one.place
        for one in view.exports
        if (one.filer, one.directory) == (flow.filer, flow.directory)
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
