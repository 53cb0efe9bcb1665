"""One change over all documents and both zones, in the order in which the teams act (X18).

What is added is opened from the far end: the firewall before the member that needs it goes live,
names last, when everything behind them answers. What goes is closed from the near end: names
first, the firewall last, when nobody uses the way any more. `pulumi up` is one run: it opens where
it adds objects or where a load balancer gets something new to point at, and closes where it only
takes away, so that no load balancer points at pods that are gone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from typing import Literal

from estate.changes.as3 import as3_deltas
from estate.changes.firewall import firewall_change, spoken
from estate.changes.objects import object_deltas
from estate.changes.rendered import Rendered
from estate.changes.transitions.finding import Finding
from estate.changes.transitions.rules import S, transitions

Phase = Literal["open", "close"]

TEAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("firewall", ("firewall/*",)),
    ("network", ("network/*",)),
    ("masters", ("api-server/*", "control-plane/*", "masters/*")),
    ("nodes", ("nodes/*", "kubelet/*", "logging/nodes/*")),
    ("storage", ("nfs/*", "storage/*")),
    ("registry", ("registry/*", "images/*")),
    ("databases", ("databases/*",)),
    ("certificates", ("logging/certificates.csv",)),
    ("platform", ()),
    ("load balancer", ("f5/*", "haproxy/*", "keepalived/*", "balancers/*", "metallb/*")),
    ("name servers", ("dns/*",)),
    ("records", ("*",)),
)
"""Who acts, in the order of opening, and what each is handed. The platform's own are objects."""

_PLATFORM = "platform"
_LOAD_BALANCER = "load balancer"
_RECORDS = "records"
"""Registers that follow what is there: in both phases they come last."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one document says differently."""

    document: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...] = ()
    """What stays and reads differently; it is done while opening."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one team does for one stack."""

    team: str
    zone: str
    """The stack."""
    phase: Phase
    documents: tuple[str, ...]
    does: tuple[str, ...]
    """Each thing, in words."""


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """The whole change."""

    against: str
    steps: tuple[Step, ...]
    documents: Mapping[str, tuple[str, ...]]
    """By stack, every document that differs."""
    transitions: tuple[Finding, ...]
    """What it runs into on the clusters, the worst first."""

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What cannot work."""
        return tuple(
            transition for transition in self.transitions if transition.effect == "refused"
        )

    @property
    def mixed(self) -> bool:
        """Whether `pulumi up`, which does everything at once, opens something and removes too."""
        return any(
            step.phase == "open" and any(word.startswith("remove") for word in step.does)
            for step in self.steps
            if step.team == _PLATFORM
        )


def change_set(
    against: str, before: Mapping[S, Rendered], after: Mapping[S, Rendered]
) -> ChangeSet:
    """The change from one pair of renders to another. Pure."""
    found: dict[tuple[str, str], list[Change]] = {}
    documents: dict[str, tuple[str, ...]] = {}
    for zone, new in after.items():
        changes = list(_changes(before[zone].documents, new.documents))
        documents[zone] = tuple(change.document for change in changes)
        for change in changes:
            found.setdefault((zone, team_of(change.document)), []).append(change)
        if objects := _objects(before[zone], new):
            found[(zone, _PLATFORM)] = [objects]
    steps = [*_phase("open", found, after), *_phase("close", found, after)]
    return ChangeSet(
        against=against,
        steps=tuple(steps),
        documents=documents,
        transitions=transitions(before, after),
    )


def team_of(document: str) -> str:
    """Who is handed a document."""
    return next(
        team for team, names in TEAMS if any(fnmatch(document, pattern) for pattern in names)
    )


def _phase(
    phase: Phase, found: Mapping[tuple[str, str], list[Change]], zones: Mapping[S, Rendered]
) -> Iterator[Step]:
    order = [team for team, _ in TEAMS if team != _RECORDS]
    for team in [*(order if phase == "open" else reversed(order)), _RECORDS]:
        for zone in zones:
            changes = found.get((zone, team), [])
            if team == _PLATFORM:
                own = changes if _of_platform(found, zone) == phase else []
            else:
                own = [change for change in changes if _when(team, change, phase)]
            does = tuple(line for change in own for line in _does(team, change, phase))
            if does:
                names = tuple(change.document for change in own if change.document)
                yield Step(team=team, zone=zone, phase=phase, documents=names, does=does)


def _of_platform(found: Mapping[tuple[str, str], list[Change]], zone: str) -> Phase:
    """Objects are applied in one run: while closing where it removes and nothing waits for it."""
    own = found.get((zone, _PLATFORM), [])
    pointed_at = found.get((zone, _LOAD_BALANCER), [])
    removes = any(change.removed for change in own)
    opens = any(change.added for change in (*own, *pointed_at))
    return "close" if removes and not opens else "open"


def _when(team: str, change: Change, phase: Phase) -> bool:
    opens = bool(change.added or change.changed)
    if team == _RECORDS:
        return opens == (phase == "open")
    return opens if phase == "open" else bool(change.removed)


def _does(team: str, change: Change, phase: Phase) -> Iterator[str]:
    if phase == "open" or team in (_PLATFORM, _RECORDS):
        yield from (f"add {one}" for one in change.added)
        yield from (f"change {one}" for one in change.changed)
    if phase == "close" or team in (_PLATFORM, _RECORDS):
        yield from (f"remove {one}" for one in change.removed)


def _objects(before: Rendered, after: Rendered) -> Change | None:
    found = list(object_deltas(before.manifests, after.manifests))
    if not found:
        return None
    return Change(
        document="",
        added=tuple(name for action, name in found if action == "add"),
        changed=tuple(name for action, name in found if action == "change"),
        removed=tuple(name for action, name in found if action == "remove"),
    )


_Read = Callable[[str, str], tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]
"""From what a document was and is: what is added, what is removed, what reads differently."""


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new:
            continue
        if fnmatch(name, "firewall/*/*"):  # says what the JSON says
            added, removed, changed = (), (), ()
        elif name == "firewall/request.json":
            rows = [(str(row["action"]), spoken(row)) for row in firewall_change(before, after)]
            added = tuple(row for action, row in rows if action == "add")
            removed = tuple(row for action, row in rows if action == "remove")
            changed = () if rows else ("who asks for a row, or why",)
        else:
            read = next(read for pattern, read in _READERS if fnmatch(name, pattern))
            added, removed, changed = read(old, new)
        yield Change(document=name, added=added, removed=removed, changed=changed)


def _as3(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    added: list[str] = []
    removed: list[str] = []
    changed: list[str] = []
    for as3_delta in as3_deltas(old, new):
        if as3_delta.action == "add":
            added.append(as3_delta.path)
        elif as3_delta.action == "remove":
            removed.append(as3_delta.path)
        else:
            came = [text[2:] for text in as3_delta.details if text.startswith("+ ")]
            went = [text[2:] for text in as3_delta.details if text.startswith("- ")]
            if came and went:
                changed.append(as3_delta.path)
            added += [f"{as3_delta.path}: {text}" for text in came if not went]
            removed += [f"{as3_delta.path}: {text}" for text in went if not came]
    return tuple(added), tuple(removed), tuple(changed)


def _table(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Rows by their first cells, as many as tell them apart."""
    was, now = ([*csv.reader(io.StringIO(text))][1:] for text in (old, new))
    width = next(
        (
            count
            for count in range(1, 8)
            if all(len({tuple(row[:count]) for row in rows}) == len(rows) for rows in (was, now))
        ),
        8,
    )

    def read(rows: list[list[str]]) -> dict[str, list[str]]:
        return {" ".join(cell or "-" for cell in row[:width]).lstrip("- "): row for row in rows}

    return _by_key(read(was), read(now))


