"""Log files that go to their tenant's stream: what reads them, and what that takes (H1, X4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan.log_files import READS_FILES
from estate.topics.apps.plan.peak import peak
from tests.estates import shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-dmz.yaml"


def pod_of(plan: Plan, app: str) -> Any:
    """The ``spec`` of an app's pods."""
    (found,) = (
        dict(manifest.body)
        for manifest in compose(plan).manifests
        if (manifest.kind, manifest.physical_name) == ("Deployment", app)
    )
    spec: Any = found["spec"]
    return spec["template"]["spec"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_container_beside_the_app_reads_its_files_and_no_dumps(
    tmp_path: Path, zone: Zone
) -> None:
    """H1, B3: the pod's own directories, read-only, as restricted as the app."""
    plan = shipped(tmp_path).plans()[zone]
    pod = pod_of(plan, "policy-portal")
    (reader,) = pod["initContainers"]
    assert (reader["name"], reader["restartPolicy"]) == ("log-files", "Always")
    seen = {one["mountPath"]: one for one in reader["volumeMounts"] if one["name"] == "logs"}
    assert {path: one["subPathExpr"] for path, one in seen.items()} == {
        "/var/log/files/middleware": "$(POD_NAME)/middleware",
        "/var/log/files/application": "$(POD_NAME)/application",
    }
    assert all(one["readOnly"] for one in seen.values())
    written = {
        one["subPathExpr"] for one in pod["containers"][0]["volumeMounts"] if one["name"] == "logs"
    }
    assert {one["subPathExpr"] for one in seen.values()} < written
    paths = "/var/log/files/middleware/*.log,/var/log/files/application/*.log"
    assert f"--prop=path={paths}" in reader["args"]
    assert reader["securityContext"] == pod["containers"][0]["securityContext"]
    assert reader["resources"]["requests"] == {"cpu": "20m", "memory": "64Mi"}


def test_what_reads_the_files_counts_with_the_pod(tmp_path: Path) -> None:
    """X4, D8: in quotas and pools; the app that does not ask for it pays nothing."""
    estate = shipped(tmp_path)
    apps = {(app.value.zone, app.value.app): app.value for app in estate.load().apps}
    with_it = peak(apps["dmz", "policy-portal"])
    estate.edit(PORTAL, ', collect: "*.log"', "")
    apps = {(app.value.zone, app.value.app): app.value for app in estate.load().apps}
    without = peak(apps["dmz", "policy-portal"])
    assert with_it.pod == without.pod + READS_FILES
    assert "initContainers" not in pod_of(estate.plans()["dmz"], "policy-portal")
