"""What differs between the object as it was last seen and the inputs as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.plugins.kubernetes.replacement import Path, touches
from lab.plugins.wire import UNKNOWN, Json, JsonMap

ADD, DELETE, UPDATE = "ADD", "DELETE", "UPDATE"
_MISSING = object()
_NEEDS_QUOTES = frozenset('."[]')


@dataclass
class Difference:
    """Changes by property path, and those of them that need a new object."""

    changes: dict[str, str] = field(default_factory=dict[str, str])
    """Property path to kind of change; a change of a fixed field ends in `_REPLACE`."""
    replaces: list[str] = field(default_factory=list[str])
    """The paths of the changes that replace the object."""


def between(old: JsonMap, new: JsonMap, fixed: list[tuple[str, ...]]) -> Difference:
    """Every change from the old object to the new one."""
    difference = Difference()
    _maps((), old, new, fixed, difference)
    return difference


def _maps(
    path: Path, old: JsonMap, new: JsonMap, fixed: list[tuple[str, ...]], into: Difference
) -> None:
    for key in sorted(old.keys() | new.keys()):
        _values((*path, key), old.get(key, _MISSING), new.get(key, _MISSING), fixed, into)


def _values(
    path: Path, old: object, new: object, fixed: list[tuple[str, ...]], into: Difference
) -> None:
    if old is _MISSING:
        _note(path, ADD, new, fixed, into)
    elif new is _MISSING:
        _note(path, DELETE, None, fixed, into)
    elif new == UNKNOWN:
        _note(path, UPDATE, new, fixed, into)
    elif isinstance(old, dict) and isinstance(new, dict):
        _maps(path, old, new, fixed, into)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(old, list) and isinstance(new, list):
        _lists(path, old, new, fixed, into)  # pyright: ignore[reportUnknownArgumentType]
    elif old != new:
        _note(path, UPDATE, new, fixed, into)


def _lists(
    path: Path,
    old: list[Json],
    new: list[Json],
    fixed: list[tuple[str, ...]],
    into: Difference,
) -> None:
    for index in range(max(len(old), len(new))):
        before: object = old[index] if index < len(old) else _MISSING
        after: object = new[index] if index < len(new) else _MISSING
        _values((*path, index), before, after, fixed, into)


def _note(
    path: Path, kind: str, value: object, fixed: list[tuple[str, ...]], into: Difference
) -> None:
    shown = written(path)
    known: Json = value if isinstance(value, (dict, list, str, int, float)) else None  # pyright: ignore[reportUnknownVariableType]
    if touches(path, known, fixed):
        into.changes[shown] = f"{kind}_REPLACE"
        into.replaces.append(shown)
    else:
        into.changes[shown] = kind


def written(path: Path) -> str:
    """The path as the engine writes property paths."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _NEEDS_QUOTES & set(part):
            quoted = part.replace('"', '\\"')
            text += f'["{quoted}"]'
        else:
            text += f".{part}" if text else part
    return text
