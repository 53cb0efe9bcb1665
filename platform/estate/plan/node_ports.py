"""Node ports: what the register says, and whether what is declared agrees with it (E1, E2).

Whoever needs a port is a :class:`PortUse`, an app or a service of the platform's own; the register
is the only place that gives one a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from estate.declare import Declared, Loaded, Problem
from estate.declare.models import NodePortRegister, RegisteredPort, Stack, TraditionalApp
from estate.declare.models.node_ports import PLATFORM, Protocol
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue, namespace_of, owner_of
from estate.plan.exposure import answers_over_tcp
from estate.plan.log_intake import INTAKE, PORT_OWNER, log_devices
from estate.plan.model.exposure import NodePortPlan
from estate.plan.platform_namespaces import INGRESS_NAMESPACE
from estate.plan.routers import router_name, router_ports


@dataclass(frozen=True, kw_only=True)
class PortUse:
    """Something declared that is reached by a node port."""

    zone: Zone
    owner: str
    """As the register has it: ``<tenant>/<app>`` or ``platform/<service>``."""
    protocol: Protocol
    namespace: str
    """Where its Service stands."""
    service: str
    """What its Service is called."""
    running: bool
    """False once it is retired: it keeps the port, and nothing may use it."""
    declared: Declared[Any]
    path: KeyPath
    """Where the number stands, or could stand."""
    wanted: int | None = None
    """The number that is written there."""

    @property
    def command(self) -> str:
        """What gives it a port, as one types it."""
        protocol = f" --protocol {self.protocol}" if self.protocol != "TCP" else ""
        port = f" --port {self.wanted}" if self.wanted else ""
        name = self.owner if self.owner.startswith("platform/") else self.owner.split("/")[1]
        return f"estate ports assign --stack {self.zone}{protocol}{port} {name}"


_Holders = dict[tuple[Zone, int, Protocol], RegisteredPort]


def port_uses(found: Catalogue | Loaded) -> Iterator[PortUse]:
    """Everything that is reached by a node port, retired apps too."""
    yield from _platform_uses(found.stacks)
    for declared in found.apps:
        app = declared.value
        if isinstance(app, TraditionalApp):
            wanted = app.listen.node_port
            stack = found.stacks.get(app.zone)
            if stack is None or answers_over_tcp(stack.value, app):
                yield PortUse(
                    zone=app.zone,
                    owner=owner_of(app),
                    protocol="TCP",
                    namespace=namespace_of(app),
                    service=app.app,
                    running=app.state == "active",
                    declared=declared,
                    path=("listen", "node_port") if wanted else ("listen",),
                    wanted=wanted,
                )
            if app.udp:
                yield PortUse(
                    zone=app.zone,
                    owner=owner_of(app),
                    protocol="UDP",
                    namespace=namespace_of(app),
                    service=app.app,
                    running=app.state == "active",
                    declared=declared,
                    path=("udp", "node_port") if app.udp.node_port else ("udp",),
                    wanted=app.udp.node_port,
                )


def _platform_uses(stacks: Mapping[Zone, Declared[Stack]]) -> Iterator[PortUse]:
    """The platform's own services that are reached by a node port, as ``platform/<service>``."""
    for zone, stack in stacks.items():
        routers = stack.value.routers
        for index, shard in enumerate(routers.shards if routers else ()):
            for _, owner in router_ports(shard):
                yield PortUse(
                    zone=zone,
                    owner=owner,
                    protocol="TCP",
                    namespace=INGRESS_NAMESPACE,
                    service=router_name(shard),
                    running=True,
                    declared=stack,
                    path=("routers", "shards", index, "name"),
                )
        if stack.value.logging and stack.value.logging.published:
            yield PortUse(
                zone=zone,
                owner=f"{PLATFORM}/kibana",
                protocol="TCP",
                namespace="estate-logging",
                service="kibana-published",
                running=True,
                declared=stack,
                path=("logging", "published"),
            )
        if log_devices(stack.value):
            yield PortUse(
                zone=zone,
                owner=PORT_OWNER,
                protocol="TCP",
                namespace="estate-logging",
                service=INTAKE,
                running=True,
                declared=stack,
                path=("logging", "intake"),
            )


