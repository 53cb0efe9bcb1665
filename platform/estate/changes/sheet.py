"""A change set as people read it: Markdown, one section for each step (X18)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.changes.change_set import ChangeSet, Phase, Step
from estate.changes.transitions.finding import EFFECTS, Effect

_MOST = 40
"""Lines of one step; the documents have all of them."""

_WORDS: dict[Phase, str] = {
    "open": "First open, from the far end: names come last, when everything behind them answers.",
    "close": "Then close, from the near end: the firewall comes last, when the way has no users.",
}

_EFFECTS: dict[Effect, str] = {
    "refused": "This cannot work. Do what stands below each line instead, in that order.",
    "replaced": "These objects are deleted and made anew.",
    "restarts": "These pods restart.",
    "notice": "This takes care beside the programs.",
}

_HOW: dict[str, str] = {
    "firewall": "`firewall/change.csv`, `.json` or `.xlsx` has the rows.",
    "load balancer": "On an F5 send `f5/as3-change.json`: it names every partition that differs.",
    "platform": "`pulumi preview`, then `pulumi up`, of this stack.",
}


def as_markdown(found: ChangeSet) -> str:
    """What each team does, in order."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: ChangeSet) -> Iterator[str]:
    yield f"# Change against {found.against}"
    if not found.steps:
        yield ""
        yield "Nothing that is emitted differs: no team has anything to do."
        return
    if found.mixed:
        yield ""
        yield (
            "This change both opens something in a cluster and removes objects, and `pulumi up` "
            "does both at once. Where removed objects still have users, make it two changes: "
            "additions first."
        )
    yield from _transitions(found)
    phase: Phase | None = None
    for number, step in enumerate(found.steps, 1):
        if step.phase != phase:
            phase = step.phase
            yield ""
            yield f"**{_WORDS[phase]}**"
        yield ""
        yield f"## {number}. {step.team.capitalize()}, {step.zone}"
        yield ""
        yield from _step(step)


def _transitions(found: ChangeSet) -> Iterator[str]:
    for effect in EFFECTS:
        there = [transition for transition in found.transitions if transition.effect == effect]
        if not there:
            continue
        yield ""
        yield f"**{_EFFECTS[effect]}**"
        yield ""
        for finding in there[:_MOST]:
            yield f"- {finding.zone}: {finding.what}: {finding.found}."
            yield from (f"  {number}. {step}" for number, step in enumerate(finding.steps, 1))
        if len(there) > _MOST:
            yield f"- and {len(there) - _MOST} more"


def _step(step: Step) -> Iterator[str]:
    if how := _HOW.get(step.team):
        yield how
        yield ""
    if step.documents:
        yield f"Documents: {', '.join(f'`{document}`' for document in step.documents)}"
        yield ""
    for one in step.does[:_MOST]:
        yield f"- {one}"
    if len(step.does) > _MOST:
        yield f"- and {len(step.does) - _MOST} more"
