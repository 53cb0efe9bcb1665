"""The one way to build a pod, held against the pods of every app of both stacks (A8, B3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan, Kind
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from tests.estates import shipped

pytestmark = pytest.mark.level0

Pod = tuple[AppPlan, dict[str, Any]]
CLAIMS = {"persistentVolumeClaim", "configMap", "secret", "emptyDir"}


@pytest.fixture
def plans(tmp_path: Path) -> list[Plan]:
    estate = shipped(tmp_path).plans()
    return [estate[zone] for zone in ZONES]


def of_apps(plan: Plan, *kinds: str) -> Iterator[tuple[AppPlan, Any]]:
    """Each app with its objects of these kinds."""
    for group in compose(plan).groups:
        if isinstance(group.part, AppPlan):
            for manifest in group.manifests:
                if manifest.kind in kinds:
                    yield group.part, manifest.body


def workloads(plan: Plan) -> list[tuple[AppPlan, Any]]:
    """Each app and the object that runs its pods."""
    found = list(of_apps(plan, "Deployment", "StatefulSet", "CronJob"))
    assert {app.name for app, _ in found} == {
        app.name for app in plan.of(AppsPlan).apps if app.running
    }
    return found


def pods(plans: list[Plan]) -> Iterator[Pod]:
    """Each app and the ``spec`` of its pods."""
    for plan in plans:
        for app, body in workloads(plan):
            spec = body["spec"]
            spec = spec["jobTemplate"]["spec"] if body["kind"] == "CronJob" else spec
            yield app, spec["template"]["spec"]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["containers"], *pod.get("initContainers", ())]


MORE_THAN_REQUESTED = frozenset({"claims-inbox"})
"""Shipped apps that declare limits of their own."""


def test_the_shipped_estate_has_an_app_of_every_kind(plans: list[Plan]) -> None:
    """N4: otherwise the tests below would say less than they seem to."""
    assert {app.kind for app, _ in pods(plans)} == set(get_args(Kind))


def test_no_pod_has_a_token_or_shares_its_service_account(plans: list[Plan]) -> None:
    """B3, B5: nothing that runs can speak to the API server."""
    for app, pod in pods(plans):
        assert pod["serviceAccountName"] == app.name
        assert pod["automountServiceAccountToken"] is False
    for plan in plans:
        accounts = [body for _, body in of_apps(plan, "ServiceAccount")]
        assert len(accounts) == len(plan.of(AppsPlan).apps)
        assert all(account["automountServiceAccountToken"] is False for account in accounts)


def test_every_container_asks_for_what_it_may_have_and_may_do_nothing_else(
    plans: list[Plan],
) -> None:
    """B3, M3: a container that writes into itself is a virtual machine by another name."""
    for app, pod in pods(plans):
        assert pod["securityContext"]["runAsNonRoot"] is True, app.name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        for box in containers(pod):
            requests, limits = box["resources"]["requests"], box["resources"]["limits"]
            assert set(requests) == {"cpu", "memory"}
            assert requests == limits or app.name in MORE_THAN_REQUESTED, app.name
            assert box["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


def test_an_app_gets_the_size_that_it_had(plans: list[Plan]) -> None:
    """D1: what was declared is requested."""
    for app, pod in pods(plans):
        assert pod["containers"][0]["resources"]["requests"] == {
            "cpu": cpu_quantity(app.size.cpu),
            "memory": memory_quantity(app.size.memory),
        }


def test_whatever_listens_is_probed_and_stops_gracefully(plans: list[Plan]) -> None:
    """A4: traffic comes when it is ready, and has gone before it stops."""
    for app, pod in pods(plans):
        (box,) = pod["containers"]
        lives = {"startupProbe", "livenessProbe"} if app.alive and not app.schedule else set[str]()
        wanted = {"readinessProbe", *lives} if app.listen else lives
        assert {key for key in box if key.endswith("Probe")} == wanted
        if app.listen:
            waits = box["lifecycle"]["preStop"]["sleep"]["seconds"]
            assert 0 < waits < pod["terminationGracePeriodSeconds"]


def test_replicas_are_spread_over_nodes_and_racks(plans: list[Plan]) -> None:
    """A5, D8, X5: where possible; an ensemble, whose servers never share a node, needs no more."""
    for app, pod in pods(plans):
        if app.schedule or (app.stateful and app.stateful.preset):
            assert "topologySpreadConstraints" not in pod
            continue
        rules = {one["topologyKey"]: one for one in pod["topologySpreadConstraints"]}
        assert set(rules) == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        for rule in rules.values():
            assert rule["labelSelector"] == {"matchLabels": {"estate/app": app.name}}
            # Else the old replicas of an update would count against the new (D8).
            assert rule["matchLabelKeys"] == [
                "controller-revision-hash" if app.stateful else "pod-template-hash"
            ]


def test_more_replicas_run_than_may_be_disrupted(plans: list[Plan]) -> None:
    """A4, X6: a budget of all of them would stop the service, one of none every drain."""
    for plan in plans:
        budgets = list(of_apps(plan, "PodDisruptionBudget"))
        assert {app.name for app, _ in budgets} == {
            one.name for one in plan.of(AppsPlan).apps if not one.schedule and not one.alone
        }
        for app, body in budgets:
            assert 0 < body["spec"]["maxUnavailable"] < app.replicas


def test_an_update_never_has_fewer_pods_than_replicas_but_of_apps_that_are_alone(
    plans: list[Plan],
) -> None:
    """A9: the same for all others; former revisions are kept to go back to."""
    for plan in plans:
        for app, body in workloads(plan):
            if body["kind"] == "Deployment" and app.alone:
                assert body["spec"]["strategy"] == {"type": "Recreate"}
            elif body["kind"] == "Deployment":
                update = body["spec"]["strategy"]["rollingUpdate"]
                assert (update["maxUnavailable"], update["maxSurge"]) == (0, 1), app.name
            if body["kind"] != "CronJob":
                assert body["spec"]["revisionHistoryLimit"] > 1, app.name


def test_pods_mount_claims_and_nothing_of_their_node(plans: list[Plan]) -> None:
    """B3, M1, M4, X8: no inline NFS, no plugin that Kubernetes has dropped, no hostPath."""
    for _, pod in pods(plans):
        for volume in pod["volumes"]:
            assert set(volume) - {"name"} <= CLAIMS
    known = {"nfs", "local", "fc", "iscsi", "csi"}
    common = {
        "capacity",
        "accessModes",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeMode",
        "mountOptions",
        "claimRef",
        "nodeAffinity",
    }
    for plan in plans:
        for manifest in compose(plan).manifests:
            if manifest.kind == "PersistentVolume":
                spec: Any = manifest.body["spec"]
                assert len(set(spec) - common) == 1 and set(spec) - common <= known
                assert spec["claimRef"]["name"], "else another claim could take it"
