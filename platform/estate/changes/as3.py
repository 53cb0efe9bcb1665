"""What a change means on the F5: which partitions, applications and objects (E3, E8).

AS3 leaves alone what a declaration does not mention. So the delta that is sent names every
partition that differs, and one that vanished as an empty tenant, which empties and removes it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

Json = dict[str, Any]
Action = Literal["add", "change", "remove"]


@dataclass(frozen=True, kw_only=True)
class As3Delta:
    """One partition, application or object that differs."""

    action: Action
    path: str
    """``tenant``, ``tenant/application`` or ``tenant/application/object``."""
    details: tuple[str, ...] = ()
    """Of what changes: each property that comes (``+``) and goes (``-``)."""


def as3_deltas(before: str, after: str) -> tuple[As3Delta, ...]:
    """What differs between two declarations; an empty text is one without partitions."""
    return tuple(_deltas("", _read(before), _read(after), ("Tenant", "Application", "")))


def change_declaration(before: str, after: str) -> Json | None:
    """The declaration that brings a device from ``before`` to ``after``; None without a change."""
    old, new = _read(before), _read(after)
    was, now = _classed(old, "Tenant"), _classed(new, "Tenant")
    touched = {name: one for name, one in now.items() if was.get(name) != one}
    gone = {name: _emptied(name, was[name]) for name in was.keys() - now.keys()}
    if not touched and not gone:
        return None
    frame = {key: value for key, value in (new or old).items() if key not in now | was}
    found = touched | gone
    return frame | {"updateMode": "selective"} | {name: found[name] for name in sorted(found)}


def _emptied(name: str, was: Json) -> Json:
    empty = {key: was[key] for key in ("class", "label") if key in was}
    if name == "Common":  # which takes nothing but shared objects, and never goes
        empty["Shared"] = {"class": "Application", "template": "shared"}
    return empty


def _read(text: str) -> Json:
    return json.loads(text) if text else {}


def _classed(content: Json, cls: str) -> dict[str, Json]:
    return {
        name: one
        for name, one in content.items()
        if isinstance(one, dict) and "class" in one and (not cls or one["class"] == cls)
    }


def _deltas(path: str, old: Json, new: Json, levels: tuple[str, ...]) -> Iterator[As3Delta]:
    """The outermost thing that comes or goes, and the innermost that changes."""
    level, *deeper = levels
    was, now = _classed(old, level), _classed(new, level)
    for name in sorted(was.keys() | now.keys()):
        here = f"{path}{name}"
        if name not in now:
            yield As3Delta(action="remove", path=here)
        elif name not in was:
            yield As3Delta(action="add", path=here)
        elif was[name] != now[name]:
            yield from _changed(here, was[name], now[name], tuple(deeper))


def _changed(path: str, old: Json, new: Json, deeper: tuple[str, ...]) -> Iterator[As3Delta]:
    inner = set[str]()
    if deeper:
        yield from _deltas(f"{path}/", old, new, deeper)
        inner = {*_classed(old, deeper[0]), *_classed(new, deeper[0])}
    was, now = (
        Counter(_leaves({key: value for key, value in one.items() if key not in inner}))
        for one in (old, new)
    )
    details = [f"+ {one}" for one in (now - was).elements()]
    details += [f"- {one}" for one in (was - now).elements()]
    if details:
        yield As3Delta(action="change", path=path, details=tuple(details))


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """Every value with its path; the members of a list of plain values without their place."""
    if isinstance(value, dict):
        for key, one in cast("Json", value).items():
            yield from _leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, one in enumerate(cast("list[Any]", value)):
            yield from _leaves(one, f"{path}[{place}]" if isinstance(one, dict) else path)
    else:
        yield f"{path}: {value}"
