"""Kubernetes' own schema, which `kubernetes_validate` reads anew for each object: here once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from unittest.mock import patch

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]
from kubernetes_validate import utils  # pyright: ignore[reportMissingTypeStubs]

VERSION = "1.36"

_read = cache(utils.schema_contents)


def validate(body: Mapping[str, Any]) -> None:
    """Raises `kubernetes_validate.ValidationError`, also for a field that is not known."""
    with patch.object(utils, "schema_contents", _read):
        kubernetes_validate.validate(dict(body), VERSION, strict=True)
