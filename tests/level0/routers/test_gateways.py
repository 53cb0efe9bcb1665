"""What a router shard becomes that publishes by Gateway API (C5, E6, E10, E13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.topics.admission.manifests.admission import admission
from estate.topics.admission.plan.admission import AdmissionPlan
from tests.estates import Estate, shipped
from tests.gateways import DMZ, with_gateway

pytestmark = pytest.mark.level0


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_gateway(shipped(tmp_path))


def body(estate: Estate, kind: str, name: str) -> Any:
    found = compose(estate.plans()["dmz"]).manifests
    (one,) = [
        manifest.body
        for manifest in found
        if (manifest.kind, manifest.physical_name) == (kind, name)
    ]
    return one


def names(estate: Estate, kind: str) -> list[str]:
    found = compose(estate.plans()["dmz"]).manifests
    return sorted(manifest.physical_name for manifest in found if manifest.kind == kind)


def pod(estate: Estate) -> Any:
    return body(estate, "Deployment", "router-brokers")["spec"]["template"]["spec"]


def test_routes_take_the_place_of_ingresses_in_that_shard_alone(estate: Estate) -> None:
    """E10: what apps declare is the same; the others' shard goes on as it was."""
    assert names(estate, "HTTPRoute") == ["broker-desk", "router-brokers"]
    assert names(estate, "Ingress") == ["claim-intake", "quote"]
    assert names(estate, "GatewayClass") == ["external-brokers"]
    assert names(estate, "IngressClass") == ["external-default"]


def test_only_declared_hosts_and_paths_are_published(estate: Estate) -> None:
    """E13: each path with what is below it, and nothing that only begins with the same letters."""
    spec = body(estate, "HTTPRoute", "broker-desk")["spec"]
    assert spec["hostnames"] == ["brokers.harbour.example"]
    (rule,) = spec["rules"]
    assert [(one["path"]["type"], one["path"]["value"]) for one in rule["matches"]] == [
        ("Exact", "/contracts"),
        ("PathPrefix", "/contracts/"),
        ("Exact", "/offers"),
        ("PathPrefix", "/offers/"),
    ]
    assert rule["backendRefs"] == [{"name": "broker-desk", "port": 8080}]
    (parent,) = spec["parentRefs"]
    assert parent == {
        "namespace": "estate-ingress",
        "name": "router-brokers",
        "sectionName": "https",
    }


def test_a_whole_app_is_one_prefix(estate: Estate) -> None:
    """E13: with no paths declared."""
    estate.edit("apps/broker-desk-dmz.yaml", "paths: [/offers, /contracts]\n", "")
    (rule,) = body(estate, "HTTPRoute", "broker-desk")["spec"]["rules"]
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]


def _admitted(listener: Any) -> list[str]:
    namespaces = listener["allowedRoutes"]["namespaces"]
    if namespaces["from"] == "Same":
        return ["estate-ingress"]
    (among,) = namespaces["selector"]["matchExpressions"]
    assert (among["key"], among["operator"]) == ("kubernetes.io/metadata.name", "In")
    return among["values"]


def test_routes_of_the_shards_own_tenants_attach_and_no_others(estate: Estate) -> None:
    """C5: by the label that the API server gives each namespace, which nobody else can have."""
    http, https = body(estate, "Gateway", "router-brokers")["spec"]["listeners"]
    assert (http["port"], http["protocol"], _admitted(http)) == (8080, "HTTP", ["estate-ingress"])
    assert (https["port"], https["protocol"]) == (8443, "HTTPS")
    assert _admitted(https) == ["brokers"]
    assert https["tls"]["certificateRefs"][0]["name"] == "brokers-harbour"
    estate.edit(DMZ, "tenants: [brokers]", "tenants: [brokers, motor]")
    assert _admitted(body(estate, "Gateway", "router-brokers")["spec"]["listeners"][1]) == [
        "brokers",
        "motor",
    ]
    for listener in (http, https):
        assert [one["kind"] for one in listener["allowedRoutes"]["kinds"]] == ["HTTPRoute"]


def test_http_only_leads_to_https(estate: Estate) -> None:
    """E10: to the port that people know."""
    spec = body(estate, "HTTPRoute", "router-brokers")["spec"]
    assert spec["parentRefs"] == [{"name": "router-brokers", "sectionName": "http"}]
    (rule,) = spec["rules"]
    (way,) = rule["filters"]
    assert way["requestRedirect"] == {"scheme": "https", "port": 443, "statusCode": 301}


def test_a_shard_without_tls_serves_apps_over_http(estate: Estate) -> None:
    """E10: one listener, to which the apps' routes attach."""
    estate.edit(DMZ, "        https: {certificate: brokers-harbour}\n", "")
    (http,) = body(estate, "Gateway", "router-brokers")["spec"]["listeners"]
    assert _admitted(http) == ["brokers"]
    assert names(estate, "HTTPRoute") == ["broker-desk"]
    (parent,) = body(estate, "HTTPRoute", "broker-desk")["spec"]["parentRefs"]
    assert parent["sectionName"] == "http"


