"""The proof of UDP beside TCP: flows, node ports and rows by protocol (E3, E14, F6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.balancers import (
    with_datagrams,
    with_datagrams_alone,
    with_metallb,
    with_snat_pools,
)
from tests.estates import Estate, shipped
from tests.mutations import mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2

Claimed = tuple[Claim, Mapping[Zone, Emitted]]


def _same(estate: Estate) -> Estate:
    return estate


@pytest.mark.parametrize(
    "variant", [_same, with_metallb, with_snat_pools], ids=["f5", "metallb", "snat"]
)
def test_both_protocols_of_one_port_are_proved_apart(
    tmp_path: Path, variant: Callable[[Estate], Estate]
) -> None:
    """E3: the same address and port, each by its own node port to its own port of the pods."""
    proof = prove(*claimed(with_datagrams(variant(shipped(tmp_path)))))
    assert proof.problems == ()
    texts = {trail.flow.text for trail in proof.trails}
    assert {
        "clients -> 10.10.0.22:443 -> brokers/broker-gateway:8443",
        "clients -> 10.10.0.22:443 UDP -> brokers/broker-gateway:8443",
    } <= texts


@pytest.mark.parametrize(
    "variant", [_same, with_metallb, with_snat_pools], ids=["f5", "metallb", "snat"]
)
def test_datagrams_alone_are_proved(tmp_path: Path, variant: Callable[[Estate], Estate]) -> None:
    """E3, F6: nobody reaches it over TCP, and whoever asks how it is may."""
    estate = with_datagrams_alone(variant(shipped(tmp_path)))
    proof = prove(*claimed(estate))
    assert proof.problems == ()
    texts = {trail.flow.text for trail in proof.trails if "10.10.0.22" in trail.flow.text}
    assert "clients -> 10.10.0.22:443 UDP -> brokers/broker-gateway:8443" in texts
    assert "clients -> 10.10.0.22:443 -> brokers/broker-gateway:8443" not in texts


def test_each_thing_that_lets_datagrams_through_is_noticed(tmp_path: Path) -> None:
    """F6: the F5's second service, its pool and monitor, the rows, the policy, the Service."""
    claim, found = claimed(with_snat_pools(with_datagrams(shipped(tmp_path))))
    gateway = ("brokers.broker_gateway", "/broker-gateway", "30012")
    chosen = [
        mutation
        for mutation in mutations(found)
        if mutation.zone == "dmz" and any(word in mutation.name for word in gateway)
    ]
    assert len(chosen) > 60
    survivors = [
        mutation.name for mutation in chosen if not prove(claim, mutation.of(found)).problems
    ]
    # Nobody asks by the Service's own number: the F5 uses the node port.
    rest = [
        survivor for survivor in survivors if not survivor.endswith("ports[1] under another number")
    ]
    assert rest == []
