"""What an app's declaration becomes: policies, Services, config and pods of each archetype."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

QUOTE = "apps/quote-dmz.yaml"
FILES = """
config:
  - {path: /etc/quote/quote.properties, content: "currency=EUR"}
  - {path: /etc/quote/tariff.properties, content: "year=2026"}
  - {path: /etc/more/quote.properties, content: "a=b"}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def manifests(estate: Estate, zone: Zone) -> dict[tuple[str, str], Manifest]:
    return {
        (manifest.kind, manifest.name): manifest
        for manifest in compose(estate.plans()[zone]).manifests
    }


def spec(found: dict[tuple[str, str], Manifest], kind: str, name: str) -> Any:
    return found[(kind, name)].body["spec"]


def pod(found: dict[tuple[str, str], Manifest], name: str) -> Any:
    return spec(found, "Deployment", name)["template"]["spec"]


def test_routers_and_nobody_else_reach_a_web_app(estate: Estate) -> None:
    """C3, N4: by its HTTP port; a service has no such way in."""
    found = manifests(estate, "dmz")
    (rule,) = spec(found, "NetworkPolicy", "quote-routed")["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]
    (peer,) = rule["from"]
    namespace = {"kubernetes.io/metadata.name": "estate-ingress"}
    assert peer["namespaceSelector"] == {"matchLabels": namespace}
    assert peer["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "router-default"}}
    (app,) = [one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == "quote"]
    assert app.hosts == ("quote.harbour.example",)
    assert ("NetworkPolicy", "rating-routed") not in manifests(estate, "intranet")


def test_prometheus_reaches_the_metrics_port_only_and_finds_it_by_name(estate: Estate) -> None:
    """C3: an exposed app's metrics get no node port."""
    estate.edit("apps/broker-gateway-dmz.yaml", "replicas: 3", "replicas: 3\nmetrics: {port: 9090}")
    found = manifests(estate, "dmz")
    (rule,) = spec(found, "NetworkPolicy", "broker-gateway-scraped")["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 9090}]
    (peer,) = rule["from"]
    assert peer["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}
    service = spec(found, "Service", "broker-gateway-metrics")
    assert service["clusterIP"] == "None"
    assert [(port["name"], port["port"]) for port in service["ports"]] == [("metrics", 9090)]
    users = spec(found, "Service", "broker-gateway")
    assert [port["name"] for port in users["ports"]] == ["http"]


@pytest.mark.parametrize("zone", ZONES)
def test_every_port_has_a_name_that_pods_know_and_a_protocol(estate: Estate, zone: Zone) -> None:
    """A8: a mesh reads both; a target port by number would pass a renamed one by."""
    named: dict[str, set[str]] = {}
    found = manifests(estate, zone)
    for (kind, _), manifest in found.items():
        body: Any = manifest.body
        if kind in ("Deployment", "StatefulSet") and "estate/app" in body["metadata"]["labels"]:
            containers = body["spec"]["template"]["spec"]["containers"]
            names = {port["name"] for box in containers for port in box.get("ports", [])}
            named[body["spec"]["selector"]["matchLabels"]["estate/app"]] = names
            assert "hostNetwork" not in body["spec"]["template"]["spec"]
    services: list[Any] = [
        manifest.body["spec"] for (kind, _), manifest in found.items() if kind == "Service"
    ]
    of_apps = [one for one in services if "estate/app" in one.get("selector", {})]
    assert of_apps
    for service in of_apps:
        for port in service["ports"]:
            assert port["appProtocol"]
            assert port["targetPort"] == port["name"] in named[service["selector"]["estate/app"]]


def test_config_files_land_at_their_paths(estate: Estate) -> None:
    """K6: files of one directory are one volume; nothing is mounted by subPath, which stays old."""
    found = manifests(estate.edit(QUOTE, "replicas: 3", "replicas: 3" + FILES.rstrip()), "dmz")
    (name,) = [name for kind, name in found if kind == "ConfigMap" and name.startswith("quote")]
    one: Any = found[("ConfigMap", name)].body
    assert one["immutable"] is True
    template = pod(found, "quote")
    mounts = {
        mount["mountPath"]: mount
        for mount in template["containers"][0]["volumeMounts"]
        if mount["name"].startswith("config-")
    }
    assert set(mounts) == {"/etc/quote", "/etc/more"}
    landed: dict[str, str] = {}
    for volume in template["volumes"]:
        for directory, mount in mounts.items():
            if mount["name"] == volume["name"]:
                assert mount["readOnly"] and "subPath" not in mount
                assert volume["configMap"]["name"] == name
                for item in volume["configMap"]["items"]:
                    landed[f"{directory}/{item['path']}"] = one["data"][item["key"]]
    assert landed == {
        "/etc/quote/quote.properties": "currency=EUR",
        "/etc/quote/tariff.properties": "year=2026",
        "/etc/more/quote.properties": "a=b",
    }


def test_a_changed_config_file_is_another_map_and_rolls_its_consumer_only(estate: Estate) -> None:
    """Trap 12: the name carries the content, so what running pods read stays until they go."""
    estate.edit(QUOTE, "replicas: 3", "replicas: 3" + FILES.rstrip())
    before = manifests(estate, "dmz")
    after = manifests(estate.edit(QUOTE, "currency=EUR", "currency=CHF"), "dmz")
    (old,) = before.keys() - after.keys()
    (new,) = after.keys() - before.keys()
    assert (old[0], new[0]) == ("ConfigMap", "ConfigMap")
    assert old[1] != new[1]
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == {("Deployment", "quote")}


def test_each_kind_of_log_file_has_a_directory_of_its_own_for_each_pod(estate: Estate) -> None:
    """H1: middleware logs, dumps and application logs, and the JVM knows where dumps go."""
    (box,) = pod(manifests(estate, "intranet"), "claims-desk")["containers"]
    mounts = {one["mountPath"]: one for one in box["volumeMounts"] if one["name"] == "logs"}
    assert {path: mount["subPathExpr"] for path, mount in mounts.items()} == {
        "/var/log/middleware": "$(POD_NAME)/middleware",
        "/var/log/dump": "$(POD_NAME)/dump",
        "/opt/claims/logs": "$(POD_NAME)/application",
    }
    environment = {one["name"]: one.get("value") for one in box["env"]}
    assert "-XX:HeapDumpPath=/var/log/dump" in environment["JAVA_TOOL_OPTIONS"]


def test_a_batch_app_is_a_cron_job_that_runs_alone_and_ends(estate: Estate) -> None:
    """K6: no Service, no disruption budget, no probes, one run at a time."""
    found = manifests(estate, "intranet")
    job = spec(found, "CronJob", "settlement")
    assert (job["schedule"], job["timeZone"]) == ("30 2 * * 1-5", "Europe/Berlin")
    assert job["concurrencyPolicy"] == "Forbid"
    run = job["jobTemplate"]["spec"]
    assert (run["activeDeadlineSeconds"], run["backoffLimit"]) == (7200, 0)
    template = run["template"]["spec"]
    assert template["restartPolicy"] == "Never"
    (box,) = template["containers"]
    assert not {"ports", "readinessProbe", "livenessProbe", "startupProbe"} & set(box)
    kinds = {kind for kind, name in found if name == "settlement"}
    assert kinds == {"CronJob", "ServiceAccount"}


def test_a_batch_app_needs_room_for_one_run(estate: Estate) -> None:
    """D4, X4: Forbid sees to it that there are never two."""
    estate.edit("apps/settlement-intranet.yaml", "cpu: 1,", "cpu: 9,")
    codes = {problem.code for problem in estate.problems()}
    assert codes == {"quota-too-small", "pool-does-not-survive"}


def test_an_autoscaled_app_says_nowhere_how_many_replicas_there_are(estate: Estate) -> None:
    """D3, trap 15: the autoscaler alone does, between the least and the most."""
    found = manifests(estate, "intranet")
    assert "replicas" not in spec(found, "Deployment", "commission")
    scaler = spec(found, "HorizontalPodAutoscaler", "commission")
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 4)
    assert scaler["scaleTargetRef"]["name"] == "commission"
    assert ("PodDisruptionBudget", "commission") in found
    assert spec(found, "Deployment", "rating")["replicas"] == 3


def test_the_ceiling_of_an_app_with_its_own_pool_is_what_survives_a_lost_node(
    estate: Estate,
) -> None:
    """D3, X4: two nodes of 7.5 cpu less what daemon sets take: three replicas of 2 on one."""
    portal = "apps/policy-portal-dmz.yaml"
    estate.edit(portal, "replicas: 2", "replicas: 2\nscale: {cpu: 80}")
    scaler = spec(manifests(estate, "dmz"), "HorizontalPodAutoscaler", "policy-portal")
    assert scaler["maxReplicas"] == 3
    plan = estate.plans()["dmz"]
    (own,) = [
        namespace
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
        if namespace.name == "life-policy-portal"
    ]
    assert own.quota.pods == 2 * (3 + 1), "one more while it is updated, and those that end"


def test_what_is_promised_to_load_counts_against_the_quota(estate: Estate) -> None:
    """D3: an autoscaler that the quota stops would fail when it is needed."""
    estate.edit("apps/commission-intranet.yaml", "max: 4", "max: 9")
    assert [problem.code for problem in estate.problems()] == ["quota-too-small"]


def test_a_pod_waits_for_what_it_needs_with_an_end(estate: Estate) -> None:
    """N2: an init container of the platform's own image, restricted like any other."""
    estate.edit(
        "apps/underwriting-intranet.yaml",
        "{databases: [policydb]}",
        "{databases: [policydb], apps: [policy-portal], within: 90}\n"
        "connects_to: [{app: policy-portal}]",
    )
    (box,) = pod(manifests(estate, "intranet"), "underwriting")["initContainers"]
    assert box["args"] == [
        "--within=90",
        "policy-portal.life-policy-portal.svc:8080",
        "policydb.life.svc:1521",
    ]
    assert box["image"].startswith("registry.intranet.harbour.example/platform/probe@sha256:")
    assert box["securityContext"]["readOnlyRootFilesystem"] is True
    assert "readinessProbe" not in box


def test_what_is_needed_is_registered_first(estate: Estate) -> None:
    """N2: else many that wait could hold back the one that they wait for."""
    estate.edit(
        "apps/claims-archive-intranet.yaml",
        "replicas: 2",
        "replicas: 2\nneeds: {apps: [claims-desk]}",
    )
    names = [
        group.name for group in compose(estate.plans()["intranet"]).groups if group.family == "apps"
    ]
    assert names.index("claims-desk") < names.index("claims-archive")
    assert sorted(names) == sorted(app.name for app in estate.plans()["intranet"].of(AppsPlan).apps)
