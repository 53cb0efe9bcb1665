"""The proof follows a connection into the other zone to the end (A1, F6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.estates import shipped
from tests.level0.apps.test_other_zone import RESERVING, directly, to_routers
from tests.proving import claimed, proved

pytestmark = pytest.mark.level2

Claimed = tuple[Claim, Mapping[Zone, Emitted]]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Claimed:
    """The shipped estate, whose called app has clients of its own."""
    estate = shipped(tmp_path_factory.mktemp("ours"))
    return claimed(estate.edit(RESERVING, "port: 80}", "port: 80, clients: [10.30.0.0/16]}"))


def with_as3(ours: Claimed, change: Callable[[Json], object]) -> Claimed:
    claim, found = ours
    there = found["intranet"]
    declaration: Json = json.loads(there.texts["f5/as3.json"])
    change(declaration)
    texts = {**there.texts, "f5/as3.json": json.dumps(declaration, indent=2) + "\n"}
    return claim, {**found, "intranet": replace(there, texts=texts)}


def test_a_connection_is_followed_to_the_other_zones_load_balancer(ours: Claimed) -> None:
    """F6."""
    proof = prove(*ours)
    assert proof.problems == ()
    (trail,) = (one for one in proof.trails if "reserving in zone intranet" in one.flow.text)
    assert trail.hops[-1].text.startswith("answered in zone intranet")
    assert any("fw-inner" in hop.text for hop in trail.hops)


@pytest.mark.parametrize("change", [directly, to_routers])
def test_other_ways_into_the_zone_are_proved_too(
    tmp_path_factory: pytest.TempPathFactory, change: Callable[..., Any]
) -> None:
    """F3, E13: from the nodes of a pool, and to routers."""
    assert proved(change(shipped(tmp_path_factory.mktemp("other")))).problems == ()


def test_a_virtual_server_that_is_gone_breaks_the_callers_flow(ours: Claimed) -> None:
    """F6."""
    found = prove(*with_as3(ours, lambda declaration: declaration.pop("actuarial"))).problems
    broken = [one.found for one in found if one.found.startswith("claim-intake")]
    assert any("answers on 10.20.0.23:80" in text for text in broken)


def test_a_client_that_is_gone_breaks_the_callers_flow(ours: Claimed) -> None:
    """F6: one node of the caller that the load balancer does not take."""

    def without(declaration: Json) -> None:
        addresses: list[Any] = declaration["actuarial"]["reserving"]["service"]["virtualAddresses"]
        addresses.remove(["10.20.0.23", "10.10.1.104/32"])

    found = prove(*with_as3(ours, without)).problems
    assert any("does not take dmz-e02 (10.10.1.104)" in one.found for one in found)


def test_a_connection_that_is_no_longer_declared_leaves_every_way_undeclared(
    ours: Claimed,
) -> None:
    """X2: row, policy and name would stand without a flow."""
    claim, found = ours
    flows = tuple(flow for flow in claim.flows if "reserving in zone" not in flow.text)
    codes = {one.code for one in prove(replace(claim, flows=flows), found).problems}
    assert codes >= {"undeclared-way", "undeclared-opening"}
