"""YAML as people think it is: one document of mappings, sequences and plain values, with positions.

What YAML 1.1 does behind one's back (``no`` is false, ``010`` is eight, ``1:30`` is ninety,
``1.10`` is 1.1, merge keys, aliases) is refused with an explanation instead.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import yaml

from estate.reader.unprintable import PRINTS, UNPRINTABLE, named
from estate.reader.yaml_builder import MAX_DEPTH, Builder, Read, Value

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Read",
    "Value",
    "decoded",
    "raw_bytes",
    "read_bytes",
    "read_file",
]

MAX_BYTES = 1 << 20

_NO_FILE = "there is no such file"
_NOT_REGULAR = "this is not a regular file"


def read_file(path: Path, name: str) -> Read:
    """The file at ``path``, called ``name`` in messages. Never raises for what a user wrote."""
    read = Read(name)
    raw = raw_bytes(path, read)
    return read if raw is None else read_bytes(raw, read)


def raw_bytes(path: Path, read: Read) -> bytes | None:
    """What stands in the file; None where ``read`` has a problem that says why not."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            read.refuse("not-a-file", _NOT_REGULAR, "a file")
            return None
        if found.st_size > MAX_BYTES:
            allowed = f"at most {MAX_BYTES:,} bytes"
            read.refuse("file-too-large", f"the file has {found.st_size:,} bytes", allowed)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            read.refuse("not-a-file", "this link has no target file", "a file")
        else:
            read.refuse("missing-file", _NO_FILE, hint="Is this the folder of an estate?")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        read.refuse("unreadable", f"the file cannot be read: {why}")
    return None


def read_bytes(raw: bytes, read: Read) -> Read:
    """As :func:`read_file`, of bytes already in hand."""
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        read.refuse(
            "byte-order-mark",
            "the file begins with a byte order mark",
            "UTF-8 without one",
            "Save it as 'UTF-8', not as 'UTF-8 with BOM' or 'UTF-16'",
        )
        return read
    text = decoded(raw, read)
    for code, found, allowed, at in _tabs(text):
        read.refuse(code, found, allowed, at=at)
    if read.problems:
        return read
    try:
        read.value = Builder(read).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        read.refuse("yaml-syntax", f"not valid YAML: {what}", "", _advice(what), at)
    except yaml.YAMLError as error:
        read.refuse("yaml-syntax", f"not valid YAML: {' '.join(str(error).split())}")
    return read


def decoded(raw: bytes, read: Read) -> str:
    """The text of these bytes; empty where ``read`` gets a problem with them."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        at = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        read.refuse(
            "not-utf-8", f"byte 0x{raw[error.start]:02x} is not UTF-8", "UTF-8", "Save it anew", at
        )
        return ""
    for code, found, allowed, at in _unprintable(text):
        read.refuse(code, found, allowed, at=at)
    return text


_Found = Iterator[tuple[str, str, str, tuple[int, int]]]


def _unprintable(text: str) -> _Found:
    """The first character in each line that does not print."""
    if not UNPRINTABLE.search(text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if match := UNPRINTABLE.search(line):
            found = f"{named(match[0])}, cannot be seen"
            yield "unprintable", found, PRINTS, (number, match.start() + 1)
            if match[0] == "\0":  # UTF-16 without its mark, or no text at all: all lines have it
                return


def _tabs(text: str) -> _Found:
    if "\t" in text:
        for number, line in enumerate(text.split("\n"), 1):
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            if "\t" in indent and line.strip():
                yield "tab", "a tab in the indentation", "spaces", (number, indent.index("\t") + 1)


_ADVICE = {
    "mapping values are not allowed": "Is there a ': ' inside a text? Put the text in quotes",
    "could not find expected ':'": "Is a ':' missing after a key, here or in the line above?",
    "did not find expected key": "Does this line have the indentation of its neighbours?",
    "did not find expected '-'": "Does this line have the indentation of its neighbours?",
    "did not find expected ',' or": "Is a bracket not closed, or a comma missing?",
    "cannot start any token": "Put a text that begins with this character in quotes",
    "unexpected end of stream": "Is a quote not closed?",
}


def _advice(what: str) -> str:
    return next((advice for words, advice in _ADVICE.items() if words in what), "")
