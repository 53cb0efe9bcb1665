"""Checks of exceptions from admission rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.admission.declare.exceptions import RuleException
from estate.topics.admission.declare.rules import BOUNDS, OF_SERVICES
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES


def check_exceptions(catalogue: Catalogue) -> list[Problem]:
    """Each is for one namespace of its own, once, with an end after its beginning."""
    return [problem for zone in catalogue.stacks for problem in _of_zone(catalogue, zone)]


def _of_zone(catalogue: Catalogue, zone: Zone) -> Iterator[Problem]:
    stack = catalogue.stacks[zone]
    apps = [app.value for app in catalogue.apps if app.value.zone == zone]
    own = {namespace_of(app) for app in apps if app.pool}
    known = own | set(PLATFORM_NAMESPACES)
    first: dict[tuple[str, str, str], int] = {}
    for index, exception in enumerate(stack.value.exceptions):
        path: KeyPath = ("exceptions", index)
        if (zone, exception.namespace) in catalogue.namespaces:
            yield stack.problem(
                "exception-too-wide",
                (*path, "namespace"),
                f"the namespace '{exception.namespace}' is one that apps share",
                ", ".join(sorted(known)),
                "Give the app that needs it a pool, and so a namespace, of its own",
            )
        elif exception.namespace not in known:
            where: KeyPath = (*path, "namespace")
            yield unknown(stack, "unknown-namespace", where, exception.namespace, known)
        if exception.expires < exception.approved:
            yield stack.problem(
                "exception-ends-first",
                (*path, "expires"),
                f"it would expire on {exception.expires}, "
                f"before it is approved ({exception.approved})",
                "a day after that of 'approved'",
            )
        yield from _bound(stack, path, exception)
        key = (exception.rule, exception.namespace, exception.account or "")
        if first.setdefault(key, index) != index:
            line = stack.place(("exceptions", first[key], "rule")).line
            yield stack.problem(
                "exception-again",
                (*path, "rule"),
                f"the rule '{exception.rule}' is open in '{exception.namespace}' "
                f"already (line {line})",
                "each once: to renew one, change its 'approved' and 'expires'",
            )


def _bound(stack: Declared[Stack], path: KeyPath, one: RuleException) -> Iterator[Problem]:
    """An exception opens for the pods of one account what it names, and nothing else."""
    if (one.account is None) != (one.rule in OF_SERVICES):
        yield stack.problem(
            "exception-account",
            (*path, "account" if one.account else "rule"),
            f"the rule '{one.rule}' is one of Services and routes, which have no service account"
            if one.account
            else f"the rule '{one.rule}' would not hold for any pod of '{one.namespace}'",
            "no account" if one.account else "account: the service account of the pods",
            "Take it away" if one.account else "Name the account: an app's is called like the app",
        )
    for rule, keys in BOUNDS.items():
        given = [key for key in keys if getattr(one, key)]
        if rule == one.rule and not given:
            yield stack.problem(
                "exception-without-bounds",
                (*path, "rule"),
                f"nothing says what the exception from '{rule}' opens",
                " or ".join(keys),
                "Name what the pods need, and nothing else",
            )
        elif rule != one.rule and given:
            yield stack.problem(
                "superfluous",
                (*path, given[0]),
                f"'{given[0]}' is for exceptions from '{rule}', and this one is from '{one.rule}'",
                hint="Leave it out",
            )


def check_unruled(catalogue: Catalogue) -> Iterator[Problem]:
    """No namespace of the estate is without rules."""
    for zone, stack in catalogue.stacks.items():
        own = {namespace_of(app.value) for app in catalogue.apps if app.value.zone == zone}
        own |= {name for of_zone, name in catalogue.namespaces if of_zone == zone}
        for index, namespace in enumerate(stack.value.unruled_namespaces):
            if namespace.namespace in own or namespace.namespace.startswith("estate-"):
                yield stack.problem(
                    "unruled-namespace",
                    ("unruled_namespaces", index, "namespace"),
                    f"the namespace '{namespace.namespace}' is one of the estate's",
                    "a namespace of a program that the estate does not install",
                    "Declare an exception for the pods that need one: estate:exceptions",
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
    for index, exception in enumerate(stack.value.exceptions):
        what = f"the exception of '{exception.namespace}' from the rule '{exception.rule}'"
        if exception.expires < today:
            yield stack.problem(
                "exception-expired",
                ("exceptions", index, "expires"),
                f"{what} expired on {exception.expires}, today is {today}",
                hint=f"Take it away, or have {exception.owner} renew it: "
                "a new 'approved' and 'expires'",
            )
        elif exception.approved > today:
            yield stack.problem(
                "exception-not-yet",
                ("exceptions", index, "approved"),
                f"{what} is approved from {exception.approved} on, today is {today}",
                hint="Apply it on that day, or correct the day",
            )
