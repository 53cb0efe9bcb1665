"""A graph as an SVG file of its own, light and dark."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from estate.cli.graph.layout import picture
from estate.cli.graph.model import Graph

TEMPLATES = PackageLoader("estate.cli.graph")
"""Those of pictures, which pages have, too."""


def svg(graph: Graph) -> str:
    """The whole file."""
    templates = Environment(
        loader=TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = templates.get_template("alone.svg.j2").render(picture=picture(graph))
    return f"{text.strip()}\n"
