"""How problems read on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from estate.declare import Problem


def print_problems(problems: Sequence[Problem], console: Console) -> None:
    """Each problem with its place, what was found, what is allowed and the fix, then a count."""
    for problem in problems:
        console.print(
            Text.assemble(
                (str(problem.source), "bold"),
                f"  {problem.key_path}" if problem.key_path else "",
                (f"  [{problem.code}]", "dim"),
            ),
            soft_wrap=True,
        )
        console.print(Text(f"    {problem.found}", "red"), soft_wrap=True)
        if problem.allowed:
            console.print(Text(f"    allowed: {problem.allowed}"), soft_wrap=True)
        if problem.hint:
            console.print(Text(f"    {problem.hint}", "green"), soft_wrap=True)
    files = len({problem.source.file for problem in problems})
    count = len(problems)
    console.print(
        f"{count} problem{'s' if count != 1 else ''} in {files} file{'s' if files != 1 else ''}.",
        highlight=False,
    )
