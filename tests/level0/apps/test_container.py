"""What an app's container may use, who it runs as, where it writes and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from tests.documents import table
from tests.level0.apps.made_apps import container_of, explained, pod_of, shop, workload
from tests.minimal import Minimal, minimal

pytestmark = pytest.mark.level0

SIZE = {"cpu": "500m", "memory": "1Gi"}


def _one(made: Minimal, folder: Path, kind: str) -> Any:
    composition = compose(made.written(folder).plans()["dmz"])
    (found,) = [
        one.body for one in composition.manifests if one.kind == kind and one.namespace == "team"
    ]
    return found


def test_a_pod_may_use_what_it_requests_where_no_limit_is_declared(tmp_path: Path) -> None:
    """D1, X5."""
    resources = container_of(shop(size=SIZE), tmp_path)["resources"]
    assert resources == {"requests": SIZE, "limits": SIZE}


def test_limits_above_the_size_leave_requests_as_they_are(tmp_path: Path) -> None:
    """D1: what the scheduler counts is what quotas and pools count."""
    made = shop(size=SIZE, limits={"cpu": 2, "memory": "4Gi"}, replicas=3)
    resources = container_of(made, tmp_path)["resources"]
    assert resources == {"requests": SIZE, "limits": {"cpu": "2", "memory": "4Gi"}}
    hard = _one(made, tmp_path / "quota", "ResourceQuota")["spec"]["hard"]
    assert {"requests.cpu", "requests.memory", "pods"} <= hard.keys()
    assert not [key for key in hard if key.startswith("limits.")]
    text = explained(made, tmp_path / "more")
    assert "Each pod may use up to 2 cpu; quotas and pools count 0.5 cpu." in text
    assert "All of them may take 9 GiB more than quotas and pools count" in text


def test_a_container_without_a_limit_of_cpu_is_given_none_by_its_namespace(tmp_path: Path) -> None:
    """D1: a LimitRange would give its own to each container that names none."""
    resources = container_of(shop(size=SIZE, limits={"cpu": "none"}), tmp_path)["resources"]
    assert resources["limits"] == {"memory": "1Gi"}
    (limits,) = _one(shop(limits={"cpu": "none"}), tmp_path / "none", "LimitRange")["spec"][
        "limits"
    ]
    assert "cpu" not in limits["default"]
    (limits,) = _one(shop(), tmp_path / "more", "LimitRange")["spec"]["limits"]
    assert limits["default"]["cpu"] == "1"
    assert "as much CPU as its node has left" in explained(
        shop(limits={"cpu": "none"}), tmp_path / "text"
    )


def test_a_user_and_a_group_are_the_pods_and_own_its_volumes(tmp_path: Path) -> None:
    """B3: never root, which `check` refuses."""
    context = pod_of(shop(user=1001), tmp_path)["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (1001, 1001, 1001)
    context = pod_of(shop(user=1001, group=2002), tmp_path / "more")["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (1001, 2002, 2002)
    assert context["runAsNonRoot"] is True


def test_directories_of_log_files_belong_to_the_apps_user(tmp_path: Path) -> None:
    """H1, M1: the filer's team makes them for it."""
    made = minimal().with_stack(
        "dmz", nfs_filers=[{"name": "filer", "address": "10.13.0.9", "export": "/logs"}]
    )
    made = made.with_exposed_app(
        "shop",
        address="10.13.0.20",
        node_port=30010,
        logs={"filer": "filer", "size": "1Gi"},
        user=1001,
        group=2002,
    )
    rows = table(made.written(tmp_path).plans()["dmz"], "nfs/directories.csv")
    (row,) = [row for row in rows if row["app"] == "shop"]
    assert (row["uid"], row["gid"]) == ("1001", "2002")


def test_what_a_container_may_write_has_a_size_that_its_limit_of_disk_includes(
    tmp_path: Path,
) -> None:
    """B3, X5: 2 GiB stay for its output and what it writes elsewhere."""
    made = shop(writable=[{"path": "/var/cache/shop", "size": "3Gi"}], tmp="1Gi")
    pod = pod_of(made, tmp_path)
    volumes = {one["name"]: one for one in pod["volumes"]}
    assert volumes["tmp"]["emptyDir"] == {"sizeLimit": "1024Mi"}
    assert volumes["writable-0"]["emptyDir"] == {"sizeLimit": "3Gi"}
    (box,) = pod["containers"]
    assert {"name": "writable-0", "mountPath": "/var/cache/shop"} in box["volumeMounts"]
    assert box["resources"]["limits"]["ephemeral-storage"] == f"{2048 + 3072 + 768}Mi"
    assert box["securityContext"]["readOnlyRootFilesystem"] is True
    assert "ephemeral-storage" not in container_of(shop(), tmp_path / "more")["resources"]["limits"]


def test_a_pod_has_the_declared_time_to_end_and_a_rollout_waits_for_it(tmp_path: Path) -> None:
    """D8: each replacement takes what the new pod needs and what the old one needs."""
    made = shop(stop_within=120, ready_within=60, replicas=2)
    assert pod_of(made, tmp_path)["terminationGracePeriodSeconds"] == 120
    found = workload(made, tmp_path / "more")
    assert found["metadata"]["annotations"]["pulumi.com/timeoutSeconds"] == str(2 * (60 + 120))
    assert "A pod has 120 seconds to end." in explained(made, tmp_path / "text")


def test_a_port_below_1024_opens_for_a_user_that_is_not_root(tmp_path: Path) -> None:
    """B3: by the kernel's setting of the pod's own network; no capability is added."""
    pod = pod_of(shop(listen={"port": 80}), tmp_path)
    assert pod["securityContext"]["sysctls"] == [
        {"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}
    ]
    (box,) = pod["containers"]
    assert box["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "sysctls" not in pod_of(shop(), tmp_path / "more")["securityContext"]
