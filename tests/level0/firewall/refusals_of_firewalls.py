"""What declarations of firewalls refuse, by example: orders, names, translations."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, PORTAL, Refusal

_OUTER = "- {name: fw-outer,"
_FIRST = "203.0.113.21, virtual: 10.10.0.21"
_PUBLIC = "{public: 203.0.113.9, virtual: 10.20.0.21}"

REFUSALS = (
    Refusal(
        code="firewall-order",
        edits=(
            (DMZ, "  estate:firewalls:\n    -", "  estate:firewalls:\n    «-"),
            (DMZ, "  estate:firewall_order:", "  #"),
        ),
        key_path="estate:firewalls",
        found="the firewalls' rules have no ticket and no end where no app orders them",
        allowed="firewall_order, with ticket, ordered and valid_days",
        hint="Example: firewall_order: {ticket: CHG0011800,",
    ),
    Refusal(
        code="firewall-expired",
        edits=((DMZ, _OUTER, "- «{name: fw-outer, valid_days: 12,"),),
        key_path="estate:firewalls[0]",
        found="the rules of 'fw-outer' held until 2026-02-28, today is 2026-03-01",
        hint="Renew the stack's order with the firewall team",
        neighbour=((DMZ, _OUTER, "- {name: fw-outer, valid_days: 13,"),),
    ),
    Refusal(
        code="firewall-expired",
        edits=(
            (INTRANET, "source_zone: dmz}", "source_zone: dmz, valid_days: 30}"),
            (PORTAL, "CHG0012345}", 'CHG0012345, ordered: «"2026-01-29"}'),
        ),
        key_path="firewall.ordered",
        found="the firewall rows of 'policy-portal' held until 2026-02-28, today is 2026-03-01",
        hint="a new 'ticket' and 'ordered'",
        neighbour=(
            (INTRANET, "source_zone: dmz}", "source_zone: dmz, valid_days: 30}"),
            (PORTAL, "CHG0012345}", 'CHG0012345, ordered: "2026-01-30"}'),
        ),
    ),
    Refusal(
        code="bad-object-name",
        edits=((DMZ, _OUTER, f"{_OUTER} zones: {{outer: «wan 1, inner: lan}},"),),
        key_path="estate:firewalls[0].zones.outer",
        found="'wan 1' is not a name of an object on a firewall",
        allowed="a letter first, then letters, digits, '-' and '_', at most 31 characters",
        neighbour=((DMZ, _OUTER, f"{_OUTER} zones: {{outer: wan-1, inner: lan}},"),),
    ),
    Refusal(
        code="firewall-place",
        edits=((DMZ, "fw-dmz, before: nodes", "fw-dmz, before: nodes, nodes_cross: «true"),),
        key_path="estate:firewalls[1].nodes_cross",
        found="'fw-dmz' does not stand before virtual addresses",
        allowed="nodes_cross of a firewall with before: vips",
        hint="Remove nodes_cross",
        neighbour=((DMZ, "fw-outer, before: vips", "fw-outer, before: vips, nodes_cross: true"),),
    ),
    Refusal(
        code="translation-place",
        edits=((INTRANET, "source_zone: dmz}", f"source_zone: dmz, translations: [«{_PUBLIC}]}}"),),
        key_path="estate:firewalls[0].translations[0]",
        found="'fw-inner' does not stand before virtual addresses",
        allowed="translations of a firewall with before: vips",
        hint="Move them to the firewall that clients cross to virtual addresses",
    ),
    Refusal(
        code="translation-target",
        edits=((DMZ, _FIRST, "203.0.113.21, virtual: «10.10.1.11"),),
        key_path="estate:firewalls[0].translations[0].virtual",
        found="10.10.1.11 is no virtual address of the zone",
        allowed="an address in 10.10.0.16/28",
        hint="The address that the app's vip declares",
        neighbour=((DMZ, _FIRST, "203.0.113.21, virtual: 10.10.0.29"),),
    ),
    Refusal(
        code="translation-target",
        edits=((DMZ, "public: 203.0.113.21", "public: «10.10.0.29"),),
        key_path="estate:firewalls[0].translations[0].public",
        found="10.10.0.29 is a virtual address of the zone",
        allowed="an address outside of the zone, which clients connect to",
        neighbour=((DMZ, "public: 203.0.113.21", "public: 203.0.113.29"),),
    ),
    Refusal(
        code="translation-taken",
        edits=((DMZ, "public: 203.0.113.22", "public: «203.0.113.21"),),
        key_path="estate:firewalls[0].translations[1].public",
        found="203.0.113.21 has a translation already",
        allowed="each address in one translation",
        hint="Remove one of the two",
        neighbour=((DMZ, "public: 203.0.113.22", "public: 203.0.113.29"),),
    ),
)
