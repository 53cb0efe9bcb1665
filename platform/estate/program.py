"""From declarations and the engine's configuration to the plan of one stack, or a refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from estate.declarations.load import load
from estate.derivation import derive_on
from estate.engine.configuration import Configured, differences
from estate.plan import Plan
from estate.reader.values import ZONES, Zone


class Refused(Exception):
    """Nothing may be registered; the text says why and what to do."""


def stack_plan(root: Path, stack: str, configured: Configured, today: date) -> Plan:
    """The plan of ``stack`` on a day, from the declarations of both stacks under ``root``.

    Raises :class:`Refused` with every problem of every file, or where the engine was configured
    with other facts than the stack file holds.
    """
    if stack not in ZONES:
        raise Refused(f"There is no stack '{stack}': the stacks are {' and '.join(ZONES)}.")
    zone: Zone = stack
    loaded = load(root)
    derived = derive_on(loaded, today)
    if derived.problems:
        count = len(derived.problems)
        heading = f"{count} problem{'s' if count != 1 else ''} in the declarations:"
        raise Refused("\n".join([heading, *(f"  {problem}" for problem in derived.problems)]))
    differing = list(differences(loaded.facts[zone], configured, f"Pulumi.{zone}.yaml"))
    if differing:
        raise Refused("\n".join(differing))
    return derived.plans[zone]
