"""YAML as people think it is: one document of mappings, sequences and plain values, with positions.

What YAML 1.1 does behind one's back (``no`` is false, ``010`` is eight, ``1:30`` is ninety,
``1.10`` is 1.1, merge keys, aliases) is refused with an explanation instead. Built on PyYAML's
events (libyaml), because events carry positions and the composer recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from estate.declare.problems import KeyPath, Positions, Problem, Source, show_path, shown

MAX_BYTES = 1 << 20
MAX_DEPTH = 16

Value = str | int | bool | tuple["Value", ...] | dict[str, "Value"]

_Parser: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_QUOTE = 'Put it in quotes if the text is meant: "{0}"'
_BOOLEANS = {"true": True, "false": False}
_PLAIN_TRAPS: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    ("yaml-null", re.compile(r"~|null|Null|NULL|"), "an empty value", "Leave the key out"),
    (
        "yaml-boolean",
        re.compile(r"(?i)yes|no|on|off|y|n|true|false"),
        "a word that YAML 1.1 may read as a boolean",
        "Write true or false for a boolean, quotes for text",
    ),
    (
        "yaml-sexagesimal",
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        "a number that YAML 1.1 reads in base 60",
        _QUOTE,
    ),
    (
        "yaml-octal",
        re.compile(r"[-+]?0[0-9_]+|[-+]?0[oO][0-7_]+"),
        "a number with a leading zero, which YAML 1.1 reads as octal",
        "Write the number without the zero, or in quotes if the text is meant",
    ),
    (
        "yaml-number",
        re.compile(r"[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[bB][01_]+|[-+]?[0-9]+_[0-9_]*|\+[0-9]+"),
        "a number in a notation that readers disagree on",
        "Write it in decimal digits, or in quotes if the text is meant",
    ),
    (
        "yaml-float",
        re.compile(
            r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"
            r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
        ),
        "an unquoted decimal or version (1.30 would become 1.3)",
        _QUOTE,
    ),
    (
        "yaml-date",
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"),
        "an unquoted date",
        _QUOTE,
    ),
    ("yaml-value-key", re.compile(r"="), "YAML 1.1's value key", _QUOTE),
)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_TRAP_START = frozenset("~nNyYoOtTfF+-.=0123456789")


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


def read_file(path: Path, name: str) -> Read:
    """The file at ``path``, called ``name`` in messages. Never raises for what a user wrote."""
    read = Read(name)
    try:
        if not path.is_file():
            return _refuse(read, "not-a-file", "this is not a regular file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            return _refuse(
                read,
                "file-too-large",
                f"the file has {size:,} bytes",
                f"at most {MAX_BYTES:,} bytes",
            )
        raw = path.read_bytes()
    except OSError as error:
        return _refuse(read, "unreadable", f"the file cannot be read: {error.strerror}")
    return read_bytes(raw, read)


def read_bytes(raw: bytes, read: Read) -> Read:
    """As :func:`read_file`, of bytes already in hand."""
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return _refuse(
            read, "byte-order-mark", "the file begins with a byte order mark", "UTF-8 without one"
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return _refuse(
            read, "not-utf-8", f"byte 0x{raw[error.start]:02x} is not UTF-8", "UTF-8", line, column
        )
    tabs = list(_tabs(text))
    if tabs:
        for line, column in tabs:
            _refuse(read, "tab", "a tab in the indentation", "spaces", line, column)
        return read
    try:
        read.value = _Builder(read).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        _refuse(read, "yaml-syntax", f"not valid YAML: {what}", "", *at)
    except yaml.YAMLError as error:
        _refuse(read, "yaml-syntax", f"not valid YAML: {' '.join(str(error).split())}")
    return read


def _refuse(
    read: Read, code: str, found: str, allowed: str = "", line: int = 1, column: int = 1
) -> Read:
    source = Source(read.file, line, column)
    read.problems.append(
        Problem(code=code, source=source, key_path="", found=found, allowed=allowed)
    )
    return read


def _tabs(text: str) -> Iterator[tuple[int, int]]:
    if "\t" in text:
        for number, line in enumerate(text.split("\n"), 1):
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            if "\t" in indent and line.strip():
                yield number, indent.index("\t") + 1


class _Builder:
    """Turns events into plain values; nesting is bounded, so it cannot exhaust the stack."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._stopped = False

    def build(self, text: str) -> Value | None:
        events = self._events(text)
        root: Value | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem(
                        "several-documents", event, (), "a second document", "one per file"
                    )
                    return root
            elif isinstance(event, yaml.AliasEvent | yaml.NodeEvent):
                root = self._node(event, events, ())
                if self._stopped:
                    return None
        if root is None and not self._read.problems:
            _refuse(self._read, "empty", "the file is empty", "a mapping of keys to values")
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
            self._problem(
                "yaml-alias", event, path, f"the alias *{event.anchor}", "values written out"
            )
            return ""
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._problem("yaml-anchor", event, path, f"the anchor &{anchor}", "values written out")
        if getattr(event, "tag", None):
            self._problem("yaml-tag", event, path, f"the tag {event.tag}", "plain values")  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= MAX_DEPTH:
            self._problem(
                "too-deep",
                event,
                path,
                "nesting deeper than any declaration",
                f"{MAX_DEPTH} levels",
            )
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
            key, duplicate = self._key(event, events, path, result)
            value_event = next(events, None)
            if value_event is None or self._stopped:
                break
            value = self._node(
                value_event, events, (*path, key if not duplicate else f"{key} (again)")
            )
            if not duplicate:
                result[key] = value
        return result

    def _key(
        self,
        event: yaml.Event,
        events: Iterator[yaml.Event],
        path: KeyPath,
        result: dict[str, Value],
    ) -> tuple[str, bool]:
        if not isinstance(event, yaml.ScalarEvent):
            self._problem("key-not-text", event, path, "a key that is not text", "a word")
            self._node(event, events, (*path, "?"))
            return "?", True
        key = str(event.value)
        here = (*path, key)
        if key == "<<" and event.implicit[0]:
            self._problem("yaml-merge", event, here, "the merge key <<", "values written out")
            return key, True
        if key in result:
            line = self._read.keys[here][0]
            self._problem(
                "duplicate-key",
                event,
                here,
                f"the key {shown(key)} stands here again (first in line {line})",
                "each key once",
            )
            return key, True
        self._read.keys[here] = _at(event)
        if event.implicit[0] and not event.style and not isinstance(self._plain(event, here), str):
            self._problem("key-not-text", event, here, f"the key {shown(key)}", "a word")
        return key, False

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Value:
        if event.style or not event.implicit[0]:
            return str(event.value)
        return self._plain(event, path)

    def _plain(self, event: yaml.ScalarEvent, path: KeyPath) -> str | int | bool:
        text = str(event.value)
        if text and text[0] not in _TRAP_START:
            return text
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        for code, pattern, what, fix in _PLAIN_TRAPS:
            if pattern.fullmatch(text):
                found = f"{shown(text)} is {what}" if text else what
                self._problem(code, event, path, found, "", fix.format(text))
                break
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
        source = Source(self._read.file, *_at(event))
        self._read.problems.append(
            Problem(
                code=code,
                source=source,
                key_path=show_path(path),
                found=found,
                allowed=allowed,
                hint=hint,
            )
        )


def _at(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
