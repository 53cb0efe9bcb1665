"""Declarations past a limit of a program or of a site, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Edit, Refusal

_APPLICATION = (
    "      application: {events_per_second: 300, bytes_per_event: 600, hot_days: 3, days: 30"
)
_LITTLE = "      application: {events_per_second: 1, bytes_per_event: 100, hot_days: 3, days: "


def _streams(days: int, mark: str = "") -> tuple[Edit, ...]:
    """Little of it, kept long."""
    return (
        (DMZ, _APPLICATION, f"{_LITTLE}{days}"),
        (DMZ, "      access: {events", f"      {mark}access: {{events"),
    )


def _disk(size: str, mark: str = "") -> tuple[Edit, ...]:
    begin = "  estate:logging:\n"
    return ((DMZ, begin, f"{begin}    {mark}node_disk: {size}\n"),)


def _rows(count: int, mark: str = "") -> tuple[Edit, ...]:
    begin = "    - {name: fw-dmz, before: nodes"
    return ((DMZ, begin, f"    - {mark}{{name: fw-dmz, rows: {count}, before: nodes"),)


def _checks(count: int, mark: str = "") -> tuple[Edit, ...]:
    begin = "    kind: f5\n    name: f5-intranet\n"
    return ((INTRANET, begin, f"    {mark}{begin.strip()}\n    checks_per_second: {count}\n"),)


REFUSALS = (
    Refusal(
        code="past-limit",
        edits=_streams(608, "«"),
        key_path="estate:logging.streams",
        found="application: (4 streams x (608 + 1)) indices x 1 x 2 copies = 4872; "
        "1000 for each of 5 of 6 data nodes, one of them lost",
        allowed="at most 5,000; past that Elasticsearch makes no further index",
        hint="roll_days: 2 for application makes fewer, larger indices",
        neighbour=_streams(600),
    ),
    Refusal(
        code="past-limit",
        edits=_disk("11Gi", "«"),
        key_path="estate:logging",
        found="12,000,000,000 bytes of logs that wait on a node, 101 % of 11,811,160,064 "
        "(6 streams x 2 GB)",
        allowed="the node's disk is full",
        hint="Give nodes larger disks",
        neighbour=_disk("12Gi"),
    ),
    Refusal(
        code="past-limit",
        edits=_rows(122, "«"),
        key_path="estate:firewalls[1]",
        found="123 rows of a firewall, 100 % of 122 (rows for fw-dmz)",
        allowed="the firewall's team cannot enter the request",
        hint="via: egress",
        neighbour=_rows(123),
    ),
    Refusal(
        code="past-limit",
        edits=_checks(11, "«"),
        key_path="estate:load_balancer",
        found="12 health checks a second, 109 % of 11 (59 members of 3 virtual servers",
        allowed="members are marked down that are well",
        hint="members: pool",
        neighbour=_checks(12),
    ),
)
