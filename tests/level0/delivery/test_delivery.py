"""GitLab, Jenkins and the like, outside: reached by name, by those who declare it (L1, L4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from tests.estates import shipped

pytestmark = pytest.mark.level0

USED = "delivery: [gitlab]"


def objects(plan: Plan) -> dict[tuple[str, str | None, str], Any]:
    """By kind, namespace and name; parameters of admission's rules without their hash."""
    return {
        (
            manifest.kind,
            manifest.namespace,
            (manifest.former if manifest.kind == "ConfigMap" else None) or manifest.physical_name,
        ): manifest.body
        for manifest in compose(plan).manifests
    }


def test_an_app_finds_it_by_name_and_reaches_that_address_alone(tmp_path: Path) -> None:
    """L4: a Service with a slice of its own, and one way out."""
    found = objects(shipped(tmp_path).plans()["intranet"])
    assert found["Service", "motor", "gitlab"]["spec"]["type"] == "ClusterIP"
    endpoint = found["EndpointSlice", "motor", "gitlab"]["endpoints"][0]
    assert endpoint["addresses"] == ["10.20.9.40"]
    policy = found["NetworkPolicy", "motor", "rating-delivery"]["spec"]
    assert policy["podSelector"] == {"matchLabels": {"estate/app": "rating"}}
    (rule,) = policy["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "10.20.9.40/32"}}]
    assert [port["port"] for port in rule["ports"]] == [443]


def test_what_nobody_declares_is_not_there(tmp_path: Path) -> None:
    """L4: taking the line away takes name and way away, and nothing else."""
    estate = shipped(tmp_path)
    before = objects(estate.plans()["intranet"])
    estate.edit("apps/rating-intranet.yaml", USED, "delivery: []")
    after = objects(estate.plans()["intranet"])
    assert {key[0] for key in before.keys() - after.keys()} == {
        "Service",
        "EndpointSlice",
        "NetworkPolicy",
    }
    assert not after.keys() - before.keys()
    assert not [key for key in before if key[2].startswith("jenkins")]
