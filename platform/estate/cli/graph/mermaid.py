"""A graph as Mermaid text, which GitHub, GitLab and many editors draw."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.graph.model import Graph, Node

_SHAPES = {"clients": ('(["', '"])'), "server": ('[("', '")]')}
_ENTITIES = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "|": "#124;"}


def mermaid(graph: Graph) -> str:
    """The whole text. https://mermaid.js.org/syntax/flowchart.html, "Entity codes"."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    ids = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, start=1)}
    yield "---"
    yield f"title: {graph.title}"
    yield "---"
    yield "flowchart LR"
    for node in graph.nodes:
        yield f"    {ids[node.id]}{_shape(node)}"
    for edge in graph.edges:
        label = f'|"{"<br>".join(map(_escaped, edge.labels))}"|' if edge.labels else ""
        yield f"    {ids[edge.start]} -->{label} {ids[edge.end]}"


def _shape(node: Node) -> str:
    begin, end = _SHAPES.get(node.kind, ('["', '"]'))
    words = "<br>".join(map(_escaped, (node.title, *node.lines)))
    return f"{begin}{words}{end}"


def _escaped(word: str) -> str:
    return "".join(_ENTITIES.get(one, one) for one in word)
