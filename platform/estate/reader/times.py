"""Times of declarations: schedules as cron writes them, and time zones."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from estate.reader.problems import did_you_mean, shown
from estate.reader.values import refusal

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
_PART = re.compile(r"(\*|([0-9]{1,2})(-([0-9]{1,2}))?)(/([0-9]{1,2}))?")


def _schedule(value: str) -> str:
    """As the CronJob controller reads it: numbers, and names of months and days of the week."""
    fields = value.split(" ")
    if len(fields) != len(_FIELDS):
        raise refusal(
            "bad-schedule",
            f"{shown(value)} has {len(fields)} fields",
            "five, with one space between them: minute, hour, day of the month, month, "
            "day of the week",
            "Example: schedule: 30 2 * * 1-5",
        )
    for text, (name, first, last, names) in zip(fields, _FIELDS, strict=True):
        numbers = _numbers(text, first, names)
        if not all(_part(part, first, last) for part in numbers.split(",")):
            raise refusal(
                "bad-schedule",
                f"{shown(text)} is no {name} of a schedule",
                f"*, numbers from {first} to {last}, ranges such as {first}-{last}, "
                "lists with commas, steps such as */2"
                + (f", names such as {', '.join(names[:3])}" if names else ""),
            )
    return value


def _numbers(text: str, first: int, names: tuple[str, ...]) -> str:
    """``text`` with the number of each name; in capitals or not."""

    def number(word: re.Match[str]) -> str:
        name = word[0].upper()
        return str(first + names.index(name)) if name in names else word[0]

    return re.sub(r"[A-Za-z]+", number, text)


def _part(text: str, first: int, last: int) -> bool:
    match = _PART.fullmatch(text)
    if not match:
        return False
    begin = int(match[2] or first)
    end = int(match[4] or (match[2] or last))
    step = int(match[6] or 1)
    single = bool(match[2]) and not match[3]
    return first <= begin <= end <= last and step >= 1 and not (single and match[5])


Schedule = Annotated[
    str,
    AfterValidator(_schedule),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9*/,-]+( [0-9*/,-]+){2}( [0-9A-Za-z*/,-]+){2}$"}
    ),
]
"""When a batch app starts, as cron(8) writes it."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value in _zones():
        return value
    raise refusal(
        "bad-time-zone",
        f"{shown(value)} is not a time zone",
        "a name of the IANA time zone database, like Europe/Berlin or Etc/UTC",
        did_you_mean(value, _zones()),
    )


TimeZone = Annotated[
    str,
    AfterValidator(_zone),
    WithJsonSchema({"type": "string", "pattern": r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$"}),
]
"""A time zone of the IANA database."""


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) else str(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise refusal("bad-date", f"{shown(text)} is not a day", 'year-month-day, like "2026-01-31"')


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
