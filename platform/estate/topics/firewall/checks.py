"""Checks of firewalls and firewall orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from ipaddress import IPv4Address

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.exposure.plan.balancers import vips_of
from estate.topics.firewall.plan import FirewallPlan


def check_firewalls(catalogue: Catalogue) -> list[Problem]:
    """A problem for each firewall that stands nowhere."""
    problems: list[Problem] = []
    for stack in catalogue.stacks.values():
        problems += _placed(stack)
        problems += _ordered(stack)
        problems += _crossed_by_nodes(stack)
        problems += _translations(stack)
        problems += _issuers(catalogue, stack)
    return problems


def _issuers(catalogue: Catalogue, stack: Declared[Stack]) -> Iterator[Problem]:
    """API servers fetch every issuer's keys: without a way to it, its people cannot sign in."""
    known = [
        firewall.name for other in catalogue.stacks.values() for firewall in other.value.firewalls
    ]
    for index, issuer in enumerate(stack.value.identity.issuers):
        path: KeyPath = ("identity", "issuers", index)
        if stack.value.masters and issuer.address is None:
            yield stack.problem(
                "issuer-address",
                path,
                f"masters fetch the keys of '{issuer.name}' from {issuer.url}, and no address "
                "says to where firewalls let them",
                "address: what its name resolves to for masters, and across: the firewalls in "
                "between",
            )
        for place, name in enumerate(issuer.across):
            if name not in known:
                yield unknown(stack, "unknown-firewall", (*path, "across", place), name, known)


def _placed(stack: Declared[Stack]) -> Iterator[Problem]:
    for index, firewall in enumerate(stack.value.firewalls):
        if (firewall.source_zone is None) == (firewall.before is None):
            yield stack.problem(
                "firewall-place",
                ("firewalls", index),
                f"the firewall '{firewall.name}' stands "
                + ("in two places" if firewall.before else "in no place"),
                "source_zone or before, one of them",
                "source_zone: the other zone, or before: vips, nodes or servers",
            )


def _ordered(stack: Declared[Stack]) -> Iterator[Problem]:
    """Every rule has a ticket and an end: those that no app orders have the stack's."""
    if stack.value.firewalls and stack.value.firewall_order is None:
        yield stack.problem(
            "firewall-order",
            ("firewalls",),
            "the firewalls' rules have no ticket and no end where no app orders them",
            "firewall_order, with ticket, ordered and valid_days",
            'Example: firewall_order: {ticket: CHG0011800, ordered: "2026-02-16", valid_days: 730}',
        )


def _crossed_by_nodes(stack: Declared[Stack]) -> Iterator[Problem]:
    for index, firewall in enumerate(stack.value.firewalls):
        if firewall.nodes_cross and firewall.before != "vips":
            yield stack.problem(
                "firewall-place",
                ("firewalls", index, "nodes_cross"),
                f"'{firewall.name}' does not stand before virtual addresses",
                "nodes_cross of a firewall with before: vips",
                "Remove nodes_cross: rules of nodes follow from before: nodes or servers",
            )


def _translations(stack: Declared[Stack]) -> Iterator[Problem]:
    """A public address belongs to one virtual address of the zone, before which it stands."""
    ranges = vips_of(stack.value)
    public: set[IPv4Address] = set()
    virtual: set[IPv4Address] = set()
    for index, firewall in enumerate(stack.value.firewalls):
        for number, translation in enumerate(firewall.translations):
            path: KeyPath = ("firewalls", index, "translations", number)
            if firewall.before != "vips":
                yield stack.problem(
                    "translation-place",
                    path,
                    f"'{firewall.name}' does not stand before virtual addresses",
                    "translations of a firewall with before: vips",
                    "Move them to the firewall that clients cross to virtual addresses",
                )
            if not any(translation.virtual in cidr for cidr in ranges):
                yield stack.problem(
                    "translation-target",
                    (*path, "virtual"),
                    f"{translation.virtual} is no virtual address of the zone",
                    f"an address in {' or '.join(map(str, ranges))}",
                    "The address that the app's vip declares",
                )
            if any(translation.public in cidr for cidr in ranges):
                yield stack.problem(
                    "translation-target",
                    (*path, "public"),
                    f"{translation.public} is a virtual address of the zone",
                    "an address outside of the zone, which clients connect to",
                    "Without a translation clients connect to the virtual address itself",
                )
            for key, address, taken in (
                ("public", translation.public, public),
                ("virtual", translation.virtual, virtual),
            ):
                if address in taken:
                    yield stack.problem(
                        "translation-taken",
                        (*path, key),
                        f"{address} has a translation already",
                        "each address in one translation",
                        "Remove one of the two",
                    )
                taken.add(address)


def check_orders(loaded: Loaded, plans: Mapping[Zone, Plan], today: date) -> list[Problem]:
    """A problem for each order whose firewall rows hold no longer on ``today``."""
    return [*_of_apps(loaded, plans, today), *_of_stacks(loaded, today)]


def _of_apps(loaded: Loaded, plans: Mapping[Zone, Plan], today: date) -> Iterator[Problem]:
    for app in loaded.apps:
        order = app.value.firewall
        if order is None or app.value.state != "active" or not (order.expires or order.ordered):
            continue
        key = "expires" if order.expires else "ordered"
        until = order.expires or _first_end(app.value, plans)
        if until and until < today:
            yield app.problem(
                "firewall-expired",
                ("firewall", key),
                f"the firewall rows of '{app.value.app}' held until {until}, today is {today}",
                hint=f"Renew the order with the firewall team: a new 'ticket' and '{key}'",
            )


def _first_end(app: App, plans: Mapping[Zone, Plan]) -> date | None:
    """The end that follows from the app's order and the span of the firewalls that it crosses."""
    rows = plans[app.zone].of(FirewallPlan).rows if app.zone in plans else ()
    own = [row.valid_until for row in rows if (row.tenant, row.app) == (app.tenant, app.app)]
    return min((day for day in own if day), default=None)


def _of_stacks(loaded: Loaded, today: date) -> Iterator[Problem]:
    """The shortest span counts: its rules are the first to end."""
    for stack in loaded.stacks.values():
        order = stack.value.firewall_order
        for index, firewall in enumerate(stack.value.firewalls if order else ()):
            assert order
            until = order.ordered + timedelta(days=firewall.valid_days or order.valid_days)
            if until < today:
                yield stack.problem(
                    "firewall-expired",
                    ("firewalls", index),
                    f"the rules of '{firewall.name}' held until {until}, today is {today}",
                    hint="Renew the stack's order with the firewall team: a new 'ticket' and "
                    "'ordered' of estate:firewall_order",
                )
