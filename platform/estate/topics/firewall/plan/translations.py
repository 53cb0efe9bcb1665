"""Public addresses that a firewall translates, beside the rules that they belong to (E5, E14)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from estate.topics.egress.declare.firewalls import Translation
from estate.topics.firewall.plan.known import KnownFirewall
from estate.topics.firewall.plan.rules import Rule


def translation_name(one: Translation) -> str:
    """The name of its object."""
    return f"v-{str(one.public).replace('.', '-')}"


def translated(known: KnownFirewall, rule: Rule) -> tuple[Translation, ...]:
    """What clients from outside connect to in place of a rule's destinations."""
    first = rule.permissions[0]
    if first.row.purpose != "clients" or first.source_side != known.outer:
        return ()
    ends = {permission.destination for permission in rule.permissions}
    return tuple(
        translation
        for translation in known.declared.translations
        if IPv4Network(translation.virtual) in ends
    )


def in_use(known: KnownFirewall, rules: Iterable[Rule]) -> tuple[Translation, ...]:
    """The translations that a rule of the firewall needs, in the order of public addresses."""
    found = {
        translation.public: translation for rule in rules for translation in translated(known, rule)
    }
    return tuple(found[public] for public in sorted(found))
