"""What YAML 1.1 does to plain words behind one's back, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTE = 'Put it in quotes if the text is meant: "{0}"'


@dataclass(frozen=True)
class Trap:
    """A form of plain scalar that readers of YAML disagree on."""

    code: str
    pattern: re.Pattern[str]
    what: str
    fix: str


TRAPS = (
    Trap(
        code="yaml-null",
        pattern=re.compile(r"~|null|Null|NULL|"),
        what="an empty value",
        fix="Leave the key out",
    ),
    Trap(
        code="yaml-boolean",
        pattern=re.compile(r"(?i)yes|no|on|off|y|n|true|false"),
        what="a word that YAML 1.1 may read as a boolean",
        fix='Write true or false for a boolean, quotes for text: "{0}"',
    ),
    Trap(
        code="yaml-sexagesimal",
        pattern=re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        what="a number that YAML 1.1 reads in base 60",
        fix=_QUOTE,
    ),
    Trap(
        code="yaml-octal",
        pattern=re.compile(r"[-+]?0[0-9_]+|[-+]?0[oO][0-7_]+"),
        what="a number with a leading zero, which YAML 1.1 reads as octal",
        fix="Write the number without the zero, or in quotes if the text is meant",
    ),
    Trap(
        code="yaml-number",
        pattern=re.compile(
            r"[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[bB][01_]+|[-+]?[0-9]+_[0-9_]*|\+[0-9]+|-0"
            r"|-?[0-9]{19,}"
        ),
        what="a number in a notation that readers disagree on",
        fix="Write it in decimal digits, or in quotes if the text is meant",
    ),
    Trap(
        code="yaml-float",
        pattern=re.compile(
            r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"
            r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
        ),
        what="an unquoted decimal or version (1.30 would become 1.3)",
        fix=_QUOTE,
    ),
    Trap(
        code="yaml-date",
        pattern=re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"),
        what="an unquoted date",
        fix=_QUOTE,
    ),
    Trap(
        code="yaml-value-key",
        pattern=re.compile(r"="),
        what="YAML 1.1's value key",
        fix=_QUOTE,
    ),
)
_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_TRAP_START = frozenset("~nNyYoOtTfF+-.=0123456789")


def plain(text: str) -> str | int | bool | Trap:
    """What an unquoted scalar means; a trap where readers would not agree."""
    if text and text[0] not in _TRAP_START:
        return text
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return next((trap for trap in TRAPS if trap.pattern.fullmatch(text)), text)
