"""Writes a site into a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from estate.cli.render import prepare

MARK = ".estate-report"
"""Stands in every folder that a report made, so that no other folder is ever emptied."""


def write_site(pages: Mapping[str, str], out: Path) -> None:
    """Writes every page under ``out``, in place of an earlier report.

    Raises ValueError where ``out`` holds something that no report made, OSError where it cannot be
    written.
    """
    prepare(out, MARK, "report")
    for name, text in pages.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