def test_a_shard_that_publishes_nothing_lets_nobody_attach(estate: Estate) -> None:
    """C5: an empty list of namespaces would be refused by the API server."""
    estate.remove("apps/broker-desk-dmz.yaml")
    https = body(estate, "Gateway", "router-brokers")["spec"]["listeners"][1]
    assert _admitted(https) == ["estate-ingress"]


def test_a_controller_serves_one_gateway_and_rewrites_no_service(estate: Estate) -> None:
    """C5, E2: by its class's name and its Gateway's; the label that it looks for stands nowhere."""
    (box,) = pod(estate)["containers"]
    name = body(estate, "GatewayClass", "external-brokers")["spec"]["controllerName"]
    assert f"--controller-name={name}" in box["args"]
    assert "--gateway-ns-name=estate-ingress/router-brokers" in box["args"]
    assert "--hug-service-label=estate/ports-of-gateways:nobody" in box["args"]
    for manifest in compose(estate.plans()["dmz"]).manifests:
        metadata: Any = manifest.body["metadata"]
        assert "estate/ports-of-gateways" not in metadata["labels"]


def test_what_the_controller_rewrites_is_no_part_of_its_image(estate: Estate) -> None:
    """B3: its file system is read-only, and begins with our settings."""
    found = pod(estate)
    (box,) = found["containers"]
    assert box["securityContext"]["readOnlyRootFilesystem"] is True
    assert box["securityContext"]["capabilities"]["add"] == ["NET_BIND_SERVICE"]
    writable = {one["mountPath"] for one in box["volumeMounts"] if one["name"] != "tmp"}
    assert writable == {"/usr/local/hug", "/run", "/run/haproxy", "/var/state"}
    (first,) = found["initContainers"]
    mounts = {one["name"]: one["mountPath"] for one in first["volumeMounts"]}
    (volume,) = [one for one in found["volumes"] if one["name"] == "settings"]
    assert mounts["settings"] == "/seed"
    assert "router.cfg" in body(estate, "ConfigMap", volume["configMap"]["name"])["data"]


def test_access_logs_are_on_in_the_same_words_as_everywhere(estate: Estate) -> None:
    """H5: one line of JSON for each request, whichever API publishes."""
    (name,) = [one for one in names(estate, "ConfigMap") if one.startswith("router-brokers-")]
    (other,) = [one for one in names(estate, "ConfigMap") if one.startswith("router-default-")]
    text = body(estate, "ConfigMap", name)["data"]["router.cfg"]
    ingress = body(estate, "ConfigMap", other)["data"]["log-format"]
    assert f"  log-format '{ingress.replace('default', 'brokers')}'\n" in text
    assert "  log stdout format raw daemon\n" in text


def test_a_controller_writes_nothing_but_what_became_of_its_own_kinds(estate: Estate) -> None:
    """B2: no Service, no definition, no Secret; it reads those of the whole cluster."""
    rules = body(estate, "ClusterRole", "estate-router-brokers-cluster")["rules"]
    writes = [rule for rule in rules if {*rule["verbs"]} - {"get", "list", "watch"}]
    (status,) = writes
    assert status["apiGroups"] == ["gateway.networking.k8s.io"]
    assert all(one.endswith("/status") for one in status["resources"])
    assert not any("*" in rule["resources"] for rule in rules)


def test_admission_knows_the_one_listener_of_each_namespace(estate: Estate) -> None:
    """A2, C5: and no class for Ingresses, which nobody would serve there."""
    found = admission(estate.plans()["dmz"].of(AdmissionPlan))
    (config,) = [manifest.body for manifest in found if manifest.former == "estate-exposure"]
    data: Any = config["data"]
    assert data["parents.brokers"] == "estate-ingress/router-brokers/https"
    assert data["class.brokers"] == ""
    assert data["hosts.brokers"] == "brokers.harbour.example"
    assert data["class.estate-ingress"] == "external-brokers"
    assert data["parents.estate-ingress"] == "estate-ingress/router-brokers/http"
    assert "parents.motor" not in data


def test_the_cluster_has_to_know_the_kinds_only_where_they_are_declared(
    estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """E10, fault 11: the shipped zones need no definitions of the Gateway API."""
    found = {
        definition.kind: definition.comes_with
        for definition in compose(estate.plans()["dmz"]).definitions
    }
    assert found == dict.fromkeys(
        ("Gateway", "GatewayClass", "HTTPRoute"), "Gateway API 1.6, standard channel"
    )
    plan = shipped(tmp_path_factory.mktemp("other")).plans()["dmz"]
    assert compose(plan).definitions == frozenset()
