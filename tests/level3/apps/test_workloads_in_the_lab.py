"""Each archetype applied to a real API server, scheduler and controllers."""

from __future__ import annotations

import time

import pytest

from estate.topics.apps.plan import AppsPlan
from tests.level3.applied import Applied

ZONE = "intranet"
RATING = "apps/rating-intranet.yaml"


def test_each_stateful_replica_runs_where_its_disk_is(world: Applied) -> None:
    """K3, M1, X15: claims bound by the volume controller, pods placed by the scheduler."""
    apps = [app for app in world.estate.plans()["intranet"].of(AppsPlan).apps if app.stateful]
    assert {app.name for app in apps} == {"registry-zk", "document-store"}
    for app in apps:
        assert app.stateful
        pods = world.get(ZONE, "pods", "-n", app.namespace, "-l", f"estate/app={app.name}")
        nodes = {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in pods}
        assert len(set(nodes.values())) == len(nodes) == app.replicas
        assert {pod["status"]["phase"] for pod in pods} == {"Running"}
        for volume in app.stateful.volumes:
            for disk in volume.disks:
                pod, claim = (
                    f"{app.name}-{disk.replica}",
                    f"{volume.name}-{app.name}-{disk.replica}",
                )
                (bound,) = world.get(ZONE, "pvc", claim, "-n", app.namespace)
                assert bound["status"]["phase"] == "Bound"
                assert bound["spec"]["volumeName"] == f"{app.name}.{volume.name}-{disk.replica}"
                if disk.node:
                    assert nodes[pod] == disk.node
                (found,) = [one for one in pods if one["metadata"]["name"] == pod]
                used = [one.get("persistentVolumeClaim") for one in found["spec"]["volumes"]]
                assert {"claimName": claim} in used
                index = found["metadata"]["labels"]["apps.kubernetes.io/pod-index"]
                assert index == str(disk.replica), "which a ZooKeeper takes as its number"


def test_a_run_of_a_batch_app_is_admitted_and_ends(world: Applied) -> None:
    """K6: the clock's own way to make a pod, without waiting for the clock."""
    (cron,) = world.get(ZONE, "cronjob", "-A", "-l", "estate/app=settlement")
    namespace = cron["metadata"]["namespace"]
    command = ("create", "job", "probe", "--from=cronjob/settlement", "-n", namespace)
    world.lab.kubectl(ZONE, *command)
    try:
        job = _until_started(world, namespace)
        assert job["status"].get("active") or job["status"].get("succeeded")
        pods = world.get(ZONE, "pods", "-n", namespace, "-l", "estate/app=settlement")
        assert [pod["spec"]["restartPolicy"] for pod in pods] == ["Never"]
    finally:
        world.lab.kubectl(ZONE, "delete", "job", "probe", "-n", namespace)


def _until_started(world: Applied, namespace: str) -> dict[str, dict[str, int]]:
    job: dict[str, dict[str, int]] = {"status": {}}
    for _ in range(60):
        (job,) = world.get(ZONE, "job", "probe", "-n", namespace)
        if job.get("status"):
            break
        time.sleep(0.5)
    return job


def test_what_the_autoscaler_owns_the_estate_leaves_alone(world: Applied) -> None:
    """D3, trap 15: it raised the one replica of a new Deployment to the least; more is its own."""
    (deployment,) = world.get(ZONE, "deployment", "commission", "-n", "brokers")
    assert deployment["spec"]["replicas"] == 2
    scale = ("scale", "deployment", "commission", "-n", "brokers")
    world.lab.kubectl(ZONE, *scale, "--replicas=3")
    try:
        world.up(ZONE, "--expect-no-changes")
        (deployment,) = world.get(ZONE, "deployment", "commission", "-n", "brokers")
        assert deployment["spec"]["replicas"] == 3
    finally:
        world.lab.kubectl(ZONE, *scale, "--replicas=2")


def test_a_changed_config_file_rolls_exactly_its_consumer(world: Applied) -> None:
    """K6, trap 12: a new map, the consumer, and then the old map."""
    world.estate.edit(RATING, "currency=EUR", "currency=CHF")
    changes = world.changes(ZONE)
    maps = [change for change in changes if "ConfigMap" in change]
    assert sorted(changes[one] for one in maps) == ["create", "delete"]
    rest = {one: verb for one, verb in changes.items() if one not in maps}
    assert rest == {"kubernetes:apps/v1:Deployment::rating": "update"}
    world.up(ZONE)
    (found,) = world.get(ZONE, "configmap", "-n", "motor", "-l", "estate/app=rating")
    assert "currency=CHF" in next(iter(found["data"].values()))
    world.estate.edit(RATING, "currency=CHF", "currency=EUR")
    world.up(ZONE)


def test_another_size_of_a_volume_is_refused_before_anything_is_written(
    world: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fault 10: the preview refuses it, and past that the API server, where the claim stands."""
    store, old, new = "apps/document-store-intranet.yaml", "size: 200Gi", "size: 100Gi"
    world.estate.edit(store, old, new)
    try:
        ran = world.lab.pulumi("preview", stack=ZONE, check=False)
        said = ran.stdout + ran.stderr
        assert ran.returncode != 0 and "Traceback" not in said
        assert "ESTATE_TRANSITIONS=show" in said
        monkeypatch.setenv("ESTATE_TRANSITIONS", "show")
        ran = world.lab.pulumi("preview", stack=ZONE, check=False)
        said = ran.stdout + ran.stderr
        assert ran.returncode != 0 and "Traceback" not in said
        assert "documents-document-store-" in said  # whichever is asked first
        assert "spec.resources.requests.storage" in said
    finally:
        world.estate.edit(store, new, old)
