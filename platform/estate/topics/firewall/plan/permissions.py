"""What a firewall lets through, each once: one source, one destination, one service (F2, E14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from ipaddress import IPv4Network
from itertools import groupby

from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.firewall.plan.known import KnownFirewall


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What one or several apps need: a device has it once, and it names them all."""

    row: FirewallRow
    """Of the first that needs it."""
    source_side: str
    destination_side: str
    tenants: str
    apps: str
    namespaces: str
    owners: str
    tickets: str
    valid_until: date | None
    """The last day on which one of them needs it."""

    @property
    def source(self) -> IPv4Network:
        """Of one address a network of one."""
        return IPv4Network(self.row.source_address)

    @property
    def destination(self) -> IPv4Network:
        """Of one address a network of one."""
        return IPv4Network(self.row.destination_address)

    @property
    def service(self) -> str:
        """The name of its protocol and port."""
        if self.row.protocol == "VRRP":
            return "vrrp"
        return f"{self.row.protocol.lower()}-{self.row.port}"

    @property
    def id(self) -> str:
        """The same for as long as firewall, source, destination and service are."""
        row = self.row
        return short_id("p", row.firewall, self.source, self.destination, self.service)


def short_id(kind: str, *parts: object) -> str:
    """14 characters that follow from ``parts`` alone: other rules, and their order, change none."""
    return f"{kind}-{sha256(' '.join(map(str, parts)).encode()).hexdigest()[:12]}"


def permissions(
    rows: Iterable[FirewallRow], known: Iterable[KnownFirewall]
) -> tuple[Permission, ...]:
    """The rows, those that several apps need once."""
    by_name: Mapping[str, KnownFirewall] = {firewall.declared.name: firewall for firewall in known}
    ordered = sorted(rows, key=lambda row: (_order(row), row.tenant, row.app))
    return tuple(_permission(list(same), by_name) for _, same in groupby(ordered, key=_order))


def _order(row: FirewallRow) -> tuple[object, ...]:
    source = IPv4Network(row.source_address)
    return row.firewall, source, row.destination_address, row.protocol, row.port


def _permission(same: Sequence[FirewallRow], known: Mapping[str, KnownFirewall]) -> Permission:
    first = same[0]
    days = [row.valid_until for row in same]
    source_side, destination_side = known[first.firewall].sides(first)
    return Permission(
        row=first,
        source_side=source_side,
        destination_side=destination_side,
        tenants=_each(row.tenant for row in same),
        apps=_each(row.app for row in same),
        namespaces=_each(row.namespace for row in same),
        owners=_each(row.owner for row in same),
        tickets=_each(row.ticket for row in same),
        valid_until=max(day for day in days if day) if all(days) else None,
    )


def _each(values: Iterable[str]) -> str:
    """Every one that there is, once."""
    return " ".join(dict.fromkeys(one for one in values if one))


_OF_MACHINES = (
    *(
        "images",
        "API servers",
        "names",
        "sign-in",
        "time",
        "backups",
        "audit log",
        "alerts",
        "probes",
    ),
    *("registry files", "virtual addresses"),
)
"""What the platform's own machines need, whatever runs on them."""


def reason(one: Permission, source: str) -> str:
    """Why it is needed, in a sentence about ``source``."""
    row, who = one.row, " and ".join(one.apps.split())
    match row.purpose:
        case "database" | "app":
            return f"{who} on {source} needs {row.what}"
        case "log files":
            return f"{source} mounts from {row.what} for {who}"
        case "access logs":
            return f"{source} sends access logs to {row.what}"
        case purpose if purpose in _OF_MACHINES:
            return f"{source} needs {row.what}"
        case _:
            return f"{source} to {row.what} for {who}"


def rule_reason(one: Permission) -> str:
    """Why a rule is needed that has ``one`` among others: no single source stands in it."""
    row, who = one.row, " and ".join(one.apps.split())
    match row.purpose:
        case "clients":
            return f"clients of {who} connect to its virtual address"
        case "members":
            return f"{row.source_node} connects to members of {who} and checks them"
        case "access logs":
            return f"{row.source_node} sends access logs to {who}"
        case "log files":
            return f"nodes mount {row.destination_name} for the log files of {who}"
        case "database" | "relayed database":
            return f"{who} needs the database {row.destination_name}"
        case "app" | "relayed app":
            return f"{who} of zone {row.source_zone} connects to the app {row.destination_name}"
        case _:
            return f"{row.purpose}: {who} needs {row.destination_name}"
