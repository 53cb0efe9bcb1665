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

from estate.cli import choices
from estate.cli.aligned import aligned
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.declarations.catalogue import owner_of
from estate.declarations.environments import ENVIRONMENTS, environments
from estate.declarations.load import NODE_PORTS, Loaded, load
from estate.reader.stacks import Environment, StackName
from estate.reader.values import Zone
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

_STACK = choices.stack("The port's stack.")
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
@_STACK
@_PROTOCOL
@click.option("--port", type=int, help="This number in place of the lowest free one.")
@click.argument("name")
def assign(root: Path, stack: StackName, protocol: Protocol, port: int | None, name: str) -> None:
    """Give NAME a node port: an app of the stack, or platform/<service>.

    NAME keeps the port after it is retired and its declaration is removed, until `release`. A port
    of a stack of the first environment holds in all environments, until NAME gets one of its own
    there.
    """
    loaded, zone = _loaded(root, stack.environment), stack.zone
    owner, environment = _owner(loaded, stack, name), _environment(stack)
    every = loaded.every_port
    for one in every:
        wanted = (zone, owner, protocol, environment)
        if (one.zone, one.owner, one.protocol, one.environment) == wanted:
            if port not in (None, one.port):
                _stop(f"{owner} holds {one.port} in {stack}, and one owner holds one port.")
            click.echo(f"{owner} holds {protocol} {one.port} in {stack} already.")
            return
    held = registered(loaded) if environment else every
    others = tuple(one for one in held if one.owner != owner)
    free = free_ports(loaded.stacks[zone].value, others, protocol)
    if port is not None and port not in free:
        holder = [
            one.owner
            for one in others
            if (one.zone, one.port, one.protocol) == (zone, port, protocol)
        ]
        band = loaded.stacks[zone].value.network.node_ports
        _stop(
            f"{protocol} {port} of {stack} belongs to {holder[0]}."
            if holder
            else f"{port} is outside the band of {stack}, {band.first} to {band.last}."
        )
    if not free:
        _stop(f"Every {protocol} port of {stack} is held: release one, or widen the band.")
    new = RegisteredPort(
        zone=zone, port=port or free[0], protocol=protocol, owner=owner, environment=environment
    )
    _write(root, [*every, new], with_entry(_text(root), new))
    click.echo(f"{owner} holds {protocol} {new.port} in {stack} now. Commit {NODE_PORTS}.")


@ports.command()
@ROOT
@_STACK
@_PROTOCOL
@click.argument("name")
def release(root: Path, stack: StackName, protocol: Protocol, name: str) -> None:
    """Free the node port of NAME, which has no declaration any more.

    Until then the port is reserved: a load balancer or a firewall may still send NAME's users
    there.
    """
    loaded, zone, environment = _loaded(root), stack.zone, _environment(stack)
    found = [
        one
        for one in loaded.every_port
        if (one.zone, one.protocol, one.environment) == (zone, protocol, environment)
        and name in (one.owner, one.owner.split("/")[1])
    ]
    if not found:
        _stop(f"No owner {name} holds a {protocol} port in {stack}.")
    if len(found) > 1:
        _stop(f"Which one: {', '.join(port.owner for port in found)}?")
    (gone,) = found
    if use := _use(_uses(root), gone):
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
    after = [one for one in loaded.every_port if one != gone]
    _write(root, after, without_entry(_text(root), gone))
    click.echo(f"{gone.owner} had {protocol} {gone.port} of {stack}: it is free now.")
    click.echo(f"Commit {NODE_PORTS}.")


