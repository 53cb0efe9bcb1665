"""State keys: an object whose literal name follows from its content has a key that does, too.

Under one key, a change of the name is a replacement. When such an update fails and is taken back,
the old object still stands, and the engine would make it a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from estate.composition import compose
from estate.reader.values import ZONES, Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


def exchanged_ports(estate: Estate) -> None:
    estate.port("dmz", "life/policy-portal", 30013)
    estate.port("dmz", "brokers/broker-gateway", 30010)


def another_name(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "quote.harbour.example", "offer.harbour.example")
    estate.edit("Pulumi.dmz.yaml", "quote.harbour.example", "offer.harbour.example")


def another_image(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "0ff1dffae9186188", "0ff1dffae9186189")


def another_size(estate: Estate) -> None:
    estate.edit("apps/policy-portal-dmz.yaml", "size: 20Gi", "size: 40Gi")
    estate.edit("tenants/motor.yaml", "zones:\n  dmz:\n    pool: shared\n    quota: {cpu: 8",
                "zones:\n  dmz:\n    pool: shared\n    quota: {cpu: 9")  # fmt: skip


def names(estate: Estate) -> dict[tuple[Zone, str, str], str]:
    """The literal name of each object, by zone, kind and state key."""
    return {
        (zone, manifest.kind, manifest.name): manifest.physical_name
        for zone in ZONES
        for manifest in compose(estate.plans()[zone]).manifests
    }


@pytest.mark.parametrize("change", [exchanged_ports, another_name, another_image, another_size])
def test_no_key_gets_another_literal_name(tmp_path: Path, change: Callable[[Estate], None]) -> None:
    """X5: so that a failed update can be taken back."""
    estate = shipped(tmp_path)
    before = names(estate)
    change(estate)
    after = names(estate)
    moved = {key: (before[key], after[key]) for key in before.keys() & after.keys()}
    assert {key: found for key, found in moved.items() if found[0] != found[1]} == {}
