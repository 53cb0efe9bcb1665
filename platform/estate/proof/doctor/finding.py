"""One fact of a cluster: what is declared, what was found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["as declared", "differs", "not known", "set by up"]
"""``set by up``: `pulumi up` makes it what is declared."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One row of the table."""

    fact: str
    declared: str
    found: str
    verdict: Verdict = "as declared"
    remedy: str = ""
    """What to do; empty where nothing is to be done."""


def compared(fact: str, declared: str, found: str, remedy: str) -> Finding:
    """A fact that has to be what is declared."""
    if declared == found:
        return Finding(fact=fact, declared=declared, found=found)
    return Finding(fact=fact, declared=declared, found=found, verdict="differs", remedy=remedy)
