"""What one exported file says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["as declared", "differs", "not read", "not declared"]


class Unreadable(Exception):
    """The file has not the form that its name promises."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """One exported file, held against the document of the same name."""

    document: str
    verdict: Verdict
    differences: tuple[str, ...] = ()
    """One sentence each; never a value that may be secret."""
    beside: tuple[str, ...] = ()
    """What the device has beside the estate's part, which is not judged."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a comparison found."""

    differences: tuple[str, ...]
    beside: tuple[str, ...] = ()
