"""Every rule that refuses a declaration, by example: the files `<topic>/refusals_of_<what>.py`.

An edit replaces the one place where ``old`` stands in a shipped file. ``«`` in the edits marks
where the problem must point; it is not written. ``neighbour`` is the nearest declaration that is
accepted.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.level0.refused import Refusal

_FILES = sorted(Path(__file__).parent.glob("*/refusals_of_*.py"))

REFUSALS: tuple[Refusal, ...] = tuple(
    refusal
    for file in _FILES
    for refusal in import_module(f"tests.level0.{file.parent.name}.{file.stem}").REFUSALS
)
