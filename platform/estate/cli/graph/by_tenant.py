"""The same graph with one node for each tenant in place of its apps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from estate.cli.graph.drawing import Drawing
from estate.cli.graph.model import Edge, Graph, Layer, Node
from estate.cli.sentences import counted


def by_tenant(graph: Graph) -> Graph:
    """Of apps, what remains is how many there are."""
    apps = {node.id: f"tenant:{node.tenant}" for node in graph.nodes if node.kind == "app"}
    counts = Counter(node.tenant for node in graph.nodes if node.kind == "app")
    drawing = Drawing()
    for node in graph.nodes:
        drawing.node(_tenant(node.tenant, counts) if node.id in apps else node)
    for edge in graph.edges:
        start, end = apps.get(edge.start, edge.start), apps.get(edge.end, edge.end)
        if start != end:
            drawing.edge(start, end, *_kept(edge, apps))
    return drawing.graph(graph.title)


def _tenant(name: str, counts: Counter[str]) -> Node:
    return Node(
        id=f"tenant:{name}",
        layer=Layer.APPS,
        kind="tenant",
        title=name,
        lines=(counted(counts[name], "app"),),
        tenant=name,
    )


def _kept(edge: Edge, apps: dict[str, str]) -> tuple[str, ...]:
    """Ports of single apps say nothing about a tenant."""
    whole = edge.start in apps or edge.end in apps
    kept = () if whole and edge.end in apps else edge.labels
    return replace(edge, labels=kept).labels
