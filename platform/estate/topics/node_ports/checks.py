"""Checks of the register of node ports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, Problem
from estate.reader.stacks import StackName
from estate.reader.values import Protocol, Zone
from estate.topics.exposure.declare.node_ports import NodePortRegister, RegisteredPort
from estate.topics.node_ports.plan import PortUse, free_ports, port_uses, registered

_Holders = dict[tuple[Zone, int, Protocol], RegisteredPort]


def check_node_ports(catalogue: Catalogue) -> list[Problem]:
    """A problem for each entry that cannot be, and each use that the register does not know."""
    problems: list[Problem] = []
    if catalogue.register:
        problems += _register(catalogue, catalogue.register)
    if not catalogue.register_unread:
        holders: _Holders = {
            (port.zone, port.port, port.protocol): port for port in registered(catalogue)
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
    where, stack = f"in zone '{use.zone}'", catalogue.stack_name(use.zone)
    other = holders.get((use.zone, use.wanted, use.protocol)) if use.wanted else None
    if other:
        yield use.declared.problem(
            "node-port-of-others",
            use.path,
            f"node port {use.wanted} {where} belongs to '{other.owner}'",
            f"a port that the register has for '{use.owner}'",
            f"Leave the key out{'' if held else f', and run: {_plain(use, stack)}'}",
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
            f"Run: {use.command(stack)}",
        )


def _plain(use: PortUse, stack: StackName) -> str:
    return use.command(stack).replace(f" --port {use.wanted}", "")
