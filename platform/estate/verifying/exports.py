"""What a filer exports, as `exportfs -v` or `exportfs -s` shows it (H2, M1).

`exportfs` writes each client of each directory with its options, defaults among them, on one line
or, behind a long path, on two. It leaves `secure` out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from estate.verifying.verdict import Held, Unreadable

OPPOSITES: Mapping[str, str] = {
    "ro": "rw",
    "async": "sync",
    "no_wdelay": "wdelay",
    "nohide": "hide",
    "subtree_check": "no_subtree_check",
    "insecure": "secure",
    "no_root_squash": "root_squash",
    "all_squash": "no_all_squash",
}
"""Options of exports(5), each with its opposite."""

DEFAULTS = frozenset(
    {"ro", "sync", "wdelay", "hide", "no_subtree_check", "secure", "root_squash", "no_all_squash"}
    | {"sec=sys"}
)
"""What holds where a line says nothing: exports(5) of nfs-utils."""

Exports = Mapping[tuple[str, str], frozenset[str]]
"""By directory and client: every option."""

_SHOWN = re.compile(r"^\s*(\S+?)\(([^()\s]*)\)\s*$")


def held(declared: str, found: str) -> Held:
    """Raises :class:`Unreadable` where a line is none of `exportfs`."""
    own, theirs = _declared(declared), _shown(found)
    directories = {directory for directory, _ in own}
    differences: list[str] = []
    for directory, client in sorted(own.keys() | theirs.keys()):
        place = f"{directory} for {client}"
        ours, other = own.get((directory, client)), theirs.get((directory, client))
        if other is None:
            differences.append(f"{place}: not exported")
        elif ours is None:
            if directory in directories:
                differences.append(f"{place}: exported and not declared")
        elif ours != other:
            differences.append(f"{place}: {_words(other - ours)}, declared: {_words(ours - other)}")
    others = sorted({directory for directory, _ in theirs} - directories)
    return Held(
        differences=tuple(differences), beside=tuple(f"directory {name}" for name in others)
    )


def _words(options: frozenset[str]) -> str:
    return ",".join(sorted(options)) or "without these"


def _declared(text: str) -> Exports:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            directory, options, *clients = line.split(" ")
            for client in clients:
                found[directory, client] = _whole(options.removeprefix("-"))
    return found


def _shown(text: str) -> Exports:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for number, directory, rest in _lines(text):
        shown = _SHOWN.match(rest)
        if not shown or not directory.startswith("/"):
            raise Unreadable(
                f"line {number} is none of `exportfs -v`: a directory, and a client with its "
                "options in brackets"
            )
        found[directory, shown[1]] = _whole(shown[2])
    return found


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """A directory and its client, whether they stand on one line or on two."""
    waiting = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line[0].isspace():
            yield number, waiting, line
            continue
        waiting, _, rest = line.partition(" ") if " " in line else line.partition("\t")
        if rest.strip():
            yield number, waiting, rest


def _whole(options: str) -> frozenset[str]:
    """Every option that holds: a later one takes its opposite's place."""
    found = set(DEFAULTS)
    for option in options.split(","):
        for one, other in OPPOSITES.items():
            found -= {other} if option == one else {one} if option == other else set()
        if option.startswith("sec="):
            found -= {one for one in found if one.startswith("sec=")}
        if option:
            found.add(option)
    return frozenset(found)
