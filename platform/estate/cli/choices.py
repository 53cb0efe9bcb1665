"""Stacks and environments as options: which there are follows from the folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from estate.declarations.environments import ENVIRONMENTS, Environments, environments
from estate.reader.problems import did_you_mean
from estate.reader.stacks import Environment, StackName
from estate.reader.values import ZONES


def _known(ctx: click.Context | None) -> Environments:
    """Those of the folder that ``--root`` names, which click reads before."""
    root = ctx.params.get("root") if ctx else None
    return environments(root if isinstance(root, Path) else Path())


class _Stack(click.ParamType[StackName]):
    name = "stack"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(ZONES)}|ENVIRONMENT-ZONE]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> StackName:
        if isinstance(value, StackName):
            return value
        known = _known(ctx)
        if found := known.stack(str(value)):
            return found
        names = [str(one) for one in known.stacks]
        hint = did_you_mean(str(value), names)
        self.fail(f"'{value}' is not one of {_quoted(names)}.{f' {hint}' if hint else ''}", param)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        names = (str(one) for one in _known(ctx).stacks)
        return [CompletionItem(one) for one in names if one.startswith(incomplete)]


class _Environment(click.ParamType[Environment]):
    name = "environment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Environment:
        if isinstance(value, Environment):
            return value
        known = _known(ctx)
        if found := known.named(str(value)):
            return found
        if not known.names:
            self.fail(f"the estate has no environments: {ENVIRONMENTS} names them.", param)
        hint = did_you_mean(str(value), known.names)
        self.fail(
            f"'{value}' is not one of {_quoted(known.names)}.{f' {hint}' if hint else ''}", param
        )

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(one) for one in _known(ctx).names if one.startswith(incomplete)]


def _quoted(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in names)


STACK = _Stack()
ENVIRONMENT = _Environment()


def stack(purpose: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option that names a stack."""
    return click.option("--stack", type=STACK, required=True, help=purpose)


def environment(purpose: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option that names an environment; without it, the verb says what it covers."""
    return click.option("--environment", type=ENVIRONMENT, metavar="NAME", help=purpose)


FIRST = environment("Of this environment; the default is the first.")
