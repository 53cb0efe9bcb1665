"""Shows what devices have, held against what is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from estate.cli.sentences import counted, listed
from estate.verifying.verdict import Verdict, Verified

_STYLES: Mapping[Verdict, str] = {
    "as declared": "green",
    "differs": "red",
    "not read": "red",
    "not declared": "red",
}


def print_verified(found: Sequence[Verified], console: Console) -> None:
    """A line for each file, what differs below it, and a count."""
    for one in found:
        head = Text.assemble((f"{one.verdict:14}", _STYLES[one.verdict]), (one.document, "bold"))
        console.print(head, soft_wrap=True)
        for difference in one.differences:
            console.print(Text(f"{'':14}{difference}"), soft_wrap=True)
        if one.beside:
            line = f"also there, of others, and not judged: {listed(one.beside)}"
            console.print(Text(f"{'':14}{line}"), soft_wrap=True)
    counts = Counter(one.verdict for one in found)
    console.print(
        f"{counted(len(found), 'file')}: "
        + listed(f"{counts[verdict]} {verdict}" for verdict in _STYLES if counts[verdict])
        + ".",
        highlight=False,
    )
