"""`estate where`: whose an address, a name or a port is, who may reach it, what mentions it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any, cast

import yaml
from rich.console import Console
from rich.markup import escape

from estate.composition import compose
from estate.declarations.load import Loaded
from estate.flows.model import ClientFlow, Flow, MachineFlow
from estate.plan import Plan
from estate.proof.emitted import Emitted, emitted
from estate.proof.prove import claim_of
from estate.reader.values import Zone
from estate.topics.apps.plan.name_claims import NameClaim, canonical, covers, name_claims
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan

SHOWN = 8
"""So many lines of one file are listed."""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for: an address, with a port or without, a port, or any other word."""

    text: str
    address: IPv4Address | None = None
    port: int | None = None

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a text, whole: 10.0.0.1 is not in 10.0.0.12, nor a.b in x.a.b."""
        word = str(self.address) if self.address else self.text
        return re.compile(rf"(?<![\w.-]){re.escape(word)}(?!\.?[\w-])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one stack knows of it."""

    zone: str
    """The stack."""
    whose: tuple[str, ...]
    flows: tuple[str, ...]
    """The declared flows that end or begin there."""
    documents: tuple[str, ...]
    """Each document for another team, with its lines."""
    objects: tuple[str, ...]
    """Kind, namespace and name of each object."""


def sought(text: str) -> Sought:
    """Reads ``10.0.0.1:443``, ``10.0.0.1``, ``name:443``, ``30010``, or a word."""
    word, _, number = text.rpartition(":")
    port = int(number) if number.isdecimal() else None
    if port is None or (not word and ":" in text):
        word = text
    try:
        return Sought(text=text, address=IPv4Address(word), port=port)
    except ValueError:
        return Sought(text=word or text, port=port)


def where(loaded: Loaded, plans: Mapping[Zone, Plan], what: Sought) -> list[Answer]:
    """What each zone knows of it; zones that know nothing are left out."""
    claims = [*name_claims(loaded.stacks, loaded.apps)]
    flows = claim_of(plans, loaded).flows
    found: list[Answer] = []
    for zone, plan in plans.items():
        servers = [*_virtual_servers(plan, what)]
        texts = emitted(compose(plan))
        answer = Answer(
            zone=str(plan.stack),
            whose=tuple(dict.fromkeys(_whose(plan, what, servers, claims))),
            flows=tuple(
                _sentence(flow)
                for flow in flows
                if flow.zone == zone and _ends(flow, what, servers)
            ),
            documents=tuple(_documents(texts, what)),
            objects=tuple(dict.fromkeys(_objects(texts, what))),
        )
        if answer.whose or answer.flows or answer.documents or answer.objects:
            found.append(answer)
    return found


def declared_in(root: Path, what: Sought) -> Iterator[str]:
    """Every file of declarations that mentions it, with its lines."""
    for path in sorted(root.glob("*.yaml")) + sorted(root.glob("*/*.yaml")):
        if path.relative_to(root).parts[0] in ("apps", "tenants") or path.parent == root:
            lines = path.read_text(encoding="utf-8").splitlines()
            yield from _lines(path.relative_to(root).as_posix(), lines, what)


def _virtual_servers(plan: Plan, what: Sought) -> Iterator[VirtualServerPlan]:
    """Those that it names: by address, by name, or by the node port behind them."""
    for virtual_server in plan.of(VirtualServersPlan).virtual_servers:
        named = canonical(what.text) in virtual_server.names or what.text == virtual_server.name
        if what.address == virtual_server.address or (what.address is None and named):
            if what.port in (None, virtual_server.port):
                yield virtual_server
        elif what.text == str(virtual_server.member_port):
            yield virtual_server


def _whose(
    plan: Plan, what: Sought, servers: list[VirtualServerPlan], claims: list[NameClaim]
) -> Iterator[str]:
    for server in servers:
        names = f" ({', '.join(server.names)})" if server.names else ""
        yield (
            f"virtual server {server.name} of {server.partition}, "
            f"{server.address}:{server.port}{names}; "
            f"owner {server.owner}"
        )
    for pool in plan.of(NodesPlan).pools:
        for node in pool.nodes:
            if what.address == node.address or what.text == node.name:
                yield f"node {node.name} of pool {pool.name}, {node.address}, rack {node.rack}"
    for port in plan.of(NodePortsPlan).node_ports:
        if what.text == str(port.port):
            yield f"node port {port.port}/{port.protocol} of {port.owner}, {port.state}"
    name = canonical(what.text)
    for claim in claims:
        if claim.zone == plan.zone and (
            claim.name == name
            or covers(claim.name, name)
            or (what.address is not None and claim.address == what.address)
        ):
            yield f"name {claim.name} of {claim.what}, declared in {claim.place}"


def _ends(flow: Flow, what: Sought, servers: list[VirtualServerPlan]) -> bool:
    """Whether the flow begins or ends there."""
    values: dict[str, Any] = {field.name: getattr(flow, field.name) for field in fields(flow)}
    if values.get("host") == canonical(what.text) or flow.subject == what.text:
        return True
    if what.address and what.port in (None, values.get("port")):
        return any(_holds(one, what.address) for one in values.values())
    places = {(server.address, server.port) for server in servers}
    return (values.get("address"), values.get("port")) in places


def _sentence(flow: Flow) -> str:
    """The flow, and the networks that its clients are in."""
    if not isinstance(flow, ClientFlow | MachineFlow):
        return flow.text
    networks = ", ".join(str(client) for client in flow.clients if client.prefixlen) or "everybody"
    return f"{flow.text}, clients: {networks}"


def _holds(value: object, address: IPv4Address) -> bool:
    if isinstance(value, tuple):
        return any(_holds(one, address) for one in cast(tuple[object, ...], value))
    return value in (address, IPv4Network(address))


def _documents(texts: Emitted, what: Sought) -> Iterator[str]:
    for name, text in sorted(texts.texts.items()):
        yield from _lines(name, text.splitlines(), what)


def _lines(name: str, lines: list[str], what: Sought) -> Iterator[str]:
    found = [number for number, line in enumerate(lines, start=1) if what.pattern.search(line)]
    if found:
        shown = ", ".join(str(one) for one in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"{name}: {'line' if len(found) == 1 else 'lines'} {shown}{more}"


def _objects(texts: Emitted, what: Sought) -> Iterator[str]:
    for place, body in texts.objects:
        if what.pattern.search(yaml.safe_dump(body, width=100_000)):
            yield place.item


def print_answers(declared: list[str], answers: list[Answer], console: Console) -> None:
    """By zone: whose it is, who reaches it, what mentions it."""
    _chapter("declared in", declared, "", console)
    for answer in answers:
        console.print(f"[bold]{answer.zone}[/]")
        _chapter("whose", answer.whose, "  ", console)
        _chapter("flows", answer.flows, "  ", console)
        _chapter("documents", answer.documents, "  ", console)
        _chapter("objects", answer.objects, "  ", console)


def _chapter(title: str, lines: tuple[str, ...] | list[str], margin: str, console: Console) -> None:
    if lines:
        console.print(f"{margin}{title}", highlight=False)
    for line in lines:
        console.print(f"{margin}  {escape(line)}", highlight=False, soft_wrap=True)


def answers_data(declared: list[str], answers: list[Answer]) -> dict[str, Any]:
    """The same for programs."""
    return {"declared_in": declared, "zones": [asdict(answer) for answer in answers]}
