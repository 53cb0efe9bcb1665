"""Checks of exceptions from admission rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES


def check_exceptions(catalogue: Catalogue) -> list[Problem]:
    """Each is for one namespace of its own, once, with an end after its beginning."""
    return [one for zone in catalogue.stacks for one in _of_zone(catalogue, zone)]


def _of_zone(catalogue: Catalogue, zone: Zone) -> Iterator[Problem]:
    stack = catalogue.stacks[zone]
    apps = [app.value for app in catalogue.apps if app.value.zone == zone]
    own = {namespace_of(app) for app in apps if app.pool}
    known = own | set(PLATFORM_NAMESPACES)
    first: dict[tuple[str, str], int] = {}
    for index, one in enumerate(stack.value.exceptions):
        path: KeyPath = ("exceptions", index)
        if (zone, one.namespace) in catalogue.namespaces:
            yield stack.problem(
                "exception-too-wide",
                (*path, "namespace"),
                f"the namespace '{one.namespace}' is one that apps share",
                ", ".join(sorted(known)),
                "Give the app that needs it a pool, and so a namespace, of its own",
            )
        elif one.namespace not in known:
            where: KeyPath = (*path, "namespace")
            yield unknown(stack, "unknown-namespace", where, one.namespace, known)
        if one.expires < one.approved:
            yield stack.problem(
                "exception-ends-first",
                (*path, "expires"),
                f"it would expire on {one.expires}, before it is approved ({one.approved})",
                "a day after that of 'approved'",
            )
        key = (one.rule, one.namespace)
        if first.setdefault(key, index) != index:
            line = stack.place(("exceptions", first[key], "rule")).line
            yield stack.problem(
                "exception-again",
                (*path, "rule"),
                f"the rule '{one.rule}' is open in '{one.namespace}' already (line {line})",
                "each once: to renew one, change its 'approved' and 'expires'",
            )


def check_days(loaded: Loaded, today: date) -> list[Problem]:
    """A problem for each exception that holds no longer, or not yet, on ``today``."""
    return [
        problem
        for zone in ZONES
        if zone in loaded.stacks
        for problem in _days(loaded.stacks[zone], today)
    ]


def _days(stack: Declared[Stack], today: date) -> Iterator[Problem]:
    for index, one in enumerate(stack.value.exceptions):
        what = f"the exception of '{one.namespace}' from the rule '{one.rule}'"
        if one.expires < today:
            yield stack.problem(
                "exception-expired",
                ("exceptions", index, "expires"),
                f"{what} expired on {one.expires}, today is {today}",
                hint=f"Take it away, or have {one.owner} renew it: a new 'approved' and 'expires'",
            )
        elif one.approved > today:
            yield stack.problem(
                "exception-not-yet",
                ("exceptions", index, "approved"),
                f"{what} is approved from {one.approved} on, today is {today}",
                hint="Apply it on that day, or correct the day",
            )
