"""Take any single rule out of what is emitted, or widen it: the proof notices (F6)."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from estate.proof.prove import prove
from tests.estates import shipped
from tests.ladder import FULL_SETS
from tests.mutations import Mutation, mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2

SAMPLE = 60
SEED = 5

_NODE_TRANSLATES = (
    "under traffic_policy: Cluster the node that takes the connection puts its own address in the "
    "client's place, so that pods see the same sources with and without the F5's SNAT"
)
_NODE_PORTS_ONLY = (
    "nobody asks it by the Service's own port: load balancers use the node port, and the target "
    "port leads on from there"
)
_NOBODY_IS_LET_TO_IT = (
    "only hot nodes are asked: no Service leads to this port of the others, and no policy opens it"
)
_KUBELET_ASKS = (
    "only the kubelet asks there whether the pod lives, from its own node, and no policy holds that"
)
SURVIVORS = {
    r".*: Service estate-ingress/router-[a-z]+: ports\[[0-2]\] under another number": (
        _NODE_PORTS_ONLY
    ),
    r".*: Service estate-logging/(kibana-published|log-intake): ports\[0\] under another number": (
        _NODE_PORTS_ONLY
    ),
    r".*: StatefulSet estate-logging/elasticsearch-(master|hot|warm): container port ready "
    r"removed": _KUBELET_ASKS,
    r".*: StatefulSet estate-logging/elasticsearch-(master|warm): container port https removed": (
        _NOBODY_IS_LET_TO_IT
    ),
    r"intranet/documents/f5/as3.json: (actuarial.reserving|life.policy_portal): snat: none": (
        _NODE_TRANSLATES
    ),
    r".*/manifests/services/.*: (not spread|one replica)": (
        "nothing changes in who reaches whom, and no flow of the platform's own services is "
        "declared highly available: what they watch goes on without them"
    ),
    r".*blackbox-exporter-to-servers: egress\[[01]\].to\[0\] twice as wide": (
        "the neighbour of a server is the other one of its pair, which it may ask anyway"
    ),
    r"dmz/manifests/services/relays.yaml: Deployment estate-egress/relay: container port health "
    r"removed": _KUBELET_ASKS,
}
"""Mutations that change nothing that anybody could reach, each with the reason."""


def _explained(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in SURVIVORS)


def _survivors(folder: Path, chosen: int | None) -> tuple[list[Mutation], int]:
    claim, found = claimed(shipped(folder))
    every = list(mutations(found))
    if chosen is not None:
        every = random.Random(SEED).sample(every, chosen)  # noqa: S311 the same ones every time
    return [mutation for mutation in every if not prove(claim, mutation.of(found)).problems], len(
        every
    )


def test_a_sample_of_mutations_is_noticed(tmp_path: Path) -> None:
    """F6: each of them is a problem, or stands in the table of survivors with its reason."""
    survivors, _ = _survivors(tmp_path, None if os.environ.get(FULL_SETS) else SAMPLE)
    assert [survivor.name for survivor in survivors if not _explained(survivor.name)] == []


@pytest.mark.scale
def test_every_mutation_is_noticed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """F6: killed of all; a reason in the table that no mutation needs is gone."""
    survivors, count = _survivors(tmp_path, None)
    record_property("killed", count - len(survivors))
    record_property("all", count)
    assert [survivor.name for survivor in survivors if not _explained(survivor.name)] == []
    names = [survivor.name for survivor in survivors]
    assert all(any(re.fullmatch(pattern, name) for name in names) for pattern in SURVIVORS)
    assert count > 500
