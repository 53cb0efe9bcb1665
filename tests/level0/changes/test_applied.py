"""What a stack keeps of what was applied tells as much as a whole render (X5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from estate.changes.applied import expected, packed, spoken
from estate.changes.rendered import of_files
from estate.changes.transitions import Finding, transitions
from estate.cli.render import rendered_texts
from estate.composition import Composition, compose
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-dmz.yaml"


def exchanged_ports(estate: Estate) -> None:
    estate.port("dmz", "life/policy-portal", 30013)
    estate.port("dmz", "brokers/broker-gateway", 30010)


def larger_logs(estate: Estate) -> None:
    estate.edit(PORTAL, "size: 20Gi", "size: 40Gi")


def smaller_quota(estate: Estate) -> None:
    estate.edit("tenants/motor.yaml", "  dmz:\n    pool: shared\n    quota: {cpu: 8, memory: 16Gi",
                "  dmz:\n    pool: shared\n    quota: {cpu: 1, memory: 2Gi")  # fmt: skip
    estate.edit("apps/quote-dmz.yaml", "cpu: 500m, memory: 1Gi", "cpu: 100m, memory: 256Mi")


def another_address(estate: Estate) -> None:
    estate.edit(PORTAL, "address: 10.10.0.21", "address: 10.10.0.29")
    estate.edit("apps/broker-gateway-dmz.yaml", "address: 10.10.0.22", "address: 10.10.0.21")


def another_image(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "0ff1dffae9186188", "0ff1dffae9186189")


def composed(estate: Estate) -> Composition:
    return compose(estate.plans()["dmz"])


def findings(before: Composition, after: Composition) -> tuple[Finding, ...]:
    """By whole renders."""
    return transitions(
        {"dmz": of_files(rendered_texts(before))}, {"dmz": of_files(rendered_texts(after))}
    )


@pytest.mark.parametrize(
    "change", [exchanged_ports, larger_logs, smaller_quota, another_address, another_image]
)
def test_it_finds_what_whole_renders_find(tmp_path: Path, change: Callable[[Estate], None]) -> None:
    """X5: no rule reads a kind or a document that is left out."""
    estate = shipped(tmp_path)
    before = composed(estate)
    change(estate)
    after = composed(estate)
    found = expected("dmz", packed(before), packed(after))
    assert found == findings(before, after)
    assert found


def test_equal_declarations_pack_equally_and_nothing_is_said(tmp_path: Path) -> None:
    """A no-op preview compares two texts."""
    estate = shipped(tmp_path)
    one, other = composed(estate), composed(estate)
    assert packed(one) == packed(other)
    assert expected("dmz", packed(one), packed(other)) == ()


@pytest.mark.parametrize("kept", [None, "", "no packed text", "eJwDAAAAAAE="])
def test_what_cannot_be_read_is_no_baseline(tmp_path: Path, kept: str | None) -> None:
    """The first update has none, and an older program packed otherwise."""
    assert expected("dmz", kept, packed(composed(shipped(tmp_path)))) == ()


def finding(number: int, effect: str) -> Finding:
    return Finding(
        effect=effect,  # type: ignore[arg-type]
        code="restart",
        zone="dmz",
        what=f"Deployment n/{number}",
        found="its pod restarts",
    )


def test_a_message_names_so_many_objects_and_all_that_is_refused() -> None:
    """A new version of the program restarts hundreds."""
    said = spoken([finding(number, "restarts") for number in range(25)])
    assert said.note.count("Deployment") == 20
    assert said.note.endswith("and 5 more: `estate check --against` lists all of them.")
    assert said.refused == said.warning == ""
    assert spoken([finding(one, "refused") for one in range(25)]).refused.count("Deployment") == 25