def plan_node_ports(catalogue: Catalogue, zone: Zone) -> tuple[NodePortPlan, ...]:
    """The zone's part of the register, by number and protocol."""
    uses = {(use.owner, use.protocol): use for use in port_uses(catalogue) if use.zone == zone}
    found: list[NodePortPlan] = []
    for one in registered(catalogue):
        if one.zone == zone:
            use = uses.get((one.owner, one.protocol))
            found.append(
                NodePortPlan(
                    port=one.port,
                    protocol=one.protocol,
                    owner=one.owner,
                    namespace=use.namespace if use else None,
                    service=use.service if use else None,
                    state=("in use" if use.running else "retired") if use else "reserved",
                )
            )
    return tuple(sorted(found, key=lambda one: (one.port, one.protocol)))


def registered(catalogue: Catalogue) -> tuple[RegisteredPort, ...]:
    """What stands in the register; nothing where there is none."""
    return catalogue.register.value.ports if catalogue.register else ()


def free_ports(stack: Stack, ports: tuple[RegisteredPort, ...], protocol: Protocol) -> list[int]:
    """The numbers of the zone's band that nobody holds."""
    zone, band = stack.cluster.zone, stack.network.node_ports
    taken = {one.port for one in ports if (one.zone, one.protocol) == (zone, protocol)}
    return [port for port in range(band.first, band.last + 1) if port not in taken]


def check_node_ports(catalogue: Catalogue) -> list[Problem]:
    """A problem for each entry that cannot be, and each use that the register does not know."""
    problems: list[Problem] = []
    if catalogue.register:
        problems += _register(catalogue, catalogue.register)
    if not catalogue.register_unread:
        holders: _Holders = {
            (one.zone, one.port, one.protocol): one for one in registered(catalogue)
        }
        for use in port_uses(catalogue):
            problems += _use(catalogue, use, holders)
    return problems


def _register(catalogue: Catalogue, register: Declared[NodePortRegister]) -> Iterator[Problem]:
    """Numbers inside the band, each number once, each owner once."""
    ports: dict[tuple[Zone, int, Protocol], int] = {}
    owners: dict[tuple[Zone, str, Protocol], int] = {}
    for index, one in enumerate(register.value.ports):
        where = f"in zone '{one.zone}' under {one.protocol}"
        band = catalogue.stack(one.zone).network.node_ports
        # Upside down, the band is a problem of the stack's, not of each port.
        if band.first <= band.last and not band.first <= one.port <= band.last:
            yield register.problem(
                "node-port-outside",
                ("ports", index, "port"),
                f"node port {one.port} is outside the band of zone '{one.zone}'",
                f"{band.first} to {band.last}",
            )
        first = ports.setdefault((one.zone, one.port, one.protocol), index)
        if first != index:
            free = free_ports(catalogue.stack(one.zone), register.value.ports, one.protocol)
            unused = ", ".join(str(port) for port in islice(free, 5)) or "none; widen the band"
            yield register.problem(
                "node-port-taken",
                ("ports", index, "port"),
                f"node port {one.port} is held by '{register.value.ports[first].owner}' "
                f"{where} already",
                "each port once in a zone: every node keeps it for one app",
                f"Free: {unused}",
            )
        first = owners.setdefault((one.zone, one.owner, one.protocol), index)
        if first != index:
            held = register.value.ports[first].port
            yield register.problem(
                "node-port-twice",
                ("ports", index, "owner"),
                f"'{one.owner}' holds {held} {where} already",
                "one port for each owner and protocol in a zone",
                "Take out the one that is not in use",
            )


def _use(catalogue: Catalogue, use: PortUse, holders: _Holders) -> Iterator[Problem]:
    """At most one problem: what the register says of this use."""
    held = catalogue.node_ports.get((use.zone, use.owner, use.protocol))
    if held is not None and use.wanted in (None, held):
        return
    where = f"in zone '{use.zone}'"
    other = holders.get((use.zone, use.wanted, use.protocol)) if use.wanted else None
    if other:
        yield use.declared.problem(
            "node-port-of-others",
            use.path,
            f"node port {use.wanted} {where} belongs to '{other.owner}'",
            f"a port that the register has for '{use.owner}'",
            f"Leave the key out{'' if held else f', and run: {_plain(use)}'}",
        )
    elif held is not None:
        yield use.declared.problem(
            "node-port-disagrees",
            use.path,
            f"the register has another node port for '{use.owner}' {where}",
            f"{held}",
            "Leave the key out: the register decides",
        )
    else:
        yield use.declared.problem(
            "node-port-unassigned",
            use.path,
            f"the register has no node port for '{use.owner}' {where}",
            "a port that stands in registers/node-ports.yaml",
            f"Run: {use.command}",
        )


def _plain(use: PortUse) -> str:
    return use.command.replace(f" --port {use.wanted}", "")
