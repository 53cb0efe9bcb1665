"""Rows as templates show them: words with their links, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from estate.cli.listing.model import Cell, Listing, Row, Stack, heading
from estate.cli.site.links import Links

_DAYS = {"expires", "valid_until"}
_ANCHORS = {"node"}
"""Columns whose word other pages link to."""


_ONE_LINE = 44
"""Letters of a cell that is never broken."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of a cell."""

    text: str
    href: str = ""
    day: bool = False
    """Whether it is the last day of something."""


@dataclass(frozen=True, kw_only=True)
class TableCell:
    """A cell."""

    words: tuple[Word, ...]
    number: bool
    anchor: str = ""

    @property
    def long(self) -> bool:
        """Whether it may take several lines."""
        return sum(len(word.text) + 2 for word in self.words) > _ONE_LINE


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column's heading."""

    text: str
    number: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with everything that a template shows of it."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[TableCell, ...], ...]


def listing_table(listing: Listing, stack: Stack, links: Links) -> Table:
    """A listing of one stack."""
    rows = [(stack.name, row) for row in listing.rows(stack)]
    caption = f"{listing.title}: {listing.what}"
    return table(listing.name, caption, listing.columns, rows, links)


def table(
    name: str, caption: str, columns: Sequence[str], rows: Iterable[tuple[str, Row]], links: Links
) -> Table:
    """Rows, each with the stack whose pages its words link to."""
    found = [*rows]
    numbers = {
        column
        for column in columns
        if found and all(isinstance(row[column], int | float) for _, row in found)
    }
    return Table(
        id=name,
        caption=caption,
        columns=tuple(Column(text=heading(one), number=one in numbers) for one in columns),
        rows=tuple(
            tuple(
                TableCell(
                    words=tuple(_words(stack, column, row[column], links)),
                    number=column in numbers,
                    anchor=f"{column}-{row[column]}" if column in _ANCHORS else "",
                )
                for column in columns
            )
            for stack, row in found
        ),
    )


def _words(stack: str, column: str, cell: Cell, links: Links) -> Iterator[Word]:
    for word in cell if isinstance(cell, tuple) else (str(cell),):
        href = links.of_cell(stack, column, word)
        yield Word(text=word, href=href, day=column in _DAYS and bool(word))
