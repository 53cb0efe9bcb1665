"""The proof where nodes answer for virtual addresses themselves, by MetalLB (E9, F6)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.balancers import with_metallb
from tests.estates import shipped
from tests.mutations import mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2

Claimed = tuple[Claim, Mapping[Zone, Emitted]]


@pytest.fixture(scope="module")
def metallb(tmp_path_factory: pytest.TempPathFactory) -> Claimed:
    """The shipped estate, the DMZ behind MetalLB."""
    return claimed(with_metallb(shipped(tmp_path_factory.mktemp("metallb"))))


def test_a_zone_behind_metallb_is_proved(metallb: Claimed) -> None:
    """E9: client, node that answers for the address, pod; through both firewalls on the way."""
    proof = prove(*metallb)
    assert proof.problems == ()
    (trail,) = [one for one in proof.trails if one.flow.text.startswith("clients -> 10.10.0.21:")]
    assert [hop.text for hop in trail.hops][:5] == [
        "client -> 10.10.0.21:443",
        "through fw-outer",
        "10.10.0.21 -> 23 nodes, which answer for it themselves",
        "through fw-dmz",
        "10.10.0.21 -> life-policy-portal/policy-portal:8080",
    ]


def test_each_thing_that_metallb_reads_is_noticed(metallb: Claimed) -> None:
    """F6: addresses, pools, namespaces, nodes and clients, each removed and widened."""
    claim, found = metallb
    ours = ("IPAddressPool", "L2Advertisement", "-vip")
    chosen = [
        mutation for mutation in mutations(found) if any(word in mutation.name for word in ours)
    ]
    assert len(chosen) > 40
    survivors = [
        mutation.name for mutation in chosen if not prove(claim, mutation.of(found)).problems
    ]
    # Nobody connects by the node port here; admission holds it to the register.
    assert [
        survivor for survivor in survivors if not survivor.endswith("ports[0] another node port")
    ] == []
