"""Node ports: what the register says, and whether what is declared agrees with it (E1, E2).

Each user of a port is a :class:`PortUse`, an app or a platform service; the register
is the only place that gives one a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from estate.declarations.catalogue import Catalogue, namespace_of, owner_of
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath
from estate.reader.stacks import StackName
from estate.reader.values import Protocol, Zone
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.node_ports import PLATFORM, RegisteredPort
from estate.topics.exposure.plan.log_intake import INTAKE, PORT_OWNER, log_devices
from estate.topics.exposure.plan.model import NodePortPlan
from estate.topics.exposure.plan.virtual_servers import answers_over_tcp
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE
from estate.topics.routers.plan.routers import router_name, router_ports


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

    def command(self, stack: StackName) -> str:
        """What gives it a port of a stack, as one types it."""
        protocol = f" --protocol {self.protocol}" if self.protocol != "TCP" else ""
        port = f" --port {self.wanted}" if self.wanted else ""
        name = self.owner if self.owner.startswith("platform/") else self.owner.split("/")[1]
        return f"estate ports assign --stack {stack}{protocol}{port} {name}"


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
    for port in registered(catalogue):
        if port.zone == zone:
            use = uses.get((port.owner, port.protocol))
            found.append(
                NodePortPlan(
                    port=port.port,
                    protocol=port.protocol,
                    owner=port.owner,
                    namespace=use.namespace if use else None,
                    service=use.service if use else None,
                    state=("in use" if use.running else "retired") if use else "reserved",
                )
            )
    return tuple(sorted(found, key=lambda node_port: (node_port.port, node_port.protocol)))


def registered(catalogue: Catalogue) -> tuple[RegisteredPort, ...]:
    """What stands in the register; nothing where there is none."""
    return catalogue.register.value.ports if catalogue.register else ()


def free_ports(stack: Stack, ports: tuple[RegisteredPort, ...], protocol: Protocol) -> list[int]:
    """The numbers of the zone's band that nobody holds."""
    zone, band = stack.cluster.zone, stack.network.node_ports
    taken = {one.port for one in ports if (one.zone, one.protocol) == (zone, protocol)}
    return [port for port in range(band.first, band.last + 1) if port not in taken]


@dataclass(frozen=True, kw_only=True)
class NodePortsPlan:
    """One zone's part of the register of node ports."""

    node_ports: tuple[NodePortPlan, ...]
    """By number and protocol."""
