"""A firewall's rules and objects as commands of the CLI of FortiOS (E14, F2).

The commands are those of Fortinet's CLI reference of FortiOS 7 and of its pages on policy names:

- ``config firewall address`` and ``addrgrp``: names up to 79 characters, comments up to 255
  (https://docs.fortinet.com/document/container-fortios/7.2.2/cli-reference/306021697,
  https://docs.fortinet.com/document/fortigate/6.4.6/cli-reference/254620)
- ``config firewall service custom``
  (https://docs.fortinet.com/document/fortigate/7.4.8/cli-reference/198499981)
- ``config firewall schedule onetime``: ``hh:mm yyyy/mm/dd``, names up to 31
  (https://docs.fortinet.com/document/fortigate/7.6.0/cli-reference/260188243)
- ``config firewall vip`` (https://docs.fortinet.com/document/fortigate/6.2.6/cli-reference/272620)
- ``config firewall policy``: ``edit 0`` adds a policy, and its name is unique
  (https://docs.fortinet.com/document/fortigate/6.0.0/handbook/473851/policy-names); names up to 35
  (https://docs.fortinet.com/document/fortigate/6.4.4/cli-reference/318620), comments up to 1023
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from estate.documents.document import Document
from estate.topics.firewall.plan.known import KnownFirewall
from estate.topics.firewall.plan.peers import VRRP
from estate.topics.firewall.plan.permissions import rule_reason
from estate.topics.firewall.plan.rules import AddressObject, GroupObject, Request, Rule
from estate.topics.firewall.plan.translations import in_use, translated, translation_name

_Entry = tuple[str, Sequence[tuple[str, str]]]
"""What is edited, and its settings."""


def fortios(known: KnownFirewall, own: Sequence[Rule], found: Request) -> Document:
    """The commands in the order in which they refer to each other."""
    named = sorted({name for rule in own for name in (rule.source, rule.destination)})
    objects = [found.objects[name] for name in named]
    groups = [one for one in objects if isinstance(one, GroupObject)]
    single = [one for one in objects if isinstance(one, AddressObject)]
    members = (member for group in groups for member in group.members)
    addresses = {one.name: one for one in (*single, *members)}
    ends = sorted({_end(rule) for rule in own})
    sections = (
        ("firewall address", [_address(addresses[name]) for name in sorted(addresses)]),
        ("firewall addrgrp", [_group(one) for one in groups]),
        ("firewall vip", list(_translations(known, own))),
        (
            "firewall service custom",
            [_service(service) for service in sorted({r.service for r in own})],
        ),
        ("firewall schedule onetime", [_schedule(known, end) for end in ends]),
        ("firewall policy", [_policy(known, rule) for rule in own]),
    )
    lines = (line for path, entries in sections if entries for line in _section(path, entries))
    return Document(f"firewall/{known.declared.name}/fortios.conf", "\n".join(lines) + "\n")


def _section(path: str, entries: Iterable[_Entry]) -> Iterator[str]:
    yield f"config {path}"
    for name, settings in entries:
        yield f"    edit {name}"
        yield from (f"        set {key} {value}" for key, value in settings)
        yield "    next"
    yield "end"


def _address(one: AddressObject) -> _Entry:
    subnet = f"{one.network.network_address} {one.network.netmask}"
    return quoted(one.name), (("subnet", subnet), ("comment", quoted(one.comment, 255)))


def _group(one: GroupObject) -> _Entry:
    return quoted(one.name), (("member", " ".join(quoted(each.name) for each in one.members)),)


def _translations(known: KnownFirewall, own: Sequence[Rule]) -> Iterator[_Entry]:
    for translation in in_use(known, own):
        yield (
            quoted(translation_name(translation)),
            (
                ("extip", str(translation.public)),
                ("mappedip", quoted(str(translation.virtual))),
                ("extintf", quoted("any")),
            ),
        )


def _service(name: str) -> _Entry:
    if name == "vrrp":
        return quoted(name), (("protocol", "IP"), ("protocol-number", str(VRRP)))
    protocol, port = name.split("-")
    return quoted(name), ((f"{protocol}-portrange", port),)


def _schedule(known: KnownFirewall, end: date) -> _Entry:
    """From the day of the stack's order on, which is before the end in any case."""
    begin = min(known.order.ordered if known.order else end, end - timedelta(days=1))
    return (
        quoted(_until(end)),
        (("start", f"00:00 {begin:%Y/%m/%d}"), ("end", f"23:59 {end:%Y/%m/%d}")),
    )


def _end(rule: Rule) -> date:
    until = rule.permissions[0].valid_until
    assert until, "every rule has an end: checks require the stack's order"
    return until


def _until(end: date) -> str:
    return f"until-{end.isoformat()}"


def _policy(known: KnownFirewall, rule: Rule) -> _Entry:
    first = rule.permissions[0]
    said = f"{first.tickets}; owner {first.owners}; {rule_reason(first)}"
    destinations = [translation_name(translation) for translation in translated(known, rule)] or [
        rule.destination
    ]
    return (
        "0",
        (
            ("name", quoted(rule.id)),
            ("srcintf", quoted(first.source_side)),
            ("dstintf", quoted(first.destination_side)),
            ("srcaddr", quoted(rule.source)),
            ("dstaddr", " ".join(map(quoted, destinations))),
            ("action", "accept"),
            ("schedule", quoted(_until(_end(rule)))),
            ("service", quoted(rule.service)),
            ("comments", quoted(said, 1023)),
        ),
    )


def quoted(value: str, longest: int = 79) -> str:
    """One argument. Quotation marks come in pairs and a backslash escapes, so neither stands in it
    (https://docs.fortinet.com/document/fortimanager/7.2.7/cli-reference/807765)."""
    plain = "".join(one if one.isprintable() and one not in "\"'\\?" else " " for one in value)
    return f'"{plain[:longest]}"'
