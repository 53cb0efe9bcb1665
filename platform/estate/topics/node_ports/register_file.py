"""The register of node ports as text: one line for each entry, in order (E1, E2).

Only the line that comes or goes changes, so that a review sees exactly it and comments stay.
"""

from __future__ import annotations

import re

from estate.topics.exposure.declare.node_ports import RegisteredPort

HEADER = """\
# yaml-language-server: $schema=../docs/schema/node-ports.json
# Who holds which node port, in both zones. A port stays with its owner after the app is gone,
# until it is released. `estate ports assign` and `estate ports release` write this file.
ports:
"""

_ENTRY = re.compile(
    r" *- \{zone: (?P<zone>\w+), port: (?P<port>\d+), protocol: (?P<protocol>\w+), "
    r"owner: (?P<owner>[-a-z0-9/]+)(?:, environment: (?P<environment>[a-z0-9]+))?\} *(?:#.*)?\n?"
)
_EMPTY = "ports: []\n"
"""How a register reads that holds nothing."""

_Key = tuple[str, int, str, str]


def key(one: RegisteredPort) -> _Key:
    """The order of the register: by zone, number, protocol and environment."""
    return one.zone, one.port, one.protocol, one.environment or ""


def line_of(one: RegisteredPort) -> str:
    """An entry as its line holds it."""
    where = f", environment: {one.environment}" if one.environment else ""
    return (
        f"  - {{zone: {one.zone}, port: {one.port}, protocol: {one.protocol}, "
        f"owner: {one.owner}{where}}}\n"
    )


def with_entry(text: str, new: RegisteredPort) -> str:
    """The register with ``new`` in its place; an empty text becomes a register."""
    if not text:
        return HEADER + line_of(new)
    lines = text.replace(_EMPTY, "ports:\n").splitlines(keepends=True)
    at = [
        index + 1
        for index, line in enumerate(lines)
        if line.startswith("ports:") or ((found := _key(line)) and found < key(new))
    ]
    lines.insert(at[-1] if at else len(lines), line_of(new))
    return "".join(lines)


def without_entry(text: str, gone: RegisteredPort) -> str:
    """The register without the line of ``gone``."""
    lines = [line for line in text.splitlines(keepends=True) if _key(line) != key(gone)]
    if not any(map(_key, lines)):
        lines = [_EMPTY if line.rstrip() == "ports:" else line for line in lines]
    return "".join(lines)


def _key(line: str) -> _Key | None:
    found = _ENTRY.fullmatch(line)
    if found is None:
        return None
    return found["zone"], int(found["port"]), found["protocol"], found["environment"] or ""
