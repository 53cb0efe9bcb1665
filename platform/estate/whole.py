"""The whole estate: every environment derived, held against the others, all problems (A6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from estate.declarations.environments import Environments, environments
from estate.declarations.load import Loaded, load
from estate.derivation import Derived, derive, derive_on
from estate.reader.problems import Problem
from estate.reader.stacks import Environment
from estate.world.checks import check_world


@dataclass(frozen=True)
class Whole:
    """Every environment, and the problems of all of them."""

    environments: Environments
    loaded: Mapping[Environment, Loaded]
    derived: Mapping[Environment, Derived]
    """Plans stand there for environments that have no problem of their own."""
    problems: tuple[Problem, ...]
    """Each once, by place."""

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What is right today and near a limit."""
        return _once(one for derived in self.derived.values() for one in derived.notices)


def whole(root: Path, today: date | None = None) -> Whole:
    """Everything declared under ``root``, on a day: what holds no longer is a problem then."""
    known = environments(root)
    loaded = {one: load(root, one) for one in known.all}
    derived = {one: _derive(today)(of) for one, of in loaded.items()}
    problems = [problem for one in derived.values() for problem in one.problems]
    problems += check_world(loaded.values())
    return Whole(known, loaded, derived, _once(problems))


def _derive(today: date | None) -> Callable[[Loaded], Derived]:
    return (lambda loaded: derive_on(loaded, today)) if today else derive


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What is common is wrong in every environment, and said once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.source, one.code)))
