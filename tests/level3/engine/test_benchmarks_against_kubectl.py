"""The rows of `make bench` against kubectl, with few objects: they can be measured at all."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks.on_the_lab import on_the_lab

pytestmark = pytest.mark.level3

ROWS = 3


def test_each_row_against_kubectl_can_be_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A10: in clusters of the lab's own; opening a kubeconfig of the machine's would fail."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path))
    for name in ("PULUMI_EXPERIMENTAL", "PULUMI_SKIP_CHECKPOINTS"):
        monkeypatch.setenv(name, "true")  # put back afterwards
    rows = list(on_the_lab(tmp_path, objects=5))
    assert len(rows) == ROWS
    assert all(math.isfinite(row.found) and "5 objects" in row.what for row in rows)
