"""From YAML's events to plain values, each with its place.

Built on PyYAML's events (libyaml), because events carry positions and the composer recurses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from estate.reader.problems import KeyPath, Positions, Problem, Source, show_path, shown
from estate.reader.unprintable import PRINTS, named, written_as_escape
from estate.reader.yaml_traps import Trap, plain

MAX_DEPTH = 16

Value = str | int | bool | tuple["Value", ...] | dict[str, "Value"]

_Parser: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Read:
    """One file's content; ``value`` is None when it could not be read at all."""

    file: str
    value: Value | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict[KeyPath, tuple[int, int]])
    keys: dict[KeyPath, tuple[int, int]] = field(default_factory=dict[KeyPath, tuple[int, int]])

    @property
    def positions(self) -> Positions:
        return Positions(self.file, self.values, self.keys)

    def refuse(
        self,
        code: str,
        found: str,
        allowed: str = "",
        hint: str = "",
        at: tuple[int, int] = (1, 1),
        path: KeyPath = (),
    ) -> None:
        """Add a problem with the file itself."""
        self.problems.append(
            Problem(
                code=code,
                source=Source(self.file, *at),
                key_path=show_path(path),
                found=found,
                allowed=allowed,
                hint=hint,
            )
        )


class Builder:
    """Turns events into plain values; nesting is bounded, so it cannot exhaust the stack."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._stopped = False

    def build(self, text: str) -> Value | None:
        """The one document of ``text``; None when there is none, or no end to its nesting."""
        events = self._events(text)
        root: Value | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem(
                        "several-documents",
                        event,
                        (),
                        "a second document begins here",
                        "one document per file",
                        "Put each declaration in a file of its own",
                    )
                    return root
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, ())
                if self._stopped:
                    return None
        if root is None and not self._read.problems:
            self._read.refuse("empty", "the file is empty", "a mapping of keys to values")
        return root

    def _events(self, text: str) -> Iterator[yaml.Event]:
        parser = _Parser(text)
        try:
            while parser.check_event():
                yield parser.get_event()
        finally:
            parser.dispose()

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> Value:
        self._read.values[path] = _at(event)
        if isinstance(event, yaml.AliasEvent):
            found = f"{shown(f'*{event.anchor}')} is an alias: it copies what stands elsewhere"
            self._problem("yaml-alias", event, path, found, "values written out")
            return ""
        if anchor := getattr(event, "anchor", None):
            found = f"{shown(f'&{anchor}')} is an anchor: others could copy what stands here"
            self._problem("yaml-anchor", event, path, found, "values written out")
        if tag := getattr(event, "tag", None):
            found = f"{shown(tag)} is a tag: it gives the value another type"
            self._problem("yaml-tag", event, path, found, "plain values")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= MAX_DEPTH:
            found = "brackets or indentation nested deeper than any declaration"
            self._problem("too-deep", event, (), found, f"{MAX_DEPTH} levels")
            self._stopped = True
            return ""
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[yaml.Event], path: KeyPath) -> Value:
        items: list[Value] = []
        for event in events:
            if self._stopped or isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items))))
        return tuple(items)

    def _mapping(self, events: Iterator[yaml.Event], path: KeyPath) -> Value:
        result: dict[str, Value] = {}
        for event in events:
            if self._stopped or isinstance(event, yaml.MappingEndEvent):
                break
            key, counts = self._key(event, events, path, result)
            value_event = next(events, None)
            if value_event is None or self._stopped:
                break
            value = self._node(value_event, events, (*path, key if counts else f"{key} (again)"))
            if counts:
                result[key] = value
        return result

    def _key(
        self,
        event: yaml.Event,
        events: Iterator[yaml.Event],
        path: KeyPath,
        result: dict[str, Value],
    ) -> tuple[str, bool]:
        """The key, and whether it counts: one that is refused does not."""
        if not isinstance(event, yaml.ScalarEvent):
            self._problem("key-not-text", event, path, "a key that is not text", "a word")
            self._node(event, events, (*path, "?"))
            return "?", False
        key = str(event.value)
        here = (*path, key)
        if key == "<<" and event.implicit[0]:
            found = "'<<' is the merge key: it copies what stands elsewhere"
            self._problem("yaml-merge", event, here, found, "values written out")
            return key, False
        if key in result:
            line = self._read.keys[here][0]
            found = f"the key {shown(key)} stands here again (first in line {line})"
            self._problem("duplicate-key", event, here, found, "each key once")
            return key, False
        self._read.keys[here] = _at(event)
        self._prints(event, here)
        if anchor := getattr(event, "anchor", None):
            found = f"{shown(f'&{anchor}')} is an anchor: others could copy what stands here"
            self._problem("yaml-anchor", event, here, found, "values written out")
        if event.tag:
            found = f"{shown(event.tag)} is a tag: it gives the key another type"
            self._problem("yaml-tag", event, here, found, "plain values")
        elif not event.style and not isinstance(self._plain(event, here), str):
            self._problem("key-not-text", event, here, f"the key {shown(key)} is no text", "a word")
        return key, True

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Value:
        self._prints(event, path)
        if event.style or event.tag:
            return str(event.value)
        return self._plain(event, path)

    def _prints(self, event: yaml.ScalarEvent, path: KeyPath) -> None:
        """Quotes admit escapes: what does not print may not come into a value by one either."""
        if event.style == '"' and (hidden := written_as_escape(str(event.value))):
            found = f"an escape stands for {named(hidden)}, which cannot be seen"
            self._problem("unprintable", event, path, found, PRINTS, "Take the escape out")

    def _plain(self, event: yaml.ScalarEvent, path: KeyPath) -> str | int | bool:
        text = str(event.value)
        meant = plain(text)
        if not isinstance(meant, Trap):
            return meant
        found = f"{shown(text)} is {meant.what}" if text else meant.what
        self._problem(meant.code, event, path, found, "", meant.fix.format(text))
        return text

    def _problem(
        self,
        code: str,
        event: yaml.Event,
        path: KeyPath,
        found: str,
        allowed: str = "",
        hint: str = "",
    ) -> None:
        self._read.refuse(code, found, allowed, hint, _at(event), path)


def _at(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
