"""One zone as `estate render` writes it, as texts by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOCUMENTS, MANIFESTS = "documents", "manifests"


@dataclass(frozen=True)
class Rendered:
    """One zone's documents and manifests. Workbooks are left out: a CSV says the same."""

    documents: Mapping[str, str]
    manifests: Mapping[str, str]


NOTHING = Rendered({}, {})
"""Of a stack that was not there."""


def of_files(files: Mapping[str, str]) -> Rendered:
    """From the texts of a render, by its own names."""
    return Rendered(_below(files, DOCUMENTS), _below(files, MANIFESTS))


def read_folder(folder: Path) -> Rendered:
    """What an earlier `estate render` wrote. Raises OSError or ValueError where it is none."""
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for part in (DOCUMENTS, MANIFESTS)
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and path.suffix != ".xlsx"
    }
    if not files:
        raise ValueError(f"{folder} holds no render: neither {DOCUMENTS}/ nor {MANIFESTS}/")
    return of_files(files)


def _below(files: Mapping[str, str], part: str) -> dict[str, str]:
    return {
        name.removeprefix(f"{part}/"): text
        for name, text in files.items()
        if name.startswith(f"{part}/") and not name.endswith(".xlsx")
    }
