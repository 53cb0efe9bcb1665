"""Checks of firewalls and firewall orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem


def check_firewalls(catalogue: Catalogue) -> list[Problem]:
    """A problem for each firewall that stands nowhere."""
    problems: list[Problem] = []
    for stack in catalogue.stacks.values():
        problems += _placed(stack)
        problems += _issuers(catalogue, stack)
    return problems


def _issuers(catalogue: Catalogue, stack: Declared[Stack]) -> Iterator[Problem]:
    """API servers fetch every issuer's keys: without a way to it, its people cannot sign in."""
    known = [one.name for other in catalogue.stacks.values() for one in other.value.firewalls]
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
    for index, one in enumerate(stack.value.firewalls):
        if (one.source_zone is None) == (one.before is None):
            yield stack.problem(
                "firewall-place",
                ("firewalls", index),
                f"the firewall '{one.name}' stands "
                + ("in two places" if one.before else "in no place"),
                "source_zone or before, one of them",
                "source_zone: the other zone, or before: vips, nodes or servers",
            )


def check_orders(loaded: Loaded, today: date) -> list[Problem]:
    """A problem for each app whose firewall rows hold no longer on ``today``."""
    return [
        app.problem(
            "firewall-expired",
            ("firewall", "expires"),
            f"the firewall rows of '{app.value.app}' held until {app.value.firewall.expires}, "
            f"today is {today}",
            hint="Renew the order with the firewall team: a new 'ticket' and 'expires'",
        )
        for app in loaded.apps
        if app.value.firewall
        and app.value.state == "active"
        and app.value.firewall.expires
        and app.value.firewall.expires < today
    ]
