"""What is rendered, read by checkov: nothing fails that is not accepted by name.

What is accepted carries checkov's own annotation with the reason, on the object itself.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from estate.cli.render import render_stack
from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.routers.plan import RoutersPlan
from tests.balancers import with_metallb
from tests.estates import shipped
from tests.gateways import with_gateway
from toolchain import checkov

pytestmark = pytest.mark.level2

SETS = ("master", "hot", "warm")


def accepted(plan: Plan) -> set[tuple[str, str]]:
    """Check and object: what a scan finds and we keep."""
    routers = {
        f"Deployment.estate-ingress.{router.name}" for router in plan.of(RoutersPlan).routers
    }
    workers = {
        f"Deployment.{app.namespace}.{app.name}"
        for app in plan.of(AppsPlan).apps
        if app.kind == "worker"
    }
    return {
        ("CKV_K8S_158", "ClusterRole.default.estate-preview"),
        ("CKV_K8S_23", "DaemonSet.estate-logging.log-collector"),
        ("CKV_K8S_40", "DaemonSet.estate-logging.log-collector"),
        *((f"CKV_K8S_{probe}", "DaemonSet.estate-logging.log-collector") for probe in (8, 9)),
        *((f"CKV_K8S_{probe}", "StatefulSet.estate-monitoring.alertmanager") for probe in (8, 9)),
        ("CKV_K8S_40", "Deployment.estate-logging.kibana"),
        ("CKV_K8S_40", "CronJob.estate-logging.logging-setup"),
        *(("CKV_K8S_40", f"StatefulSet.estate-logging.elasticsearch-{one}") for one in SETS),
        ("CKV_K8S_19", "DaemonSet.estate-monitoring.node-exporter"),
        ("CKV_K8S_26", "DaemonSet.estate-monitoring.node-exporter"),
        ("CKV_K8S_38", "Deployment.estate-monitoring.kube-state-metrics"),
        ("CKV_K8S_38", "StatefulSet.estate-monitoring.prometheus"),
        *(("CKV_K8S_38", router) for router in routers),
        *((f"CKV_K8S_{check}", inbox) for inbox in workers for check in (9, 11, 40)),
        *(("CKV_K8S_40", router) for router in routers),
    }


@dataclass(frozen=True)
class Scan:
    """What checkov says of a folder: pairs of check and object."""

    failed: set[tuple[str, str]]
    skipped: set[tuple[str, str]]
    passed: int
    objects: int


def scan(folder: Path) -> Scan:
    """Offline: checkov asks its vendor's service for nothing."""
    command = [str(checkov.executable()), "--directory", str(folder), "--framework", "kubernetes"]
    ran = subprocess.run(
        [*command, "--skip-download", "--output", "json", "--soft-fail"],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["summary"]["parsing_errors"] == 0
    return Scan(
        failed=_pairs(found["results"]["failed_checks"]),
        skipped=_pairs(found["results"]["skipped_checks"]),
        passed=found["summary"]["passed"],
        objects=found["summary"]["resource_count"],
    )


def _pairs(checks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(check["check_id"], check["resource"]) for check in checks}


@pytest.mark.parametrize("zone", ZONES)
def test_no_check_fails_on_what_a_stack_becomes(tmp_path: Path, zone: Zone) -> None:
    """B3, C6, D8: and what is accepted is what is listed here, no more and no less."""
    composition = compose(shipped(tmp_path).plans()[zone])
    render_stack(composition, tmp_path / "out")
    found = scan(tmp_path / "out" / "manifests")
    assert found.failed == set()
    assert found.skipped == accepted(composition.plan)
    assert found.objects > len(list(composition.groups))
    assert found.passed > 500


def test_no_check_fails_where_nodes_answer_themselves(tmp_path: Path) -> None:
    """E9: nothing that MetalLB reads, or that is reached by it, is accepted beside that."""
    composition = compose(with_metallb(shipped(tmp_path)).plans()["dmz"])
    render_stack(composition, tmp_path / "out")
    found = scan(tmp_path / "out" / "manifests")
    assert found.failed == set()
    assert found.skipped == accepted(composition.plan)


def test_no_check_fails_where_a_shard_publishes_by_gateway(tmp_path: Path) -> None:
    """E10: one right of its controller is accepted beside what the other one's has."""
    composition = compose(with_gateway(shipped(tmp_path)).plans()["dmz"])
    render_stack(composition, tmp_path / "out")
    found = scan(tmp_path / "out" / "manifests")
    assert found.failed == set()
    kept = {("CKV_K8S_25", "Deployment.estate-ingress.router-brokers")}
    assert found.skipped == accepted(composition.plan) | kept


def test_the_scan_finds_what_is_wrong(tmp_path: Path) -> None:
    """A privileged container by tag, in the place where the manifests lie."""
    container = {"name": "a", "image": "a:latest", "securityContext": {"privileged": True}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "a"},
        "spec": {"containers": [container]},
    }
    (tmp_path / "pod.yaml").write_text(json.dumps(pod), encoding="utf-8")
    found = scan(tmp_path)
    assert {("CKV_K8S_16", "Pod.a.a"), ("CKV_K8S_14", "Pod.a.a")} <= found.failed
