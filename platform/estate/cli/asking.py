"""Answers that a verb needs: from its options, and from the person at a terminal for the rest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from estate.authoring.values import Mistake, checked
from estate.cli.invocation import stop


def interactive() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def answer(
    given: str | None, option: str, question: str, kind: Any, default: str | None = None
) -> str:
    """The value of an option, of a type of the declarations; asks for it where it is missing.

    Without a terminal, the default counts; where there is none, the verb ends and names the option.
    """
    if given is not None:
        return str(checked(kind, given))
    if interactive():
        return click.prompt(question, default=default, value_proc=_of(kind))
    if default is None:
        stop(f"{option} is missing: {question}.")
    return str(checked(kind, default))


def _of(kind: Any) -> Callable[[str], str]:
    """What click calls with each answer: it asks again after a usage error."""

    def value(text: str) -> str:
        try:
            return str(checked(kind, text))
        except Mistake as mistake:
            raise click.UsageError(str(mistake)) from None

    return value
