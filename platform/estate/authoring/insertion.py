"""Additions to a YAML file as text: only the new line comes, and comments stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

_Path = tuple[str, ...]


class NoPlace(ValueError):
    """The text is written in a form in which no place for the addition was found."""


@dataclass(frozen=True)
class _Entry:
    """A key with its value, as nodes."""

    key: yaml.Node
    value: yaml.Node


def with_item(
    text: str, path: _Path, item: str, before: Sequence[str] = (), behind: int | None = None
) -> str:
    """The text with ``item`` at the end of the list at ``path``, or behind the item ``behind``.

    Without a path, the whole text is the list. Where there is no such list, the last key of
    ``path`` is added to its mapping: behind the nearest of the keys ``before`` that the mapping
    has, or at its end.
    """
    if not path:
        return _in_list(text, yaml.compose(text, yaml.SafeLoader), item, behind)
    parent, entry = _found(text, path)
    if entry is None:
        at = _column(parent)
        lines = [f"{' ' * at}{path[-1]}:", f"{' ' * (at + 2)}- {item}"]
        return _after(text, _end(_neighbour(parent, before)), lines)
    value = entry.value
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        return _in_flow(text, entry, item, f"- {item}", empty=not value.value)
    return _in_list(text, value, item, behind)


def _in_list(text: str, value: yaml.Node | None, item: str, behind: int | None) -> str:
    """In a list of one item a line."""
    if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
        raise NoPlace("there is no list of one item a line")
    last = value if behind is None else value.value[behind]
    return _after(text, _end(last), [f"{' ' * value.start_mark.column}- {item}"])


def with_key(text: str, path: _Path, value: str, before: Sequence[str] = ()) -> str:
    """The text with one more key, the last of ``path``, in the mapping that the others name."""
    *above, key = path
    grandparent, entry = _found(text, tuple(above))
    if entry is None:
        at = _column(grandparent)
        lines = [f"{' ' * at}{above[-1]}:", f"{' ' * (at + 2)}{key}: {value}"]
        return _after(text, _end(_neighbour(grandparent, before)), lines)
    mapping = entry.value
    if not isinstance(mapping, yaml.MappingNode):
        raise NoPlace(f"{'.'.join(above)} is not a mapping")
    if mapping.flow_style:
        return _in_flow(text, entry, f"{key}: {value}", f"{key}: {value}", empty=not mapping.value)
    return _after(text, _end(mapping), [f"{' ' * _column(mapping)}{key}: {value}"])


def has(text: str, path: _Path) -> bool:
    """Whether something stands at ``path``."""
    try:
        return _found(text, path)[1] is not None
    except NoPlace:
        return False


def _found(text: str, path: _Path) -> tuple[yaml.MappingNode, _Entry | None]:
    """The mapping that has or could have the last key of ``path``, and that key's entry."""
    node = yaml.compose(text, yaml.SafeLoader)
    for key in path[:-1]:
        if not isinstance(node, yaml.MappingNode) or (inner := _entry(node, key)) is None:
            raise NoPlace(f"there is no mapping with the key '{key}'")
        node = inner.value
    if not isinstance(node, yaml.MappingNode):
        raise NoPlace(f"there is no mapping with the key '{path[-1]}'")
    return node, _entry(node, path[-1])


def _entry(mapping: yaml.MappingNode, key: str) -> _Entry | None:
    for name, value in mapping.value:
        if name.value == key:
            return _Entry(name, value)
    return None


def _neighbour(mapping: yaml.MappingNode, before: Sequence[str]) -> yaml.Node:
    """The value behind which a new key stands."""
    if not mapping.value or mapping.flow_style:
        raise NoPlace("the mapping is not written one key a line")
    there = {name.value: value for name, value in mapping.value}
    named = [there[name] for name in reversed(before) if name in there]
    return named[0] if named else mapping.value[-1][1]


def _column(mapping: yaml.MappingNode) -> int:
    return mapping.start_mark.column


def _end(node: yaml.Node) -> int:
    """The index of the last line of a value; a block collection ends with its last value."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    mark = node.end_mark
    return mark.line if mark.column else mark.line - 1


def _after(text: str, line: int, new: Sequence[str]) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[: line + 1], *new, *lines[line + 1 :]]) + "\n"


def _in_flow(text: str, entry: _Entry, item: str, line: str, *, empty: bool) -> str:
    """In brackets: before the closing one; empty brackets become a line of their own."""
    start, end = entry.value.start_mark.index, entry.value.end_mark.index
    if "#" in text[start:end]:
        raise NoPlace("a comment stands between its brackets")
    if not empty:
        return f"{text[: end - 1].rstrip()}, {item}{text[end - 1 :]}"
    indent = " " * (entry.key.start_mark.column + 2)
    return f"{text[:start].rstrip()}{text[end:].split(chr(10), 1)[0]}\n{indent}{line}\n" + (
        text[end:].split("\n", 1)[1] if "\n" in text[end:] else ""
    )


def with_scalar(text: str, path: _Path, value: str) -> str:
    """The text with another value at ``path``, where a single one stands; quotes stay."""
    _, entry = _found(text, path)
    if entry is None or not isinstance(entry.value, yaml.ScalarNode):
        raise NoPlace(f"{'.'.join(path)} has no single value")
    start, end = entry.value.start_mark.index, entry.value.end_mark.index
    quote = text[start] if text[start] in "\"'" else ""
    return f"{text[:start]}{quote}{value}{quote}{text[end:]}"
