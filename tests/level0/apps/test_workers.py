"""Workers: apps that run on and listen nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.level0.apps.made_apps import codes, container_of, explained, objects, shop, workload
from tests.minimal import Minimal

pytestmark = pytest.mark.level0


def worker(**changes: Any) -> Minimal:
    """An estate with the one worker `shop`."""
    nothing = {"hosts": None, "listen": None, "health": None}
    return shop(**{"kind": "worker", **nothing, **changes})


def test_a_worker_runs_without_port_service_or_way_in(tmp_path: Path) -> None:
    """N4, C3: nobody connects to it."""
    made = worker()
    box = container_of(made, tmp_path)
    asked = {"readinessProbe", "livenessProbe", "startupProbe", "ports", "lifecycle"}
    assert not asked & box.keys()
    assert objects(made, tmp_path / "services", "Service") == []
    policies = objects(made, tmp_path / "policies", "NetworkPolicy")
    assert not [one for one in policies if one["metadata"]["name"].startswith("shop")]
    assert workload(made, tmp_path / "workload")["kind"] == "Deployment"


def test_a_program_tells_whether_a_worker_lives(tmp_path: Path) -> None:
    """A4: nothing asks whether it is ready."""
    made = worker(health={"alive": {"command": ["/bin/alive"]}}, ready_within=60)
    box = container_of(made, tmp_path)
    assert box["livenessProbe"]["exec"] == {"command": ["/bin/alive"]}
    assert box["startupProbe"]["failureThreshold"] * box["startupProbe"]["periodSeconds"] == 60
    assert "readinessProbe" not in box
    text = explained(made, tmp_path / "more")
    assert "whether it lives (the command '/bin/alive' ends with 0)." in text


def test_a_worker_has_metrics_and_follows_load(tmp_path: Path) -> None:
    """D3, I5."""
    made = worker(metrics={"port": 9090}, scale={"max": 4})
    (service,) = objects(made, tmp_path, "Service")
    assert service["metadata"]["name"] == "shop-metrics"
    (scaler,) = objects(made, tmp_path / "more", "HorizontalPodAutoscaler")
    assert scaler["spec"]["maxReplicas"] == 4


def test_nobody_can_connect_to_a_worker(tmp_path: Path) -> None:
    """C4."""
    made = (
        worker()
        .with_tenant("other")
        .with_app("caller", tenant="other", connects_to=[{"app": "shop"}])
    )
    assert codes(made, tmp_path) == ["peer-not-listening"]
