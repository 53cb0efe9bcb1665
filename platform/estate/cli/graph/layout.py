"""Where the nodes of a graph stand in a picture: a column for each layer.

The layers are the graph's own, so what remains is the order within each column: nodes move to the
mean height of their neighbours, as in the method of Sugiyama, Tagawa and Toda (1981). A connection
over several columns keeps a place of its own in those between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from estate.cli.graph.model import Edge, Graph, Node

WIDTH, GAP, MARGIN = 184, 124, 12
_LINE, _PADDING, _SPACE, _LANE = 17, 12, 18, 10
_SWEEPS = 6
_LETTERS, _SMALL_LETTERS = 23, 21
"""So many fit into a box, and between two columns."""
_QUARTER = (30, 16)
"""How far a curve has come after a quarter of it, in percent of its width and height."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A node with its place."""

    node: Node
    x: int
    y: int
    height: int
    width: int = WIDTH

    @property
    def words(self) -> tuple[tuple[int, str], ...]:
        """Each line with the height of its base line."""
        lines = (self.node.title, *self.node.lines)
        return tuple(
            (self.y + _PADDING + 8 + _LINE * number, short(line, _LETTERS))
            for number, line in enumerate(lines)
        )


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A connection as a curve, with what stands beside it."""

    path: str
    x: int
    """The middle of its labels."""
    labels: tuple[tuple[int, str], ...]
    """Each with the height of its base line."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A graph with places, for templates."""

    title: str
    id: str
    """Not that of another picture on one page."""
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def short(word: str, most: int) -> str:
    """Cut where it does not fit."""
    return word if len(word) <= most else f"{word[: most - 1]}…"


def picture(graph: Graph) -> Picture:
    """The same graph, the same picture."""
    layers = sorted({node.layer for node in graph.nodes})
    column = {node.id: layers.index(node.layer) for node in graph.nodes}
    heights = {node.id: 2 * _PADDING + _LINE * len(node.lines) + 4 for node in graph.nodes}
    chains = [
        _chain(number, edge.start, edge.end, column) for number, edge in enumerate(graph.edges)
    ]
    for chain in chains:
        for offset, lane in enumerate(chain[1:-1], start=1):
            column[lane] = column[chain[0]] + offset
            heights[lane] = _LANE
    columns: list[list[str]] = [[] for _ in layers]
    for one, at in column.items():
        columns[at].append(one)
    _untangle(columns, chains)
    tops, height = _stacked(columns, heights)
    places = {one: (MARGIN + column[one] * (WIDTH + GAP), tops[one]) for one in column}
    middles = {one: (x, y + heights[one] // 2) for one, (x, y) in places.items()}
    leaving = Counter(edge.start for edge in graph.edges)
    arriving = Counter(edge.end for edge in graph.edges)
    return Picture(
        title=graph.title,
        id="-".join(re.findall(r"[a-z0-9]+", graph.title.lower())),
        width=2 * MARGIN + len(layers) * WIDTH + max(0, len(layers) - 1) * GAP,
        height=height,
        boxes=tuple(
            Box(node=node, x=places[node.id][0], y=places[node.id][1], height=heights[node.id])
            for node in graph.nodes
        ),
        arrows=tuple(
            _arrow(chain, middles, edge.labels, _late(edge, leaving, arriving))
            for chain, edge in zip(chains, graph.edges, strict=True)
        ),
    )


def _late(edge: Edge, leaving: Mapping[str, int], arriving: Mapping[str, int]) -> bool:
    """Whether its labels stand at its end, where fewer connections are close together."""
    return leaving[edge.start] > arriving[edge.end]


def _chain(number: int, start: str, end: str, column: Mapping[str, int]) -> list[str]:
    """From start to end, with a lane in each column between."""
    between = range(column[start] + 1, column[end])
    return [start, *(f"lane {number} {at}" for at in between), end]


def _untangle(columns: list[list[str]], chains: Iterable[list[str]]) -> None:
    """Orders each column by the mean place of its neighbours, forth and back."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for chain in chains:
        for start, end in pairwise(chain):
            before.setdefault(end, []).append(start)
            after.setdefault(start, []).append(end)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            _order(column, before if forth else after, columns)


def _order(
    column: list[str], neighbours: Mapping[str, list[str]], columns: list[list[str]]
) -> None:
    place = {
        one: (number + 0.5) / len(every) for every in columns for number, one in enumerate(every)
    }
    means = {
        one: sum(place[other] for other in found) / len(found)
        for one in column
        if (found := neighbours.get(one))
    }
    column.sort(key=lambda one: means.get(one, place[one]))


def _stacked(columns: list[list[str]], heights: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """The top of each, columns in the middle of the picture; and the picture's height."""
    totals = [sum(heights[one] + _SPACE for one in every) - _SPACE for every in columns]
    highest = max(totals, default=0)
    tops: dict[str, int] = {}
    for every, total in zip(columns, totals, strict=True):
        y = MARGIN + (highest - total) // 2
        for one in every:
            tops[one] = y
            y += heights[one] + _SPACE
    return tops, highest + 2 * MARGIN


def _arrow(
    chain: list[str], middles: Mapping[str, tuple[int, int]], labels: tuple[str, ...], late: bool
) -> Arrow:
    points = [middles[one] for one in chain]
    (x, y), *rest = points
    x += WIDTH
    if rest[-1][0] < x:  # to the same column: round the right side
        return _loop((x, y), (rest[-1][0] + WIDTH, rest[-1][1]), labels)
    path, curves = f"M{x},{y}", list[tuple[int, int, int, int]]()
    for number, (next_x, next_y) in enumerate(rest, start=1):
        half = (x + next_x) // 2
        path += f" C{half},{y} {half},{next_y} {next_x},{next_y}"
        curves.append((x, y, next_x, next_y))
        x, y = next_x, next_y
        if number < len(rest):
            x += WIDTH
            path += f" L{x},{y}"
    from_x, from_y, to_x, to_y = curves[-1 if late else 0]
    far, high = _QUARTER if not late else (100 - _QUARTER[0], 100 - _QUARTER[1])
    label_x = from_x + (to_x - from_x) * far // 100
    label_y = from_y + (to_y - from_y) * high // 100
    return Arrow(path=path, x=label_x, labels=_labels(labels, label_y))


def _loop(start: tuple[int, int], end: tuple[int, int], labels: tuple[str, ...]) -> Arrow:
    (x, y), (end_x, end_y) = start, end
    out = max(x, end_x) + GAP // 3
    path = f"M{x},{y} C{out},{y} {out},{end_y} {end_x},{end_y}"
    return Arrow(path=path, x=out, labels=_labels(labels, (y + end_y) // 2))


def _labels(labels: tuple[str, ...], middle: int) -> tuple[tuple[int, str], ...]:
    first = middle - 4 - 13 * (len(labels) - 1)
    return tuple((first + 13 * n, short(one, _SMALL_LETTERS)) for n, one in enumerate(labels))
