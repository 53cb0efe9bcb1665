"""The exception register: what is open where, and whether it still may be (B3).

The plan has no clock: who knows the day passes it in.
"""

from __future__ import annotations

from datetime import date, timedelta

from estate.declarations.stack import Stack
from estate.topics.admission.declare.exceptions import RuleException

SOON = timedelta(days=30)
"""How long before its end an exception is shown as about to expire."""


def plan_exceptions(stack: Stack) -> tuple[RuleException, ...]:
    """The zone's exceptions, by namespace and rule."""
    return tuple(sorted(stack.exceptions, key=lambda one: (one.namespace, one.rule)))


def expiring(exceptions: tuple[RuleException, ...], today: date) -> tuple[RuleException, ...]:
    """Those that end within :data:`SOON`, by day."""
    soon = (one for one in exceptions if today <= one.expires <= today + SOON)
    return tuple(sorted(soon, key=lambda one: (one.expires, one.namespace, one.rule)))
