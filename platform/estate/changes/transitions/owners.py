"""Ports, addresses and names that one owner gives up and another gets in the same change (E2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.sides import Side, Sides, at, named


def node_ports(sides: Sides) -> Iterator[Finding]:
    """New objects are made before old ones go: the API server refuses a port that is taken."""
    for port, was, now in _handed_over(_ports(sides.before), _ports(sides.after)):
        yield Finding(
            effect="refused",
            code="port-in-use",
            zone=sides.zone,
            what=f"node port {port}",
            found=f"{was} still has it when {now} is to get it",
            steps=(
                f"Take it from {was}, and apply.",
                "When nobody connects to it any more, `estate ports release` frees it.",
                f"Give it to {now}, and apply.",
            ),
        )


def virtual_addresses(sides: Sides) -> Iterator[Finding]:
    """Load balancers take them over in one step; clients and firewalls know the old owner."""
    for address, was, now in _handed_over(_vips(sides.before), _vips(sides.after)):
        yield Finding(
            effect="notice",
            code="address-changes-hands",
            zone=sides.zone,
            what=f"address {address}",
            found=f"users of {was} reach {now}, with the names and firewall rows that they have",
            steps=("Make it two changes: the old owner leaves, names expire, the new one comes.",),
        )


def hosts(sides: Sides) -> Iterator[Finding]:
    """For a moment both answer for a name: what is new is made before what is old goes."""
    for host, was, now in _handed_over(_hosts(sides.before), _hosts(sides.after)):
        yield Finding(
            effect="notice",
            code="name-changes-hands",
            zone=sides.zone,
            what=f"name {host}",
            found=f"it passes from {was} to {now}; until the old object is gone, either answers",
        )


def _handed_over(
    before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield name, before[name], after[name]


def _ports(side: Side) -> dict[str, str]:
    return {
        f"{port['nodePort']}/{port.get('protocol', 'TCP')}": named(key)
        for key, one in side.of("Service")
        for port in at(one, "spec.ports") or ()
        if "nodePort" in port
    }


def _vips(side: Side) -> dict[str, str]:
    return {
        f"{row['vip_address']}:{row['vip_port']}": f"app {row['app']}"
        for row in side.rows("cmdb/apps.csv")
        if row.get("vip_address") and row.get("state") == "active"
    }


def _hosts(side: Side) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, one in side.of("Ingress"):
        for rule in at(one, "spec.rules") or ():
            for path in at(rule, "http.paths") or ():
                found[f"{rule.get('host', '*')}{path.get('path', '/')}"] = named(key)
    for key, one in side.of("HTTPRoute"):
        for host in at(one, "spec.hostnames") or ():
            found[f"{host}/"] = named(key)
    return found
