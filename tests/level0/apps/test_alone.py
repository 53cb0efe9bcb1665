"""Apps of one pod: by reason, without a false budget, and never two where that would harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.topics.apps.plan.peak import peak
from tests.level0.apps.made_apps import codes, explained, objects, shop, workload
from tests.proving import proved

pytestmark = pytest.mark.level0

WHY = "it holds the lock of the settlement file"


def test_one_pod_takes_a_reason(tmp_path: Path) -> None:
    """X5."""
    assert codes(shop(replicas=1), tmp_path) == ["one-replica"]
    assert codes(shop(replicas=1, alone=WHY), tmp_path / "with") == []
    assert codes(shop(replicas=2, alone=WHY), tmp_path / "two") == ["not-alone"]
    assert codes(shop(replicas=1, alone=WHY, scale={"max": 3}), tmp_path / "scale") == ["not-alone"]


def test_an_update_ends_the_one_pod_before_it_starts_the_next(tmp_path: Path) -> None:
    """X5: unless two may run for a while."""
    strategy = workload(shop(replicas=1, alone=WHY), tmp_path)["spec"]["strategy"]
    assert strategy == {"type": "Recreate"}
    both = {"why": WHY, "overlap": True}
    strategy = workload(shop(replicas=1, alone=both), tmp_path / "more")["spec"]["strategy"]
    assert strategy["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


def test_one_pod_has_no_disruption_budget(tmp_path: Path) -> None:
    """X6: one that allows its only pod to go keeps nothing, one that does not stops each drain."""
    assert objects(shop(replicas=1, alone=WHY), tmp_path, "PodDisruptionBudget") == []
    assert len(objects(shop(), tmp_path / "more", "PodDisruptionBudget")) == 1


def test_its_reason_stands_at_the_workload_and_in_explain(tmp_path: Path) -> None:
    """N2."""
    made = shop(replicas=1, alone=WHY)
    found = workload(made, tmp_path)
    assert found["metadata"]["annotations"]["estate/alone"] == WHY
    text = explained(made, tmp_path / "more")
    assert f"It runs alone: {WHY}. An update ends its pod before it starts the next one" in text


@pytest.mark.parametrize("alone, surge", [(WHY, 0), ({"why": WHY, "overlap": True}, 1)])
def test_pools_and_quotas_keep_room_for_a_second_pod_only_where_there_may_be_one(
    tmp_path: Path, alone: Any, surge: int
) -> None:
    """D1, X4."""
    (app,) = shop(replicas=1, alone=alone).written(tmp_path).load().apps
    assert peak(app.value).surge == surge


def test_prove_names_the_loss_of_its_node_and_it_is_no_problem(tmp_path: Path) -> None:
    """X1: what is declared alone is not declared to survive."""
    made = shop(replicas=1, alone=WHY).written(tmp_path)
    proof = proved(made)
    assert proof.problems == ()
    assert {hit.fate for hit in proof.hits if "shop" in hit.flow} == {"comes back"}
