"""What the verbs of `estate import` share: pairs of an option, the list of what stays behind."""

from __future__ import annotations

from collections.abc import Iterable

import click
import yaml

from estate.cli.invocation import stop


def pairs(given: tuple[str, ...], option: str, form: str, *, label: bool = False) -> dict[str, str]:
    """What stands before ``=``, and after it; ``label``: a label's value follows a colon, and what
    stands after ``=`` may be missing."""
    found: dict[str, str] = {}
    for text in given:
        what, equals, of = text.partition("=")
        if not what or (not equals and not label):
            stop(f"{option}: '{text}' is not of the form {form}")
        found[what.replace(":", "=", 1) if label else what] = of
    return found


def print_left(left: Iterable[object]) -> None:
    """What was not carried over, each with its reason."""
    lines = [str(one) for one in left]
    if lines:
        click.echo("Not carried over:")
    for line in lines:
        click.echo(f"  {line}")


def in_flow(value: object) -> str:
    """YAML in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()
