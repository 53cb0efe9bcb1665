"""What the models say about a key: which there are, what each is for, what it looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from estate.reader.docstrings import docstring
from estate.reader.problems import KeyPath
from estate.reader.yaml_traps import plain


def keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that may stand at ``path``."""
    at = _model(model, path)
    return [info.alias or name for name, info in at.model_fields.items()] if at else []


def required(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that must stand at ``path``."""
    at = _model(model, path)
    fields = at.model_fields.items() if at else ()
    return [info.alias or name for name, info in fields if info.is_required()]


def choices(model: type[BaseModel], path: KeyPath, of_key: bool) -> list[str]:
    """The words that may stand at ``path``, where only some may."""
    at = _annotation(model, path[:-1] if of_key else path)
    if of_key:
        at = _unwrapped(get_args(at)[0]) if get_args(at) else None
    return [str(choice) for choice in get_args(at) if isinstance(choice, str)]


def description(model: type[BaseModel], path: KeyPath) -> str:
    """What the key is for: its field's docstring as a sentence."""
    at = _model(model, path[:-1])
    if at is None or not path:
        return ""
    names = (name for name, info in at.model_fields.items() if path[-1] in (info.alias, name))
    return plain_words(docstring(at, next(names, "")))


def plain_words(text: str, quote: str = "'") -> str:
    """A docstring in one line, with its code words in ``quote``."""
    return re.sub(r"``?([^`]*)``?", rf"{quote}\1{quote}", " ".join(text.split()))


def example(model: type[BaseModel], path: KeyPath) -> str:
    """How the key is written, where its field says so."""
    info = _info(model, path)
    if info is None or not info.examples or not isinstance(path[-1], str):
        return ""
    return f"Example: {path[-1]}: {written(info.examples[0])}"


def written(value: object) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return f"{{{', '.join(f'{key}: {written(one)}' for key, one in pairs)}}}"
    if isinstance(value, str):
        return value if isinstance(plain(value), str) else f'"{value}"'
    if isinstance(value, Sequence):
        items = cast("Sequence[object]", value)
        return f"[{', '.join(written(item) for item in items)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _info(model: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    at = _model(model, path[:-1])
    return _field(at, str(path[-1])) if at and path else None


def _model(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    at = _annotation(model, path)
    return at if isinstance(at, type) and issubclass(at, BaseModel) else None


def _annotation(model: Any, path: KeyPath) -> Any:
    """The type at ``path``, as far as it can be followed."""
    current: Any = model
    for key in path:
        current = _unwrapped(current)
        if kinds := _kinds(current):
            current = kinds.get(str(key))
        elif isinstance(current, type) and issubclass(current, BaseModel):
            found = _field(current, str(key))
            if found is None:
                return None
            current = found.annotation
        elif get_origin(current) in (tuple, dict):
            current = get_args(current)[0 if get_origin(current) is tuple else 1]
        else:
            return None
    return _unwrapped(current)


def as_written(model: type[BaseModel], path: KeyPath) -> KeyPath:
    """The path without the kinds that pydantic puts into it where one of several models stands."""
    return tuple(
        key
        for at, key in enumerate(path)
        if str(key) not in _kinds(_annotation(model, path[:at])) or not isinstance(key, str)
    )


def kinds(model: type[BaseModel], path: KeyPath) -> dict[str, str]:
    """The words that ``kind`` may be at ``path``, and what each means."""
    found = _kinds(_annotation(model, path))
    return {kind: description(base, ("kind",)) for kind, base in found.items()}


def _kinds(annotation: Any) -> dict[str, type[BaseModel]]:
    """Where one of several models may stand, each by the word that chooses it."""
    args = [arg for arg in get_args(annotation) if arg is not type(None)]
    models = [arg for arg in args if isinstance(arg, type) and issubclass(arg, BaseModel)]
    if get_origin(annotation) in (tuple, dict) or len(models) < 2 or len(models) < len(args):
        return {}
    found: dict[str, type[BaseModel]] = {}
    for model in models:
        kind = model.model_fields.get("kind")
        found |= {str(word): model for word in get_args(kind.annotation if kind else None)}
    return found


def _unwrapped(annotation: Any) -> Any:
    """Without ``| None`` and ``Annotated``; where a word may stand instead, the mapping."""
    args = [arg for arg in get_args(annotation) if arg is not type(None)]
    models = [arg for arg in args if isinstance(arg, type) and issubclass(arg, BaseModel)]
    if len(models) == 1 and any(_is_word(arg) for arg in args):
        return models[0]
    if type(None) in get_args(annotation) and len(args) == 1:
        return _unwrapped(args[0])
    if hasattr(annotation, "__metadata__"):
        return _unwrapped(annotation.__origin__)
    return annotation


def _is_word(annotation: Any) -> bool:
    """Whether text may stand there, any or one of some words."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    return annotation is str or get_origin(annotation) is Literal


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    for name, info in model.model_fields.items():
        if (info.alias or name) == key:
            return info
    return None
