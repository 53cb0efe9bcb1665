"""From declarations and the engine's configuration to the plan of one stack, or a refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from estate.engine.configuration import Configured, differences
from estate.plan import Plan
from estate.whole import whole


class Refused(Exception):
    """Nothing may be registered; the text says why and what to do."""


def stack_plan(root: Path, stack: str, configured: Configured, today: date) -> Plan:
    """The plan of ``stack`` on a day, from the declarations of all stacks under ``root``.

    Raises :class:`Refused` with every problem of every file, or where the engine was configured
    with other facts than the stack file holds.
    """
    found = whole(root, today)
    name = found.environments.stack(stack)
    if name is None and not found.environments.unread:
        stacks = " and ".join(str(one) for one in found.environments.stacks)
        raise Refused(f"There is no stack '{stack}': the stacks are {stacks}.")
    if found.problems or name is None:
        count = len(found.problems)
        heading = f"{count} problem{'s' if count != 1 else ''} in the declarations:"
        raise Refused("\n".join([heading, *(f"  {problem}" for problem in found.problems)]))
    facts = found.loaded[name.environment].facts[name.zone]
    differing = list(differences(facts, configured, name.file))
    if differing:
        raise Refused("\n".join(differing))
    return found.derived[name.environment].plans[name.zone]
