"""The environments of an estate, in the order of promotion: ``environments.yaml`` (G5, L3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field

from estate.reader.problems import Declared, KeyPath, Problem, did_you_mean
from estate.reader.stacks import Environment, EnvironmentName, StackName
from estate.reader.validation import validate
from estate.reader.values import Model
from estate.reader.yaml_reader import read_file

ENVIRONMENTS = "environments.yaml"
"""Where they are named."""


class EnvironmentList(Model):
    """The environments of an estate. Each has both zones, all share one world."""

    first: EnvironmentName = Field(examples=["production"])
    """The environment whose stacks are `dmz` and `intranet`. Those of every other one are
    `<environment>-dmz` and `<environment>-intranet`. It never changes: these are keys of state."""
    promotion: tuple[EnvironmentName, ...] = Field(min_length=1, examples=[["test", "production"]])
    """All environments in the order in which an image goes through them."""


@dataclass(frozen=True)
class Environments:
    """Those that an estate has; one without a name where it declares none."""

    declared: Declared[EnvironmentList] | None = None
    problems: tuple[Problem, ...] = ()

    @cached_property
    def all(self) -> tuple[Environment, ...]:
        """In the order of promotion."""
        if self.declared is None:
            return (Environment(),)
        listed = self.declared.value
        return tuple(Environment(name, name == listed.first) for name in listed.promotion)

    @property
    def first(self) -> Environment:
        """The one whose stacks are called as their zones."""
        return next(one for one in self.all if one.first)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that declarations may name."""
        return tuple(one.name for one in self.all if one.name)

    @property
    def stacks(self) -> tuple[StackName, ...]:
        """Every stack, those of the first environment first."""
        ordered = sorted(self.all, key=lambda one: not one.first)
        return tuple(stack for one in ordered for stack in one.stacks)

    @property
    def unread(self) -> bool:
        """Whether there is a list that could not be read: nothing is held against it then."""
        return bool(self.problems)

    def named(self, name: str) -> Environment | None:
        """The environment of that name."""
        return next((one for one in self.all if name and one.name == name), None)

    def stack(self, name: str) -> StackName | None:
        """The stack of that name."""
        return next((one for one in self.stacks if str(one) == name), None)

    def unknown(self, declared: Declared[Any], path: KeyPath, name: str) -> Problem:
        """A problem with the name of an environment that there is not."""
        return declared.problem(
            "unknown-environment",
            path,
            f"there is no environment '{name}'",
            ", ".join(self.names) or f"none is declared: name them in {ENVIRONMENTS} first",
            did_you_mean(name, self.names),
        )


def environments(root: Path) -> Environments:
    """What stands in the list under ``root``; problems are returned, never raised."""
    path = root / ENVIRONMENTS
    if not path.exists():
        return Environments()
    read = read_file(path, ENVIRONMENTS)
    if read.value is None:
        return Environments(problems=tuple(read.problems))
    listed, problems = validate(EnvironmentList, read.value, read.positions)
    if listed is None or read.problems:
        return Environments(problems=tuple([*read.problems, *problems]))
    declared = Declared(listed, read.positions)
    wrong = _wrong(declared)
    return Environments(None if wrong else declared, tuple(wrong))


def _wrong(declared: Declared[EnvironmentList]) -> list[Problem]:
    listed = declared.value
    problems = [
        declared.problem(
            "name-taken",
            ("promotion", index),
            f"the environment '{name}' stands here again",
            "each environment once",
        )
        for index, name in enumerate(listed.promotion)
        if name in listed.promotion[:index]
    ]
    if listed.first not in listed.promotion:
        found = f"there is no environment '{listed.first}' in the list"
        hint = did_you_mean(listed.first, listed.promotion)
        allowed = ", ".join(listed.promotion)
        problems.append(declared.problem("unknown-environment", ("first",), found, allowed, hint))
    return problems
