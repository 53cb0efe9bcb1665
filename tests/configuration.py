"""What the engine would pass to a program: a stack file's configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml


def engine_configuration(root: Path, stack: str) -> dict[str, str]:
    """The configuration of ``stack`` as the engine reads it: structured values as JSON text."""
    document: dict[str, Any] = yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in document["config"].items()
    }
