"""The pull request workflow as GitHub reads it, for tests."""

from __future__ import annotations

from typing import Any

import yaml

from tests.estates import REPOSITORY

Json = dict[str, Any]

TEXT = (REPOSITORY / ".github/workflows/preview.yml").read_text(encoding="utf-8")


def workflow() -> Json:
    """The whole file; YAML 1.1 takes its key `on` for true."""
    content: dict[Any, Any] = yaml.safe_load(TEXT)
    return {("on" if key is True else key): one for key, one in content.items()}


JOBS: dict[str, Json] = workflow()["jobs"]


def steps(job: Json) -> list[Json]:
    """The job's steps."""
    return job["steps"]


def step(job: str, name: str) -> Json:
    """The job's step with this name or id."""
    (found,) = (one for one in steps(JOBS[job]) if name in (one.get("name"), one.get("id")))
    return found
