"""`estate ports`: the only writer of the register of node ports (E1, E2)."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from estate.cli.options import JSON, ROOT, STACK
from estate.cli.report import print_problems
from estate.declarations.catalogue import owner_of
from estate.declarations.load import NODE_PORTS, Loaded, load
from estate.reader.values import ZONES, Zone
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.node_ports import (
    PLATFORM,
    PROTOCOLS,
    PortOwner,
    Protocol,
    RegisteredPort,
)
from estate.topics.node_ports.plan import PortUse, free_ports, port_uses
from estate.topics.node_ports.register_file import key, with_entry, without_entry

_PROTOCOL = click.option(
    "--protocol",
    type=click.Choice(PROTOCOLS),
    default="TCP",
    show_default=True,
    help="Of the port.",
)


@click.group()
def ports() -> None:
    """Assign, release and list node ports.

    The register is registers/node-ports.yaml. These commands write it; `check` and `up` only read
    it, and refuse declarations that differ from it. Commit the change for review.
    """


@ports.command()
@ROOT
@STACK
@_PROTOCOL
@click.option("--port", type=int, help="This number in place of the lowest free one.")
@click.argument("name")
def assign(root: Path, stack: Zone, protocol: Protocol, port: int | None, name: str) -> None:
    """Give NAME a node port: an app of the stack, or platform/<service>.

    NAME keeps the port after it is retired and its declaration is removed, until `release`.
    """
    loaded = _loaded(root)
    owner = _owner(loaded, stack, name)
    held = registered(loaded)
    for one in held:
        if (one.zone, one.owner, one.protocol) == (stack, owner, protocol):
            if port not in (None, one.port):
                _stop(f"{owner} holds {one.port} in {stack}, and one owner holds one port.")
            click.echo(f"{owner} holds {protocol} {one.port} in {stack} already.")
            return
    free = free_ports(loaded.stacks[stack].value, held, protocol)
    if port is not None and port not in free:
        holder = [
            one.owner
            for one in held
            if (one.zone, one.port, one.protocol) == (stack, port, protocol)
        ]
        band = loaded.stacks[stack].value.network.node_ports
        _stop(
            f"{protocol} {port} of {stack} belongs to {holder[0]}."
            if holder
            else f"{port} is outside the band of {stack}, {band.first} to {band.last}."
        )
    if not free:
        _stop(f"Every {protocol} port of {stack} is held: release one, or widen the band.")
    new = RegisteredPort(zone=stack, port=port or free[0], protocol=protocol, owner=owner)
    _write(root, held, [*held, new], with_entry(_text(root), new))
    click.echo(f"{owner} holds {protocol} {new.port} in {stack} now. Commit {NODE_PORTS}.")


@ports.command()
@ROOT
@STACK
@_PROTOCOL
@click.argument("name")
def release(root: Path, stack: Zone, protocol: Protocol, name: str) -> None:
    """Free the node port of NAME, which has no declaration any more.

    Until then the port is reserved: a load balancer or a firewall may still send NAME's users
    there.
    """
    loaded = _loaded(root)
    held = registered(loaded)
    found = [
        port
        for port in held
        if (port.zone, port.protocol) == (stack, protocol)
        and name in (port.owner, port.owner.split("/")[1])
    ]
    if not found:
        _stop(f"No owner {name} holds a {protocol} port in {stack}.")
    if len(found) > 1:
        _stop(f"Which one: {', '.join(port.owner for port in found)}?")
    (gone,) = found
    if use := _uses(loaded).get((stack, gone.owner, protocol)):
        at = use.declared.place(use.path)
        first = (
            f"Take line {at.line} out of it, and apply that"
            if gone.owner.startswith(f"{PLATFORM}/")
            else "Retire the app (state: retired), remove its file"
        )
        _stop(
            f"{gone.owner} is declared in {at.file} and keeps {gone.port}. "
            f"{first}, then release the port."
        )
    _write(root, held, [port for port in held if port != gone], without_entry(_text(root), gone))
    click.echo(f"{gone.owner} had {protocol} {gone.port} of {stack}: it is free now.")
    click.echo(f"Commit {NODE_PORTS}.")


@ports.command("list")
@ROOT
@JSON
def list_ports(root: Path, as_json: bool) -> None:
    """List node ports with their owners, and the number of free ones."""
    loaded = _loaded(root)
    held = registered(loaded)
    uses = _uses(loaded)
    rows = [
        {
            **port.model_dump(),
            "state": _state(uses.get((port.zone, port.owner, port.protocol)), port),
        }
        for port in sorted(held, key=key)
    ]
    if as_json:
        click.echo(json.dumps({"ports": rows}, indent=2))
        return
    table = [("zone", "port", "protocol", "owner", "state")]
    table += [tuple(str(value) for value in row.values()) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for line in table:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
    for zone in ZONES:
        free = {one: len(free_ports(loaded.stacks[zone].value, held, one)) for one in PROTOCOLS}
        counts = ", ".join(f"{count} {protocol}" for protocol, count in free.items())
        click.echo(f"Free in {zone}: {counts}")


def registered(loaded: Loaded) -> tuple[RegisteredPort, ...]:
    """What the register holds; nothing where there is none yet."""
    return loaded.node_ports.value.ports if loaded.node_ports else ()


def _uses(loaded: Loaded) -> dict[tuple[Zone, str, Protocol], PortUse]:
    """What is declared and reached by a node port, by who holds it."""
    return {(use.zone, use.owner, use.protocol): use for use in port_uses(loaded)}


def _state(use: PortUse | None, one: RegisteredPort) -> str:
    own = one.owner.startswith(f"{PLATFORM}/")
    if use is None:
        return f"reserved: no such {'service' if own else 'app'} is declared"
    if own:
        return "the platform's own"
    return "in use" if use.running else "retired"


def _loaded(root: Path) -> Loaded:
    """The declarations, as far as they matter here: the stacks, and the register."""
    loaded = load(root)
    files = {NODE_PORTS, *(f"Pulumi.{zone}.yaml" for zone in ZONES)}
    problems = [problem for problem in loaded.problems if problem.source.file in files]
    if problems:
        print_problems(tuple(problems), Console(stderr=True))
        sys.exit(1)
    return loaded


def _owner(loaded: Loaded, stack: Zone, name: str) -> str:
    """Who ``name`` is in the register."""
    if name.startswith(f"{PLATFORM}/"):
        try:
            return TypeAdapter[str](PortOwner).validate_python(name)
        except ValidationError:
            _stop(f"{name} is not platform/<service>, of lower-case letters, digits and '-'.")
    for app in loaded.apps:
        if app.value.zone == stack and name in (app.value.app, owner_of(app.value)):
            if isinstance(app.value, TraditionalApp):
                return owner_of(app.value)
            _stop(f"{name} is of kind {app.value.kind}: only traditional apps have a node port.")
    known = sorted(
        one.value.app
        for one in loaded.apps
        if one.value.zone == stack and isinstance(one.value, TraditionalApp)
    )
    _stop(f"There is no app {name} in {stack}. Known: {', '.join(known)}, or platform/<service>.")


def _text(root: Path) -> str:
    path = root / NODE_PORTS
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(
    root: Path, before: Sequence[RegisteredPort], after: Sequence[RegisteredPort], text: str
) -> None:
    """Replaces the file at once, after reading the new text as `check` will read it."""
    path = root / NODE_PORTS
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".node-ports-") as folder:
            new = Path(folder, NODE_PORTS)
            new.parent.mkdir()
            new.write_text(text, encoding="utf-8", newline="\n")
            read = load(Path(folder))
            if sorted(registered(read), key=key) != sorted(after, key=key):
                _stop(
                    f"{NODE_PORTS} is not as `estate ports` writes it, one entry a line: "
                    "bring it back into that form first."
                )
            new.replace(path)
    except OSError as error:
        _stop(f"{NODE_PORTS}: cannot write: {error.strerror}")


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
