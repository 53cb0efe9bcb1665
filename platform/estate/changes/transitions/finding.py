"""One thing that a change runs into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Effect = Literal["refused", "replaced", "restarts", "notice"]
EFFECTS: tuple[Effect, ...] = ("refused", "replaced", "restarts", "notice")
"""The worst first."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What happens to one object, address or node when the change is applied."""

    effect: Effect
    code: str
    """The rule's name."""
    zone: str
    """The stack."""
    what: str
    """``Kind namespace/name``, or what else it is about."""
    found: str
    steps: tuple[str, ...] = ()
    """What to do instead, or before, in order."""
