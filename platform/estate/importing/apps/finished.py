"""Drafts as declarations: keys that the kind has; those that it needs and lacks are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from estate.importing.apps.draft import Draft, Left
from estate.importing.apps.objects import Json
from estate.importing.reading import read_as, said
from estate.topics.apps.declare.kinds import APP_KINDS


@dataclass(frozen=True, kw_only=True)
class ImportedApp:
    """The declaration of one app."""

    app: str
    keys: Mapping[str, Any]
    missing: Mapping[str, str]
    """Keys that its kind needs and that no object says, each with what is expected."""
    left: tuple[Left, ...]


@dataclass(frozen=True, kw_only=True)
class ImportedApps:
    """All apps of some objects."""

    apps: tuple[ImportedApp, ...]
    left: tuple[Left, ...]
    """Objects that belong to no app."""


def finished(draft: Draft) -> ImportedApp:
    """Keys that its kind has; those that it lacks, and those that it needs, are named."""
    model = APP_KINDS[str(draft.keys["kind"])]
    keys: dict[str, Any] = {}
    for key, value in draft.keys.items():
        if key in model.model_fields:
            keys[key] = value
        else:
            what = ", ".join(cast("Json", value)) if isinstance(value, dict) else value
            draft.omit("", f"apps of kind {draft.keys['kind']} have no key '{key}': {what}")
    if keys.get("replicas") == 1 and "alone" not in keys:
        draft.omit("replicas", "one pod: write 2 or more, or 1 beside 'alone' with the reason")
    _, problems = read_as(model, keys)
    missing = {one.key_path: one.hint for one in problems if one.code == "missing-key"}
    for problem in problems:
        if problem.code != "missing-key":
            draft.omit(
                "", f"{problem.key_path}: {said(problem).rstrip('.')}. `estate check` names it"
            )
    for key, hint in missing.items():
        draft.omit("", f"the key '{key}' is missing. {_first(hint)}")
    return ImportedApp(app=draft.app, keys=keys, missing=missing, left=tuple(draft.left))


def _first(hint: str) -> str:
    return hint.split(". ")[0].rstrip(".")
