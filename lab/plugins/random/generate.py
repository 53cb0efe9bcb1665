"""Random texts with a minimum of each sort of character."""

from __future__ import annotations

import base64
import secrets
import string
from dataclasses import dataclass

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
_SHUFFLER = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Alphabet:
    """Which characters a text may have, and how many of each sort it must have."""

    upper: bool
    lower: bool
    numeric: bool
    special: bool
    min_upper: int
    min_lower: int
    min_numeric: int
    min_special: int
    special_characters: str


class ImpossibleError(Exception):
    """No text satisfies the wishes."""


def text(length: int, alphabet: Alphabet) -> str:
    """A random text."""
    specials = alphabet.special_characters or _SPECIAL
    sorts = [
        (string.ascii_uppercase, alphabet.upper, alphabet.min_upper),
        (string.ascii_lowercase, alphabet.lower, alphabet.min_lower),
        (string.digits, alphabet.numeric, alphabet.min_numeric),
        (specials, alphabet.special, alphabet.min_special),
    ]
    chosen = [secrets.choice(sort) for sort, _, least in sorts for _ in range(least)]
    allowed = "".join(sort for sort, wanted, _ in sorts if wanted)
    missing = length - len(chosen)
    if missing < 0:
        raise ImpossibleError(f"length {length} is less than the sum of the minima {len(chosen)}")
    if missing and not allowed:
        raise ImpossibleError("at least one sort of characters must be allowed")
    chosen += [secrets.choice(allowed) for _ in range(missing)]
    _SHUFFLER.shuffle(chosen)
    return "".join(chosen)


@dataclass(frozen=True)
class Identifier:
    """Random bytes in the notations of a RandomId."""

    raw: bytes

    @property
    def b64_url(self) -> str:
        return base64.urlsafe_b64encode(self.raw).decode().rstrip("=")

    @property
    def b64_std(self) -> str:
        return base64.b64encode(self.raw).decode()

    @property
    def hex(self) -> str:
        return self.raw.hex()

    @property
    def dec(self) -> str:
        return str(int.from_bytes(self.raw, "big"))


def identifier(length: int) -> Identifier:
    """Random bytes."""
    return Identifier(secrets.token_bytes(length))
