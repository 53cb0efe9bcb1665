"""The proof where a router shard publishes by Gateway API (C5, E6, E10, E13, F6)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.estates import shipped
from tests.gateways import with_gateway
from tests.mutations import mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2

Claimed = tuple[Claim, Mapping[Zone, Emitted]]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Claimed:
    """The shipped estate, the brokers' shard by Gateway API."""
    return claimed(with_gateway(shipped(tmp_path_factory.mktemp("gateway"))))


def test_a_shard_behind_a_gateway_is_proved(gateway: Claimed) -> None:
    """E10: client, virtual address, router; listener, HTTPRoute, Service, pod."""
    proof = prove(*gateway)
    assert proof.problems == ()
    ways = {trail.flow.text: [hop.text for hop in trail.hops] for trail in proof.trails}
    assert "clients -> 10.10.0.26:443 -> estate-ingress/router-brokers:8443" in ways
    route = "brokers.harbour.example/offers -> estate-ingress/router-brokers -> "
    hops = ways[f"{route}brokers/broker-desk:8080"]
    assert hops[:2] == [
        "listener https of Gateway estate-ingress/router-brokers on 8443",
        "HTTP redirects to HTTPS",
    ]
    assert "brokers.harbour.example/offers -> brokers/broker-desk" in hops


def test_each_thing_that_a_gateway_says_is_noticed(gateway: Claimed) -> None:
    """F6: hosts, paths, parents, namespaces, listeners, each removed and widened."""
    claim, found = gateway
    ours = (": HTTPRoute ", ": Gateway ", ": GatewayClass ")
    chosen = [
        mutation for mutation in mutations(found) if any(word in mutation.name for word in ours)
    ]
    assert len(chosen) > 40
    assert [
        mutation.name for mutation in chosen if not prove(claim, mutation.of(found)).problems
    ] == []
