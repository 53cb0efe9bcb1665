"""The templates, with everything escaped."""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from estate.cli.graph.svg import TEMPLATES


def environment() -> Environment:
    """Templates of pages and of pictures; a name that is missing is an error."""
    return Environment(
        loader=ChoiceLoader([PackageLoader("estate.cli.site"), TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
