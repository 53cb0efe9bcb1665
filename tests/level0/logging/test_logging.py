"""Logging by one word and by what it has to hold: it fits its pool, and its disks fit the logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.reader.values import ZONES
from estate.topics.logging.declare import Stream
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import SIZES, daily, days_on, heap, logging_pods, room
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.daemon_sets import LOG_COLLECTOR, NODE_EXPORTER
from estate.topics.nodes.plan.reloader import RELOADER
from tests.estates import Estate, shipped
from tests.level0.logging.refusals_of_logging import disk

pytestmark = pytest.mark.level0

GIB = 2**30


def _sized(folder: Path, size: str) -> Estate:
    estate = shipped(folder)
    for zone in ZONES:
        estate.edit(f"Pulumi.{zone}.yaml", "    size: M      ", f"    size: {size}      ")
    return estate


@pytest.mark.parametrize("size", SIZES)
def test_each_size_fits_the_shipped_pools_with_any_one_node_gone(tmp_path: Path, size: str) -> None:
    """X4, X15: what is in the lost node is lost with it, Kibana moves to the survivors."""
    assert _sized(tmp_path, size).problems() == ()


def test_a_size_that_its_pool_cannot_carry_is_refused(tmp_path: Path) -> None:
    """X4: nodes of the middle size carry each of M's pods, and not the three that stay there."""
    estate = _sized(tmp_path, "M")
    for number in (1, 2, 3):
        line = f"rack: rack-{'abc'[number - 1]}, size: large, pool: logging"
        estate.edit("Pulumi.dmz.yaml", line, line.replace("large", "medium"))
    (problem,) = estate.problems()
    assert problem.code == "pool-does-not-survive" and "elasticsearch-hot" in problem.found
    assert "Its disk keeps 'elasticsearch-" in problem.hint  # another node would not help


def test_a_larger_size_requests_more_of_everything() -> None:
    small, middle, large = (SIZES[name] for name in ("S", "M", "L"))
    assert small.keys() == middle.keys() == large.keys()
    for part in small:
        assert small[part].fits(middle[part]) and middle[part].fits(large[part])
        assert small[part] != middle[part]


def test_a_stream_takes_what_its_events_take_with_their_index() -> None:
    """H4: 100 events of 1000 bytes a second are 8.64 GB a day, and a tenth more on disk."""
    stream = Stream(events_per_second=100, bytes_per_event=1000, hot_days=3, days=30)
    assert daily(stream) == 100 * 1000 * 86400 * 110 // 100
    assert days_on(stream, "hot") == 4  # an index is written for a day before it ages
    assert days_on(stream, "warm") == 27
    assert days_on(stream, "master") == 0
    short = Stream(events_per_second=100, bytes_per_event=1000, hot_days=3, days=2)
    assert (days_on(short, "hot"), days_on(short, "warm")) == (3, 0)


def test_disks_are_counted_without_the_largest_and_never_quite_full(tmp_path: Path) -> None:
    """H4, X15: copies of what a lost node held need room on the others."""
    estate = shipped(tmp_path).edit(
        "Pulumi.dmz.yaml", disk("hot", 1), disk("hot", 1).replace("800Gi", "900Gi")
    )
    declared = estate.load().stacks["dmz"].value.logging
    assert declared and room(declared.sets.hot) == 1600 * GIB * 85 // 100


def test_more_copies_need_more_nodes_and_more_room(tmp_path: Path) -> None:
    """X15: with two copies beside the first, three nodes are one too few."""
    estate = shipped(tmp_path).edit(
        "Pulumi.dmz.yaml", "    replicas: 1                          # c", "    replicas: 2 # c"
    )
    assert [problem.code for problem in estate.problems()] == ["store-too-few", "store-too-few"]


@pytest.mark.parametrize(("memory", "expected"), [(4, 2), (30, 15), (64, 30), (256, 30)])
def test_the_heap_is_half_of_the_memory_and_stays_below_31_gibibytes(
    memory: int, expected: int
) -> None:
    """H4."""
    assert heap(memory * GIB) == expected * GIB


def test_what_has_a_disk_in_a_node_runs_there_and_every_set_is_spread(tmp_path: Path) -> None:
    """X15: each set loses one of its members with a node."""
    stack = shipped(tmp_path).load().stacks["dmz"].value
    homes = [(pod.app, pod.node) for pod in logging_pods(stack) if pod.node]
    nodes = ("dmz-l01", "dmz-l02", "dmz-l03")
    sets = ("elasticsearch-master", "elasticsearch-hot", "elasticsearch-warm")
    assert homes == [(part, node) for part in sets for node in nodes]


def test_what_the_collector_takes_comes_off_every_node(tmp_path: Path) -> None:
    """X4: without being declared; nothing else does."""
    (node, *_) = shipped(tmp_path).plans()["dmz"].of(NodesPlan).pools[0].nodes
    assert node.daemon_sets == NODE_EXPORTER + LOG_COLLECTOR + RELOADER


def test_a_zone_without_logging_has_none_and_needs_no_exception(tmp_path: Path) -> None:
    estate = shipped(tmp_path)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  estate:logging:"), text.index("  estate:monitoring:")
    estate.add("Pulumi.dmz.yaml", text[:begin] + text[end:])
    estate.edit("apps/policy-portal-dmz.yaml", ', collect: "*.log"', "")
    plan = estate.plans()["dmz"]
    assert plan.find(LoggingPlan) is None
    assert plan.of(NodesPlan).pools[0].nodes[0].daemon_sets == NODE_EXPORTER
