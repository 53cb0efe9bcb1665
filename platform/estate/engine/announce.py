"""Says in a preview what a change does, and refuses in preview and update what cannot work."""

from __future__ import annotations

import os

import pulumi

SHOW_ONLY = "ESTATE_TRANSITIONS"
"""Set to ``show``, this variable of the environment makes a warning of a refusal."""


def announce(*, refused: str, warning: str, note: str) -> None:
    """Raises :class:`pulumi.RunError` with ``refused``, before anything is registered."""
    if refused and os.environ.get(SHOW_ONLY) != "show":
        raise pulumi.RunError(
            f"Nothing was written. {refused}\n"
            f"To try it all the same, set {SHOW_ONLY}=show (docs/changes.md)."
        )
    if not pulumi.runtime.is_dry_run():
        return  # an update that follows a preview would say it twice
    for text in filter(None, (refused, warning)):
        pulumi.warn(text)
    if note:
        pulumi.info(note)