@ports.command("list")
@ROOT
@JSON
def list_ports(root: Path, as_json: bool) -> None:
    """List node ports with their owners, and the number of free ones."""
    loaded, uses = _loaded(root), _uses(root)
    rows = [
        {**one.model_dump(exclude_none=True), "state": _state(_use(uses, one), one)}
        for one in sorted(loaded.every_port, key=key)
    ]
    if as_json:
        click.echo(json.dumps({"ports": rows}, indent=2))
        return
    columns = ["zone", "port", "protocol", "owner", "state"]
    if any("environment" in row for row in rows):
        columns.insert(4, "environment")
    table = [columns, *([str(row.get(one, "")) for one in columns] for row in rows)]
    for line in aligned(table):
        click.echo(line)
    for stack in environments(root).stacks:
        of = loaded if stack.environment == loaded.environment else load(root, stack.environment)
        facts = of.stacks[stack.zone].value
        free = {one: len(free_ports(facts, registered(of), one)) for one in PROTOCOLS}
        counts = ", ".join(f"{count} {protocol}" for protocol, count in free.items())
        click.echo(f"Free in {stack}: {counts}")


def registered(loaded: Loaded) -> tuple[RegisteredPort, ...]:
    """What the register holds for one environment; nothing where there is none yet."""
    return loaded.node_ports.value.ports if loaded.node_ports else ()


def _environment(stack: StackName) -> str | None:
    """As entries name it: ports of the first environment hold in all."""
    return None if stack.environment.first else stack.environment.name


_Uses = dict[tuple[str, Zone, str, Protocol], PortUse]


def _uses(root: Path) -> _Uses:
    """What is declared and reached by a node port, by environment and who holds it."""
    return {
        (of.name, use.zone, use.owner, use.protocol): use
        for of in reversed(environments(root).all)
        for use in port_uses(load(root, of))
    }


def _use(uses: _Uses, one: RegisteredPort) -> PortUse | None:
    """Who uses a port: in its own environment, or in any where it holds for all."""
    wanted = (one.zone, one.owner, one.protocol)
    found = (
        use
        for (environment, *holder), use in uses.items()
        if tuple(holder) == wanted and one.environment in (None, environment)
    )
    return next(found, None)


def _state(use: PortUse | None, one: RegisteredPort) -> str:
    own = one.owner.startswith(f"{PLATFORM}/")
    if use is None:
        return f"reserved: no such {'service' if own else 'app'} is declared"
    if own:
        return "the platform's own"
    return "in use" if use.running else "retired"


def _loaded(root: Path, environment: Environment | None = None) -> Loaded:
    """The declarations, as far as they matter here: the stacks, and the register."""
    loaded = load(root, environment)
    files = {NODE_PORTS, ENVIRONMENTS, *(one.file for one in environments(root).stacks)}
    problems = [one for one in loaded.problems if one.source.file in files]
    if problems:
        print_problems(tuple(problems), Console(stderr=True))
        sys.exit(1)
    return loaded


def _owner(loaded: Loaded, stack: StackName, name: str) -> str:
    """Who ``name`` is in the register."""
    if name.startswith(f"{PLATFORM}/"):
        try:
            return TypeAdapter[str](PortOwner).validate_python(name)
        except ValidationError:
            _stop(f"{name} is not platform/<service>, of lower-case letters, digits and '-'.")
    for app in loaded.apps:
        if app.value.zone == stack.zone and name in (app.value.app, owner_of(app.value)):
            if isinstance(app.value, TraditionalApp):
                return owner_of(app.value)
            _stop(f"{name} is of kind {app.value.kind}: only traditional apps have a node port.")
    known = sorted(
        one.value.app
        for one in loaded.apps
        if one.value.zone == stack.zone and isinstance(one.value, TraditionalApp)
    )
    _stop(f"There is no app {name} in {stack}. Known: {', '.join(known)}, or platform/<service>.")


def _text(root: Path) -> str:
    path = root / NODE_PORTS
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(root: Path, after: Sequence[RegisteredPort], text: str) -> None:
    """Replaces the file at once, after reading the new text as `check` will read it."""
    path = root / NODE_PORTS
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".node-ports-") as folder:
            new = Path(folder, NODE_PORTS)
            new.parent.mkdir()
            new.write_text(text, encoding="utf-8", newline="\n")
            read = load(Path(folder))
            if sorted(read.every_port, key=key) != sorted(after, key=key):
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
