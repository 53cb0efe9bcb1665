"""Every row of `make bench` that needs no cluster, at a size that takes seconds."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks import measure
from benchmarks.measure import ROWS, SMALL, Bench

pytestmark = pytest.mark.level1


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"), SMALL, runs=1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_a_row_can_be_measured_without_a_cluster(row: measure.Measure, bench: Bench) -> None:
    """A10: a benchmark that fails at its first row measures nothing."""
    measured = row(bench)
    assert math.isfinite(measured.found)
    assert str(measured.must).rstrip("0").rstrip(".") in str(measured)


def test_an_evaluation_opens_no_kubeconfig_of_the_machine(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is there may be of a cluster that matters: opening this one ends the evaluation."""
    there = tmp_path / "kubeconfig"
    there.mkdir()
    monkeypatch.setitem(measure.ENVIRONMENT, "KUBECONFIG", str(there))
    monkeypatch.setitem(measure.ENVIRONMENT, "HOME", str(tmp_path))
    found = measure.evaluate("estate", bench.checkout(SMALL.first))
    assert found["resources"] > SMALL.first
