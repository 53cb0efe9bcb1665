"""Containers beside an app's own, and those that run before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.topics.apps.plan.peak import peak
from estate.topics.nodes.plan.model import Amount
from estate.topics.registry.plan import RegistryPlan
from tests.level0.apps.made_apps import codes, explained, pod_of, shop
from tests.minimal import DIGEST

pytestmark = pytest.mark.level0

PROXY = {
    "name": "proxy",
    "image": f"team/proxy@{DIGEST}",
    "size": {"cpu": "100m", "memory": "64Mi"},
}
MIGRATE = {
    "name": "migrate",
    "image": f"team/migrate@{DIGEST}",
    "size": {"cpu": "1", "memory": "256Mi"},
    "command": ["/bin/migrate"],
}
SIZE = {"cpu": "500m", "memory": "1Gi"}


def test_sidecars_start_first_and_stay_and_the_others_run_and_end(tmp_path: Path) -> None:
    """N4: a migration may use the proxy that is there by then."""
    pod = pod_of(shop(sidecars=[PROXY], before=[MIGRATE]), tmp_path)
    proxy, migrate = pod["initContainers"]
    assert (proxy["name"], proxy["restartPolicy"]) == ("proxy", "Always")
    assert migrate["name"] == "migrate" and "restartPolicy" not in migrate
    assert migrate["command"] == ["/bin/migrate"]
    assert migrate["resources"]["requests"] == {"cpu": "1", "memory": "256Mi"}


def test_they_see_the_files_of_the_app_and_may_do_no_more_than_it(tmp_path: Path) -> None:
    """B3: restricted like every other container."""
    made = shop(
        sidecars=[{**PROXY, "environment": {"KEY": {"secret": "key"}}}],
        secrets=[{"name": "key"}],
        writable=[{"path": "/srv", "size": "1Gi"}],
    )
    pod = pod_of(made, tmp_path)
    (box,) = pod["containers"]
    (proxy,) = pod["initContainers"]
    assert proxy["volumeMounts"] == box["volumeMounts"]
    assert proxy["securityContext"] == box["securityContext"]
    (own, key) = proxy["env"]
    assert own["name"] == "POD_NAME"
    assert key["valueFrom"]["secretKeyRef"]["name"] == "shop.key-g1"


def test_a_sidecar_has_probes_of_its_own(tmp_path: Path) -> None:
    """A4: the app starts once it lives; the pod serves while both are ready."""
    asked = {"ready": {"path": "/ready", "port": 15021}, "alive": {"command": ["/bin/alive"]}}
    (proxy,) = pod_of(shop(sidecars=[PROXY | asked]), tmp_path)["initContainers"]
    assert proxy["readinessProbe"]["httpGet"] == {"path": "/ready", "port": 15021}
    assert proxy["livenessProbe"]["exec"] == proxy["startupProbe"]["exec"]
    (proxy,) = pod_of(shop(sidecars=[PROXY]), tmp_path / "more")["initContainers"]
    assert not {key for key in proxy if key.endswith("Probe")}


def _pod(folder: Path, **changes: Any) -> Amount:
    (app,) = shop(size=SIZE, **changes).written(folder).load().apps
    return peak(app.value).pod


def test_pools_and_quotas_count_them_as_the_scheduler_does(tmp_path: Path) -> None:
    """D1, X4: KEP-753: all that run together, or the largest before them with the sidecars."""
    one, more = 2**20, 2**30
    assert _pod(tmp_path / "a", sidecars=[PROXY]) == Amount(cpu=600, memory=more + 64 * one, pods=1)
    assert _pod(tmp_path / "b", before=[MIGRATE]) == Amount(cpu=1000, memory=more, pods=1)
    both = _pod(tmp_path / "c", sidecars=[PROXY], before=[MIGRATE])
    assert both == Amount(cpu=1100, memory=more + 64 * one, pods=1)


def test_their_images_are_among_those_that_the_zone_runs(tmp_path: Path) -> None:
    """G5, G7: for the registry, its lists and their promotion."""
    plan = shop(sidecars=[PROXY], before=[MIGRATE]).written(tmp_path).plans()["dmz"]
    supplied = {one.path for one in plan.of(RegistryPlan).supply}
    assert {"team/proxy", "team/migrate", "team/app"} <= supplied


def test_explain_names_them(tmp_path: Path) -> None:
    """N2."""
    text = explained(shop(sidecars=[PROXY], before=[MIGRATE]), tmp_path)
    assert "Beside it runs proxy of registry.dmz.example.org/team/proxy, with 0.1 cpu" in text
    assert "Before it runs migrate of registry.dmz.example.org/team/migrate" in text


def test_names_are_unique_and_questions_name_a_port_or_a_command(tmp_path: Path) -> None:
    """A8."""
    same = {**MIGRATE, "name": "proxy"}
    assert codes(shop(sidecars=[PROXY], before=[same]), tmp_path / "a") == ["name-taken"]
    own = {**PROXY, "name": "shop"}
    assert codes(shop(sidecars=[own]), tmp_path / "b") == ["name-taken"]
    asked = PROXY | {"ready": "/healthz"}
    assert codes(shop(sidecars=[asked]), tmp_path / "c") == ["no-port"]
    clear = PROXY | {"environment": {"DB_PASSWORD": "hunter2"}}
    assert codes(shop(sidecars=[clear]), tmp_path / "d") == ["secret-in-clear"]
