"""`estate limits`: how far the estate is from every limit, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console

from estate.composition import compose
from estate.plan import Plan
from estate.proof.sizes import emitted_uses
from estate.topics.capacity.plan.limit_counts import Use, uses
from estate.topics.capacity.plan.limits import LIMITS, NEAR_PERCENT, Limit

_HEAD = f"""# Limits

Programs take so much and no more. `estate check` counts what grows with tenants, apps, nodes and
days, gives notice from {NEAR_PERCENT} % of a limit on, and refuses what is past it where something
breaks there. `estate limits` shows all numbers of both zones and counts what is emitted as well: it
ends with code 1 where anything is past a limit that it refuses. `estate limits --markdown` makes
this page from the table that both read.

A number of the site stands in the stack file: without it nothing is refused, and the count is
shown.
"""


def table() -> str:
    """Every limit, as Markdown."""
    return "\n".join([_HEAD, *_table(LIMITS), *_sources(LIMITS)]) + "\n"


def _table(limits: Iterable[Limit]) -> Iterator[str]:
    yield "| what is limited | limit | past it | verdict | how it is counted |"
    yield "|---|---|---|---|---|"
    for limit in limits:
        verdict = f"`{limit.verb}` {'refuses' if limit.refused else 'gives notice'}"
        yield f"| {limit.what} | {_number(limit)} | {limit.past} | {verdict} | {limit.counted} |"


def _number(limit: Limit) -> str:
    each = f" for each {limit.of}" if limit.of else ""
    if limit.value is None:
        return f"`{limit.key}`{each}"
    own = f", or `{limit.key}`" if limit.key else ""
    return f"{limit.value:,}{each}{own}"


def _sources(limits: Iterable[Limit]) -> Iterator[str]:
    yield ""
    yield "## Sources"
    yield ""
    for source in dict.fromkeys(limit.source for limit in limits):
        names = ", ".join(limit.what for limit in limits if limit.source == source)
        yield f"- {names}: {source}"


def all_uses(plans: Iterable[Plan]) -> Mapping[str, tuple[Use, ...]]:
    """Of what is planned and of what is emitted, the nearest to its limit first."""
    return {
        str(plan.stack): tuple(sorted([*uses(plan), *emitted_uses(compose(plan))], key=_nearness))
        for plan in plans
    }


def print_uses(found: Mapping[str, Sequence[Use]], console: Console) -> None:
    """Each number of each zone, the nearest to its limit first."""
    for zone, of_zone in found.items():
        console.print(f"[bold]{zone}[/]")
        for use in of_zone:
            console.print(f"  {_line(use)}", highlight=False, soft_wrap=True)


def uses_data(found: Mapping[str, Sequence[Use]]) -> list[dict[str, str | int | None]]:
    """The same for programs."""
    return [
        {
            "zone": zone,
            "limit": use.limit.name,
            "count": use.count,
            "most": use.most,
            "reckoning": use.reckoning,
        }
        for zone, of_zone in found.items()
        for use in of_zone
    ]


def _nearness(use: Use) -> float:
    return -use.count / use.most if use.most else 0


def _line(use: Use) -> str:
    if use.most is None:
        share = f"      {use.count:,} {use.limit.what}; the site declares no limit"
    else:
        share = f"{100 * use.count // use.most:3} %  {use.count:,} {use.limit.what} of {use.most:,}"
    return f"{share}: {use.reckoning}"
