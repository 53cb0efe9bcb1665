"""What an app's declaration becomes: policies, Services, config and pods of each archetype."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.declare.models.values import ZONES, Zone
from estate.objects import Manifest
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
    return {(one.kind, one.name): one for one in compose(estate.plans()[zone]).manifests}


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
    assert peer["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "router"}}
    (app,) = [one for one in estate.plans()["dmz"].apps if one.name == "quote"]
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
    for (kind, _), one in found.items():
        body: Any = one.body
        if kind in ("Deployment", "StatefulSet"):
            containers = body["spec"]["template"]["spec"]["containers"]
            names = {port["name"] for box in containers for port in box["ports"]}
            named[body["spec"]["selector"]["matchLabels"]["estate/app"]] = names
            assert "hostNetwork" not in body["spec"]["template"]["spec"]
    services = [one.body["spec"] for (kind, _), one in found.items() if kind == "Service"]
    assert services
    for service in services:
        fields: Any = service
        for port in fields["ports"]:
            assert port["appProtocol"]
            assert port["targetPort"] == port["name"] in named[fields["selector"]["estate/app"]]


def test_config_files_land_at_their_paths(estate: Estate) -> None:
    """K6: files of one directory are one volume; nothing is mounted by subPath, which stays old."""
    found = manifests(estate.edit(QUOTE, "replicas: 3", "replicas: 3" + FILES.rstrip()), "dmz")
    (name,) = [
        one.name for one in found.values() if one.kind == "ConfigMap" and one.namespace == "motor"
    ]
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
    assert {path: one["subPathExpr"] for path, one in mounts.items()} == {
        "/var/log/middleware": "$(POD_NAME)/middleware",
        "/var/log/dump": "$(POD_NAME)/dump",
        "/opt/claims/logs": "$(POD_NAME)/application",
    }
    environment = {one["name"]: one.get("value") for one in box["env"]}
    assert "-XX:HeapDumpPath=/var/log/dump" in environment["JAVA_TOOL_OPTIONS"]
