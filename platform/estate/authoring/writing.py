"""Writes files of an estate, if `estate check` accepts the estate with them; otherwise nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from estate.authoring.values import Mistake
from estate.declarations.load import IMAGES, IMAGES_LOCK, NODE_PORTS, load
from estate.derivation import derive_on
from estate.reader.problems import Problem
from estate.reader.values import ZONES

_FILES = (*(f"Pulumi.{zone}.yaml" for zone in ZONES), IMAGES, IMAGES_LOCK, NODE_PORTS)
_FOLDERS = ("tenants", "apps")


def problems(root: Path, today: date) -> tuple[Problem, ...]:
    """Every problem of the estate under ``root``."""
    return derive_on(load(root), today).problems


def problems_with(root: Path, files: Mapping[str, str], today: date) -> tuple[Problem, ...]:
    """Every problem that the estate would have with these files; ``root`` stays as it is."""
    with tempfile.TemporaryDirectory(prefix="estate-new-") as made:
        copy = Path(made)
        for name in _FILES:
            if (root / name).exists():
                (copy / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(root / name, copy / name)
        for name in _FOLDERS:
            if (root / name).exists():
                shutil.copytree(root / name, copy / name)
        write(copy, files)
        return problems(copy, today)


def existing(root: Path, names: Mapping[str, str]) -> list[str]:
    """Which of the files are there already."""
    return [name for name in names if (root / name).exists()]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Writes each file at once; raises :class:`Mistake` where that is not possible."""
    for name, text in files.items():
        path = root / name
        new = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(text, encoding="utf-8", newline="\n")
            new.replace(path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise Mistake(f"{name}: cannot write: {error.strerror}") from None
