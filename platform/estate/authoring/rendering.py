"""Templates: files in their own language, with ``{{name}}`` where a value goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(r"\{\{(\w+)\}\}")


def rendered(template: str, values: Mapping[str, str]) -> str:
    """A file of ``templates/`` with its values; one without a value raises KeyError."""
    text = files("estate.authoring").joinpath("templates", template).read_text(encoding="utf-8")
    return _NAME.sub(lambda found: values[found[1]], text)
