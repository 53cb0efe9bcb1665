"""The rules that a firewall has, from a table of its team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from estate.importing.firewall.terms import Objects, Unknown, addresses, services, services_of
from estate.importing.table import Line
from estate.proof.readers.ports import Ports

FIELDS: Mapping[str, Sequence[str]] = {
    "id": ("id",),
    "firewall": ("firewall",),
    "action": ("action",),
    "enabled": ("enabled",),
    "source": ("source", "source_address"),
    "destination": ("destination", "destination_address"),
    "service": ("service",),
    "protocol": ("protocol",),
    "port": ("port",),
}
NEEDED = ("source", "destination")
OBJECT_FIELDS: Mapping[str, Sequence[str]] = {
    "name": ("name",),
    "kind": ("kind",),
    "value": ("value",),
}

_ALLOW = frozenset({"", "allow", "accept", "permit", "pass"})
_DENY = frozenset({"deny", "drop", "reject", "block"})
_OFF = frozenset({"no", "false", "0", "disabled", "disable", "off"})


@dataclass(frozen=True, kw_only=True)
class ExistingRule:
    """One rule, with its objects resolved."""

    name: str
    """Its id and its line."""
    allows: bool
    sources: frozenset[IPv4Network]
    destinations: frozenset[IPv4Network]
    services: frozenset[Ports]


@dataclass(frozen=True, kw_only=True)
class Existing:
    """The rules of one firewall, in their order."""

    rules: tuple[ExistingRule, ...]
    unread: tuple[str, ...]
    """Lines that could not be read, each with the reason."""


def existing_rules(lines: Iterable[Line], objects: Objects, firewall: str) -> Existing:
    """The rules of ``firewall``; of a table without that column all."""
    rules: list[ExistingRule] = []
    unread: list[str] = []
    for line in lines:
        if line.get("firewall") not in ("", firewall) or line.get("enabled").lower() in _OFF:
            continue
        name = f"{line.get('id')} (line {line.number})" if line.get("id") else f"line {line.number}"
        try:
            rules.append(_rule(line, name, objects))
        except Unknown as trouble:
            unread.append(f"{name}: {trouble}")
    return Existing(rules=tuple(rules), unread=tuple(unread))


def _rule(line: Line, name: str, objects: Objects) -> ExistingRule:
    action = line.get("action").lower()
    if action not in _ALLOW | _DENY:
        raise Unknown(f"action '{action}': neither allow nor deny")
    for field in NEEDED:
        if not line.get(field):
            raise Unknown(f"the {field} is empty")
    asked = line.get("service")
    return ExistingRule(
        name=name,
        allows=action in _ALLOW,
        sources=addresses(line.get("source"), objects),
        destinations=addresses(line.get("destination"), objects),
        services=services(asked, objects)
        if asked
        else services_of(line.get("protocol"), line.get("port")),
    )
