"""Monitoring by one word: what each size requests fits its pool, whichever node is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.reader.values import ZONES
from estate.topics.monitoring.plan.sizes import REPLICAS, SIZES, monitoring_pods
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.daemon_sets import NODE_EXPORTER
from estate.topics.nodes.plan.model import Amount
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


def _sized(folder: Path, size: str) -> Estate:
    estate = shipped(folder)
    for zone in ZONES:
        head = "  estate:monitoring:\n    size: "
        estate.edit(f"Pulumi.{zone}.yaml", f"{head}M\n", f"{head}{size}\n")
    return estate


@pytest.mark.parametrize("size", SIZES)
def test_each_size_fits_the_shipped_pools_with_any_one_node_gone(tmp_path: Path, size: str) -> None:
    """X4, K6."""
    assert _sized(tmp_path, size).problems() == ()


@pytest.mark.parametrize("size", SIZES)
def test_each_size_fits_when_volumes_move_to_the_survivor(tmp_path: Path, size: str) -> None:
    """X4: with LUNs both Prometheus run on it; with disks one is lost (X15)."""
    estate = _sized(tmp_path, size)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    head, rest = text.split("    disks:\n")
    rest = rest.split("  estate:node_sizes:")[1]
    luns = "".join(
        f"      - {{replica: {one}, wwid: 3600508b400105e21000090000049000{one}, size: 400Gi}}\n"
        for one in (1, 2)
    )
    estate.add("Pulumi.dmz.yaml", f"{head}    luns:\n{luns}  estate:node_sizes:{rest}")
    assert estate.problems() == ()


def test_a_size_that_its_pool_cannot_carry_is_refused(tmp_path: Path) -> None:
    """X4: on nodes of the middle size, L does not survive the loss of one."""
    estate = _sized(tmp_path, "L")
    for node in ("dmz-m01", "dmz-m02"):
        text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
        (line,) = (one for one in text.splitlines() if f"{{name: {node}," in one)
        estate.edit("Pulumi.dmz.yaml", line, line.replace("size: large", "size: medium"))
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    (line,) = (one for one in text.splitlines() if "resource_metrics: cluster" in one)
    estate.edit("Pulumi.dmz.yaml", f"{line}\n", "")  # a metrics-server more
    (problem,) = estate.problems()
    assert problem.code == "pool-does-not-survive" and "monitoring" in problem.found


def test_a_larger_size_requests_more_of_everything() -> None:
    small, middle, large = (SIZES[name].parts for name in ("S", "M", "L"))
    assert small.keys() == middle.keys() == large.keys() == REPLICAS.keys()
    for part in REPLICAS:
        assert small[part].fits(middle[part]) and middle[part].fits(large[part])
        assert small[part] != large[part]


def test_a_prometheus_with_a_disk_runs_where_the_disk_is(tmp_path: Path) -> None:
    """X15."""
    stack = shipped(tmp_path).load().stacks["dmz"].value
    homes = [pod.node for pod in monitoring_pods(stack) if pod.app == "prometheus"]
    assert homes == ["dmz-m01", "dmz-m02"]


def test_what_node_exporter_takes_comes_off_every_node(tmp_path: Path) -> None:
    """X4: without being declared; without monitoring there is none."""
    estate = shipped(tmp_path)
    (node, *_) = estate.plans()["dmz"].of(NodesPlan).pools[0].nodes
    assert node.daemon_sets == NODE_EXPORTER + Amount(cpu=210, memory=562 * 2**20, pods=1)