def _exports(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Each directory and each node that may mount it."""

    def read(text: str) -> dict[str, str]:
        lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
        return {f"{line[0]} for {client}": line[1] for line in lines for client in line[2:]}

    return _by_key(read(old), read(new))


def _lines(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    was, now = (dict.fromkeys(line.strip() for line in one.splitlines()) for one in (old, new))
    came = tuple(line for line in now if line and line not in was)
    went = tuple(line for line in was if line and line not in now)
    return came, went, () if came or went else ("the order of its lines",)


def _whole(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """A file that is installed as it is."""
    if not old:
        return ("the file",), (), ()
    return ((), ("the file",), ()) if not new else ((), (), ("the file",))


def _by_key(
    was: Mapping[str, object], now: Mapping[str, object]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    added = tuple(key for key in now if key not in was)
    removed = tuple(key for key in was if key not in now)
    changed = tuple(key for key in now if key in was and was[key] != now[key])
    # A row of which there are two, or their order: something differs all the same.
    return (
        added,
        removed,
        changed if added or removed or changed else ("its columns, or their order",),
    )


_READERS: tuple[tuple[str, _Read], ...] = (
    ("f5/as3.json", _as3),
    ("nfs/*.exports", _exports),
    ("dns/records/*", _lines),
    ("dns/zones/*", _lines),
    ("haproxy/*", _lines),
    ("keepalived/*", _lines),
    ("*.csv", _table),
    ("*", _whole),
)


def as_json(found: ChangeSet) -> str:
    """For a program."""
    steps = [
        {
            "order": number,
            "phase": step.phase,
            "team": step.team,
            "zone": step.zone,
            "documents": list(step.documents),
            "does": list(step.does),
        }
        for number, step in enumerate(found.steps, 1)
    ]
    content = {
        "against": found.against,
        "documents": found.documents,
        "transitions": [asdict(transition) for transition in found.transitions],
        "steps": steps,
    }
    return json.dumps(content, indent=2) + "\n"
