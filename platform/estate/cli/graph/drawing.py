"""Collects nodes and edges; what is added twice gets the words of both."""

from __future__ import annotations

from dataclasses import replace

from estate.cli.graph.model import Edge, Graph, Node, few


class Drawing:
    """A graph that is being made."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str], Edge] = {}

    def node(self, node: Node) -> str:
        """Adds a node, or its lines to the one that has its id; returns the id."""
        known = self._nodes.get(node.id)
        lines = (*known.lines, *node.lines) if known else node.lines
        self._nodes[node.id] = replace(known or node, lines=tuple(dict.fromkeys(lines)))
        return node.id

    def edge(self, start: str, end: str, *labels: str) -> None:
        """Adds a connection, or its labels to the one between the same nodes."""
        known = self._edges.get((start, end))
        all_labels = (*(known.labels if known else ()), *labels)
        self._edges[(start, end)] = Edge(
            start=start, end=end, labels=tuple(dict.fromkeys(one for one in all_labels if one))
        )

    def graph(self, title: str) -> Graph:
        """What was collected, with long lists cut short."""
        return Graph(
            title=title,
            nodes=tuple(replace(node, lines=few(node.lines)) for node in self._nodes.values()),
            edges=tuple(replace(edge, labels=few(edge.labels)) for edge in self._edges.values()),
        )
