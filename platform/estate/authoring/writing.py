"""Writes files of an estate, if `estate check` accepts the estate with them; otherwise nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from estate.authoring.values import Mistake
from estate.declarations.environments import ENVIRONMENTS
from estate.declarations.inventory_file import FOLDER
from estate.declarations.load import IMAGES, IMAGES_LOCK, NODE_PORTS
from estate.reader.problems import Problem
from estate.whole import whole

_FILES = (ENVIRONMENTS, IMAGES, IMAGES_LOCK, NODE_PORTS)
_STACKS = "Pulumi.*.yaml"
_FOLDERS = ("tenants", "apps", FOLDER)


def problems(root: Path, today: date) -> tuple[Problem, ...]:
    """Every problem of the estate under ``root``."""
    return whole(root, today).problems


def problems_with(root: Path, files: Mapping[str, str], today: date) -> tuple[Problem, ...]:
    """Every problem that the estate would have with these files; ``root`` stays as it is."""
    with tempfile.TemporaryDirectory(prefix="estate-new-") as made:
        copy = Path(made)
        for name in (*_FILES, *(path.name for path in root.glob(_STACKS))):
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
    """Writes the files, all or none; raises :class:`Mistake` where one cannot be written."""
    staged: dict[Path, Path] = {}
    try:
        for name, text in files.items():
            path = root / name
            staged[path.with_name(f".{path.name}.new")] = path
            path.parent.mkdir(parents=True, exist_ok=True)
            end = "\r\n" if path.exists() and b"\r\n" in path.read_bytes() else "\n"
            path.with_name(f".{path.name}.new").write_text(text, encoding="utf-8", newline=end)
        for new, path in staged.items():
            new.replace(path)
    except OSError as error:
        raise Mistake(f"{error.filename}: cannot write: {error.strerror}") from None
    finally:
        for new in staged:
            new.unlink(missing_ok=True)
