"""`estate why`: a rollout that does not end names the quota, its tenant and the file (fault 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from estate.cli.why import print_reasons, reasons
from estate.plan import Plan
from tests.estates import shipped

pytestmark = pytest.mark.level0

Json = dict[str, Any]

REFUSED = (
    'pods "quote-6d4b9f7c5-" is forbidden: exceeded quota: quota, requested: requests.cpu=500m, '
    "used: requests.cpu=8, limited: requests.cpu=8"
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return shipped(tmp_path).plans()["dmz"]


def workload(kind: str, namespace: str, name: str, wanted: int, ready: int) -> Json:
    """One of which so many pods are new and ready."""
    return {
        "kind": kind,
        "metadata": {
            "namespace": namespace,
            "name": name,
            "generation": 2,
            "labels": {"app.kubernetes.io/managed-by": "estate"},
        },
        "spec": {"replicas": wanted},
        "status": {
            "observedGeneration": 2,
            "replicas": ready,
            "updatedReplicas": ready,
            "availableReplicas": ready,
            "desiredNumberScheduled": wanted,
            "updatedNumberScheduled": ready,
            "numberAvailable": ready,
        },
    }


def event(kind: str, namespace: str, name: str, message: str, at: str = "10:00") -> Json:
    return {
        "involvedObject": {"kind": kind, "namespace": namespace, "name": name},
        "reason": "FailedCreate",
        "message": message,
        "lastTimestamp": f"2026-03-01T{at}:00Z",
    }


def test_a_quota_that_is_in_the_way_is_named_with_its_tenant_and_file(plan: Plan) -> None:
    """fault 8: the event is the ReplicaSet's; of a Deployment one sees the missing pods alone."""
    quote = workload("Deployment", "motor", "quote", 3, 2)
    (found,) = reasons(plan, [quote], [event("ReplicaSet", "motor", "quote-6d4b9f7c5", REFUSED)])
    assert found.workload == "Deployment motor/quote"
    assert found.stands == "2 of 3 pods are new and ready"
    assert found.said == (f"FailedCreate: {REFUSED}",)
    assert "tenant motor's" in found.quota
    assert "zones.dmz.quota in tenants/motor.yaml" in found.quota
    console = Console(record=True, width=200)
    print_reasons([found], console)
    assert "tenants/motor.yaml" in console.export_text()


def test_the_quota_of_an_app_with_a_pool_of_its_own_is_no_line_of_a_file(plan: Plan) -> None:
    portal = workload("Deployment", "life-policy-portal", "policy-portal", 2, 1)
    text = REFUSED.replace("quote", "policy-portal")
    name = "policy-portal-6d4b9f7c5"
    (found,) = reasons(plan, [portal], [event("ReplicaSet", "life-policy-portal", name, text)])
    assert "it follows from the replicas" in found.quota
    assert "tenants/" not in found.quota


def test_what_has_come_to_its_end_is_not_listed_whatever_was_said_before(plan: Plan) -> None:
    """Events stay for an hour."""
    done = [
        workload("Deployment", "motor", "quote", 3, 3),
        workload("DaemonSet", "estate-logging", "log-collector", 23, 23),
    ]
    events = [event("ReplicaSet", "motor", "quote-6d4b9f7c5", REFUSED)]
    assert reasons(plan, done, events) == []
    (old,) = reasons(plan, [{**done[0], "metadata": done[0]["metadata"] | {"generation": 3}}], [])
    assert old.said == ()


def test_events_are_of_the_workload_alone_the_newest_first_and_each_once(plan: Plan) -> None:
    stuck = workload("StatefulSet", "estate-monitoring", "alertmanager", 2, 1)
    events = [
        event("Pod", "estate-monitoring", "alertmanager-1", "earlier", "09:00"),
        event("Pod", "estate-monitoring", "alertmanager-1", "later", "09:30"),
        event("Pod", "estate-monitoring", "alertmanager-0", "later", "09:20"),
        event("Pod", "estate-monitoring", "alertmanager-peer-1", "of another"),
        event("Pod", "motor", "alertmanager-1", "elsewhere"),
    ]
    (found,) = reasons(plan, [stuck], events)
    assert found.said == ("FailedCreate: later", "FailedCreate: earlier")
    assert found.quota == ""


def test_workloads_of_others_are_not_judged(plan: Plan) -> None:
    other = workload("Deployment", "kube-system", "coredns", 2, 0)
    other["metadata"]["labels"] = {}
    assert reasons(plan, [other], []) == []
