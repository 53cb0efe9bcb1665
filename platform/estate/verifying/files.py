"""A file of a machine, line by line: configuration of HAProxy, keepalived, kubelet and others.

A reference to a secret stands for any value. What a machine has in place of a line with a secret
may be the secret, so no line of such a file is repeated.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import zip_longest

from estate.documents.secrets import reference, referred_to
from estate.verifying.verdict import Held


def held(declared: str, found: str) -> Held:
    """Differences by the line of the file that was collected."""
    own, theirs = declared.splitlines(), found.splitlines()
    secret = bool(referred_to(declared))
    own = _with_values(own, theirs) if secret else own
    differences: list[str] = []
    for kind, first, last, start, end in SequenceMatcher(
        a=own, b=theirs, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        for place, (line, other) in enumerate(
            zip_longest(own[first:last], theirs[start:end]), start=start + 1
        ):
            differences.append(_sentence(min(place, end + 1), line, other, secret))
    ends_differ = declared.splitlines(True) != found.splitlines(True)
    if not differences and ends_differ and not secret:
        differences.append("line ends differ: they are LF, the last line's among them")
    return Held(differences=tuple(differences))


def _sentence(place: int, line: str | None, other: str | None, secret: bool) -> str:
    if other is None:
        what = "a line is missing" if secret else f"missing: {line}"
    elif line is None:
        what = "a line that is not declared" if secret else f"not declared: {other}"
    else:
        what = "another line than declared" if secret else f"{other}, declared: {line}"
    return f"line {place}: {what}"


def _with_values(own: list[str], theirs: list[str]) -> list[str]:
    """The declared lines, each with a secret as the line of the machine that it stands for."""
    found: list[str] = []
    for line in own:
        names = referred_to(line)
        if names:
            pattern = re.escape(line)
            for name in names:
                pattern = pattern.replace(re.escape(reference(name)), r"\S+")
            line = next((other for other in theirs if re.fullmatch(pattern, other)), line)
        found.append(line)
    return found
