"""Newer patch releases of an image, by the tags of its repository; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RELEASE = re.compile(r"(v?)([0-9]+)\.([0-9]+)\.([0-9]+)((?:-[0-9]+)?)")


def newer(version: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that are a later patch of the same minor release, oldest first.

    Tags in another form, such as variants (``-alpine``) and candidates (``-rc.1``), do not count.
    Nothing where ``version`` has no patch number: such a tag moves by itself.
    """
    ours = _RELEASE.fullmatch(version)
    if ours is None:
        return ()
    found: dict[tuple[int, int], str] = {}
    for tag in tags:
        other = _RELEASE.fullmatch(tag)
        if (
            other
            and other.group(1, 2, 3) == ours.group(1, 2, 3)
            and bool(other[5]) == bool(ours[5])
        ):
            found[_order(other)] = tag
    return tuple(found[key] for key in sorted(found) if key > _order(ours))


def moves(version: str) -> bool:
    """Whether the tag names a line of releases, so that it leads to another image over time."""
    return _RELEASE.fullmatch(version) is None


def _order(release: re.Match[str]) -> tuple[int, int]:
    return int(release[4]), int(release[5].removeprefix("-") or 0)
