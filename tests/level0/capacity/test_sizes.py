"""Services by one word: S fits a laptop's lab, L fits or is refused by arithmetic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from estate.reader.values import ZONES
from estate.topics.nodes.plan.model import Amount
from estate.topics.registry.plan import registries
from estate.topics.routers.plan import routers
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

SERVICES = ("router", "egress", "logging", "monitoring", "infra")
"""The roles of the pools that services run on."""

LAPTOP = "    laptop: {cpu: 4, memory: 8Gi, reserved: {cpu: 200m, memory: 500Mi}}\n"


def sized(folder: Path, size: str) -> Estate:
    """The shipped estate with every service of both zones at one size."""
    estate = shipped(folder)
    for zone in ZONES:
        file = f"Pulumi.{zone}.yaml"
        text = (estate.root / file).read_text(encoding="utf-8")
        text, count = re.subn(
            r"^( +)size: [SML]( +#.*)?$", rf"\1size: {size}\2", text, flags=re.MULTILINE
        )
        assert count >= 4, "registry, routers, monitoring, logging"
        estate.add(file, text)
    relays = "    relays:\n      - {database: claimdb"
    return estate.edit("Pulumi.dmz.yaml", relays, f"    size: {size}\n{relays}")


def on_a_laptop(estate: Estate) -> Estate:
    """The nodes that services run on are no larger than what a laptop can lend."""
    for zone in ZONES:
        file = f"Pulumi.{zone}.yaml"
        text = (estate.root / file).read_text(encoding="utf-8")
        for role in SERVICES:
            text = re.sub(
                rf"size: (medium|large), pool: {role}}}", f"size: laptop, pool: {role}}}", text
            )
        estate.add(file, text.replace("  estate:node_sizes:\n", f"  estate:node_sizes:\n{LAPTOP}"))
    return estate


def test_every_service_at_s_fits_a_laptops_lab(tmp_path: Path) -> None:
    """X4, I5: two small nodes for each role, either of which may be lost."""
    assert on_a_laptop(sized(tmp_path, "S")).problems() == ()


def test_a_laptop_is_no_place_for_larger_sizes(tmp_path: Path) -> None:
    """X4: the pools that S fits refuse L, each with what it has and what is needed."""
    problems = on_a_laptop(sized(tmp_path, "L")).problems()
    assert {problem.code for problem in problems} == {"pool-does-not-survive"}
    refused = "\n".join(problem.found for problem in problems)
    for role in ("router", "monitoring", "infra"):
        assert f"pool '{role}': 2 nodes with" in refused


def test_every_service_at_m_fits_the_shipped_pools(tmp_path: Path) -> None:
    """X4."""
    assert sized(tmp_path, "M").problems() == ()


def test_at_l_all_fits_but_what_the_arithmetic_refuses(tmp_path: Path) -> None:
    """X4: two shards of L in the dmz ask for more than one router node has; one node more is
    enough, and everything else fits as it is."""
    estate = sized(tmp_path, "L")
    (problem,) = estate.problems()
    assert problem.code == "pool-does-not-survive"
    assert "router-brokers, router-default need 8 cpu and 4 GiB" in problem.found
    assert "Add 1 node of size 'medium'" in problem.hint
    last = "    - {name: dmz-r02, address: 10.10.1.102, rack: rack-b, size: medium, pool: router}\n"
    more = "    - {name: dmz-r03, address: 10.10.1.120, rack: rack-c, size: medium, pool: router}\n"
    assert estate.edit("Pulumi.dmz.yaml", last, last + more).problems() == ()


@pytest.mark.parametrize("sizes", [registries.SIZES, routers.SIZES])
def test_a_larger_size_requests_more(sizes: dict[str, Amount]) -> None:
    small, middle, large = (sizes[one] for one in ("S", "M", "L"))
    assert small.fits(middle) and middle.fits(large)
    assert len({small, middle, large}) == 3
