"""A tenant or an app as one environment has it: what is common, with what differs there.

What differs stands below ``in: <environment>``. Mappings are merged key by key, files of
``config`` by their path and ``secrets`` by their name; every other value takes the place of the
common one, and ``without`` names keys that the environment does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from estate.declarations.environments import ENVIRONMENTS, Environments
from estate.reader.problems import Declared, Key, KeyPath, Positions, Problem, did_you_mean
from estate.reader.stacks import Environment
from estate.reader.yaml_reader import Read, Value

IN = "in"
ONLY_IN = "only_in"
WITHOUT = "without"

COMMON = ("app", "tenant", "zone", "kind", "owner", "business_unit", "cost_centre", IN, ONLY_IN)
"""Keys that are the same in all environments."""

BY: Mapping[KeyPath, str] = {("secrets",): "name", ("config",): "path"}
"""Lists whose items are found by a key of theirs."""

VARIABLES: KeyPath = ("environment",)
"""A variable has one source: its value is replaced as a whole."""


def absent(value: dict[str, Value], environment: Environment) -> bool:
    """Whether the declaration says that it is in other environments only."""
    only = value.get(ONLY_IN)
    return isinstance(only, tuple) and bool(environment.name) and environment.name not in only


def in_environment(
    value: dict[str, Value], positions: Positions, environment: Environment
) -> tuple[dict[str, Value], Positions]:
    """The declaration as ``environment`` has it, and where each value of it stands."""
    differences = _differences(value)
    if differences is None:
        return value, positions  # nothing differs, or the model says what is wrong
    common = {key: one for key, one in value.items() if key != IN}
    own = differences.get(environment.name)
    if own is None:
        return common, positions
    origin: KeyPath = (IN, environment.name)
    left_out = own.get(WITHOUT, ())
    if isinstance(left_out, tuple):
        common = {key: one for key, one in common.items() if key not in left_out}
    changes = {key: one for key, one in own.items() if key not in (*COMMON, WITHOUT)}
    moved: dict[KeyPath, KeyPath] = {}
    merged = _merged(common, changes, (), origin, moved)
    return merged, replace(positions, moved=moved)


def _differences(value: dict[str, Value]) -> dict[str, dict[str, Value]] | None:
    """By environment, where the whole has the right form."""
    found = value.get(IN)
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        return None
    return cast("dict[str, dict[str, Value]]", found)


def _merged(
    common: dict[str, Value],
    own: dict[str, Value],
    at: KeyPath,
    origin: KeyPath,
    moved: dict[KeyPath, KeyPath],
) -> dict[str, Value]:
    found = dict(common)
    for key, value in own.items():
        before, place, source = common.get(key), (*at, key), (*origin, key)
        if isinstance(value, dict) and isinstance(before, dict) and at != VARIABLES:
            found[key] = _merged(before, value, place, source, moved)
        elif place in BY and isinstance(value, tuple) and isinstance(before, tuple):
            found[key] = _items(before, value, place, source, moved)
        else:
            found[key] = value
            moved[place] = source
    return found


def _items(
    common: tuple[Value, ...],
    own: tuple[Value, ...],
    at: KeyPath,
    origin: KeyPath,
    moved: dict[KeyPath, KeyPath],
) -> tuple[Value, ...]:
    found = list(common)
    places = {_named(one, BY[at]): index for index, one in enumerate(common)}
    for number, value in enumerate(own):
        index = places.pop(_named(value, BY[at]), None)
        before = found[index] if index is not None else None
        if index is not None and isinstance(before, dict) and isinstance(value, dict):
            found[index] = _merged(before, value, (*at, index), (*origin, number), moved)
        else:
            moved[(*at, len(found))] = (*origin, number)
            found.append(value)
    return tuple(found)


def _named(item: Value, key: str) -> object:
    """What the item is found by; nothing else is equal to it where it has no name."""
    name = item.get(key) if isinstance(item, dict) else None
    return name if isinstance(name, str) else object()


def wrong_environments(read: Read, known: Environments) -> list[Problem]:
    """A problem for each environment that there is not, and each key that cannot differ."""
    value = read.value
    if not isinstance(value, dict) or known.unread or not {IN, ONLY_IN} & set(value):
        return []
    declared: Declared[Any] = Declared(value, read.positions)
    problems: list[Problem] = []
    only = value.get(ONLY_IN)
    only = only if isinstance(only, tuple) else None
    for index, name in enumerate(only or ()):
        if isinstance(name, str) and name not in known.names:
            problems.append(known.unknown(declared, (ONLY_IN, index), name))
    for name, own in (_differences(value) or {}).items():
        if name not in known.names:
            problems.append(_at_key(read, (IN, name), known.unknown(declared, (IN, name), name)))
        elif only is not None and name not in only:
            problems.append(
                declared.problem(
                    "not-in-environment",
                    (IN, name),
                    f"this is not in the environment '{name}': only_in does not name it",
                    ", ".join(str(one) for one in only),
                    f"Add {name} to only_in, or leave the key out",
                )
            )
        problems += _keys(read, declared, value, name, own)
    return problems


def _keys(
    read: Read,
    declared: Declared[Any],
    value: dict[str, Value],
    name: str,
    own: dict[str, Value],
) -> list[Problem]:
    problems: list[Problem] = []
    for key in own:
        if key in COMMON:
            path: KeyPath = (IN, name, key)
            problem = declared.problem(
                "common-key",
                path,
                f"'{key}' is the same in all environments",
                "a key that may differ, such as image, replicas, size or databases",
                f"Leave it out here. {ENVIRONMENTS} names the environments, and only_in those "
                "that have this",
            )
            problems.append(_at_key(read, path, problem))
    left_out = own.get(WITHOUT, ())
    if not isinstance(left_out, tuple):
        found = "this is no list"
        allowed = "a list of keys, such as without: [scale]"
        problems.append(declared.problem("wrong-type", (IN, name, WITHOUT), found, allowed))
        return problems
    for index, key in enumerate(left_out):
        if not isinstance(key, str) or key not in value or key in COMMON:
            known = [one for one in value if one not in COMMON]
            problems.append(
                declared.problem(
                    "unknown-key",
                    (IN, name, WITHOUT, index),
                    f"there is no key '{key}' that could be left out",
                    ", ".join(known),
                    did_you_mean(str(key), known),
                )
            )
    return problems


def _at_key(read: Read, path: tuple[Key, ...], problem: Problem) -> Problem:
    return replace(problem, source=read.positions.key(path))
