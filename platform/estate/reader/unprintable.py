"""Characters that nobody sees, and that make a terminal or a reader do something."""

from __future__ import annotations

import re
import unicodedata

UNPRINTABLE = re.compile(
    "[^\\t\\n\\r\x20-\x7e\xa0-\xac\xae-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe"
    "\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Control characters, and what nobody sees: zero widths, soft hyphens, changes of direction."""

PRINTS = "text that prints"


def named(character: str) -> str:
    """The character by number and name, as messages say it."""
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X}, {name.lower()}"


def written_as_escape(text: str) -> str | None:
    """The first character of a value that an escape stands for and that does not print.

    A carriage return is one: in a file it ends a line, by an escape it is a part of the value.
    """
    found = UNPRINTABLE.search(text)
    position = text.find("\r")
    if position >= 0 and (found is None or position < found.start()):
        return "\r"
    return found[0] if found else None
