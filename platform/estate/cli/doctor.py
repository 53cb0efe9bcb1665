"""Shows the doctor's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from estate.cli.sentences import counted
from estate.proof.doctor.finding import Finding, Verdict

_STYLES: Mapping[Verdict, str] = {
    "as declared": "green",
    "set by up": "green",
    "not known": "yellow",
    "differs": "red",
}


def print_findings(found: Sequence[Finding], console: Console) -> None:
    """A block for each fact: declared, found, and what to do."""
    for finding in found:
        head = Text.assemble(
            (f"{finding.verdict:12}", _STYLES[finding.verdict]), (finding.fact, "bold")
        )
        console.print(head, soft_wrap=True)
        for title, text in (("declared", finding.declared), ("found", finding.found)):
            console.print(Text(f"{'':12}{title}: {text}"), soft_wrap=True)
        if finding.remedy:
            console.print(
                Text(f"{'':12}{finding.remedy}", _STYLES[finding.verdict]), soft_wrap=True
            )
    counts = {verdict: sum(finding.verdict == verdict for finding in found) for verdict in _STYLES}
    if counts["differs"]:
        console.print(f"{counted(counts['differs'], 'fact')} to mend first.", highlight=False)
    else:
        unknown = counts["not known"]
        also = f", {unknown} of them not known" if unknown else ""
        console.print(f"{counted(len(found), 'fact')}{also}: `pulumi up` can begin.")
