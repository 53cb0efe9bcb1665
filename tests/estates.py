"""Small estates for tests: the shipped one, copied and changed as a person would change it.

estate = shipped(tmp_path)
estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 5")
estate.plans()["dmz"]
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from estate.declare import Loaded, Problem, load
from estate.declare.models.values import Zone
from estate.plan import Plan, derive, derive_on

TODAY = date(2026, 3, 1)
"""The day on which tests check estates."""

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Estate:
    """A folder of declarations. Changes return the estate, so that they chain."""

    root: Path

    def edit(self, file: str, old: str, new: str) -> Estate:
        """Replace the one place where ``old`` stands; a test whose edit misses is no test."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        return self.add(file, text.replace(old, new))

    def add(self, file: str, text: str) -> Estate:
        """Write a file, over an existing one too."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self

    def remove(self, file: str) -> Estate:
        """Delete a file, which must exist."""
        (self.root / file).unlink()
        return self

    def load(self) -> Loaded:
        """What the loader makes of the files."""
        return load(self.root)

    def problems(self) -> tuple[Problem, ...]:
        """Every problem, of the loader and of the plan, on :data:`TODAY`."""
        return derive_on(self.load(), TODAY).problems

    def plans(self) -> Mapping[Zone, Plan]:
        """Both zones' plans; fails with the problems where there are any."""
        derived = derive(self.load())
        assert not derived.problems, "\n".join(str(problem) for problem in derived.problems)
        return derived.plans


def shipped(folder: Path) -> Estate:
    """The estate that ships, copied into an empty part of ``folder``."""
    root = folder / "estate"
    root.mkdir()
    for stack in sorted(REPOSITORY.glob("Pulumi.*.yaml")):
        shutil.copy(stack, root)
    shutil.copy(REPOSITORY / "images.yaml", root)
    for part in ("tenants", "apps"):
        shutil.copytree(REPOSITORY / part, root / part)
    return Estate(root)
