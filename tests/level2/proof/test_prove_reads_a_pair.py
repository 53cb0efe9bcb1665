"""The proof where a pair of HAProxy hosts stands in front of the nodes (E11, F6)."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.balancers import with_a_pair
from tests.estates import shipped
from tests.ladder import FULL_SETS
from tests.mutations import mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2

Claimed = tuple[Claim, Mapping[Zone, Emitted]]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Claimed:
    """The shipped estate, the DMZ behind a pair."""
    estate = with_a_pair(shipped(tmp_path_factory.mktemp("pair")))
    estate.edit(
        "apps/policy-portal-dmz.yaml", "port: 443, ", "port: 443, clients: [10.30.0.0/16], "
    )
    return claimed(estate)


def test_a_zone_behind_a_pair_is_proved(pair: Claimed) -> None:
    """E11: client, host of the pair, node, pod: the same flows by another way."""
    proof = prove(*pair)
    assert proof.problems == ()
    hops = [hop.text for trail in proof.trails for hop in trail.hops]
    assert [one for one in hops if one.endswith("on a host of lb-dmz")]


def test_each_line_of_the_pair_that_decides_is_noticed(pair: Claimed) -> None:
    """F6: bindings, clients, backends, servers and virtual addresses, each removed and widened."""
    claim, found = pair
    lines = [
        mutation
        for mutation in mutations(found)
        if "haproxy" in mutation.name or "keepalived" in mutation.name
    ]
    assert len(lines) > 100
    chosen = lines if os.environ.get(FULL_SETS) else random.Random(5).sample(lines, 40)  # noqa: S311
    assert [
        mutation.name for mutation in chosen if not prove(claim, mutation.of(found)).problems
    ] == []


def test_an_unknown_word_of_haproxy_is_refused(pair: Claimed) -> None:
    """F6: a rule that the proof does not know may open or close a way."""
    claim, found = pair
    name = "haproxy/lb-dmz/haproxy.cfg"
    text = (
        found["dmz"]
        .texts[name]
        .replace(
            "    default_backend life_policy-portal",
            "    use_backend other if { src 10.1.2.3 }\n    default_backend life_policy-portal",
        )
    )
    dmz = Emitted("dmz", found["dmz"].objects, {**found["dmz"].texts, name: text})
    listed = prove(claim, {**found, "dmz": dmz}).problems
    assert [problem.code for problem in listed] == ["not-understood"]
    assert "use_backend" in listed[0].key_path
