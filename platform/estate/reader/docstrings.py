"""What stands under each key of a model, read from the source by those who ask for it.

Pydantic would read it whenever a model is made, which is a fifth of the time of a check.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def docstring(model: type[BaseModel], name: str) -> str:
    """The text under the field ``name``, or under that of the class that declares it."""
    found = (_fields(one.__module__).get(one.__qualname__, {}).get(name) for one in model.__mro__)
    return next((text for text in found if text), "")


@cache
def _fields(module: str) -> Mapping[str, Mapping[str, str]]:
    """By class and field."""
    path = getattr(sys.modules.get(module), "__file__", None)
    if not path or not module.startswith("estate."):
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    classes = (one for one in ast.walk(tree) if isinstance(one, ast.ClassDef))
    return {one.name: dict(_texts(one.body)) for one in classes}


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for first, second in pairwise(body):
        if isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name):
            text = second.value if isinstance(second, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield first.target.id, inspect.cleandoc(text.value)
