"""Dubbo providers: what they register, who reaches it, who may ask the registry (K1 to K3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from tests.documents import table
from tests.estates import Estate, shipped
from tests.level0.apps.refusals_of_apps import OWN_NODES, THIRD_NODE

pytestmark = pytest.mark.level0

INTRANET = "Pulumi.intranet.yaml"
PREMIUM = "apps/premium-intranet.yaml"
PORTAL = "apps/policy-portal-intranet.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def manifests(estate: Estate) -> dict[tuple[str, str], Manifest]:
    plan = estate.plans()["intranet"]
    return {(manifest.kind, manifest.name): manifest for manifest in compose(plan).manifests}


def spec(found: dict[tuple[str, str], Manifest], kind: str, name: str) -> Any:
    return found[(kind, name)].body["spec"]


def test_a_provider_registers_its_own_address_with_every_server_of_the_ensemble(
    estate: Estate,
) -> None:
    """K1: what is registered is where this very replica listens."""
    template = spec(manifests(estate), "Deployment", "premium")["template"]["spec"]
    (box,) = template["containers"]
    environment = {one["name"]: one for one in box["env"]}
    own = environment["DUBBO_IP_TO_REGISTRY"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert own == "status.podIP"
    assert environment["DUBBO_PORT_TO_REGISTRY"]["value"] == "20880"
    address = environment["DUBBO_REGISTRY_ADDRESS"]["value"]
    assert address.startswith("zookeeper://registry-zk-1.registry-zk-peers.")
    assert all(f"registry-zk-{n}.registry-zk-peers" in address for n in (1, 2, 3))
    assert box["readinessProbe"]["tcpSocket"] == {"port": "tcp-dubbo"}
    assert [port.get("hostPort") for port in box["ports"]] == [None]


def test_the_way_to_the_registry_follows_from_the_declaration(estate: Estate) -> None:
    """K3, C4: both sides are opened, to the client port only."""
    found = manifests(estate)
    (out,) = spec(found, "NetworkPolicy", "premium-connects-to")["egress"]
    assert out["ports"] == [{"protocol": "TCP", "port": 2181}]
    (back,) = spec(found, "NetworkPolicy", "registry-zk-connected-from")["ingress"]
    assert back["ports"] == [{"protocol": "TCP", "port": 2181}]
    (peer,) = back["from"]
    assert peer["podSelector"] == {"matchLabels": {"estate/app": "premium"}}


def test_who_calls_a_provider_may_ask_its_registry(estate: Estate) -> None:
    """K1: a consumer that could not look the provider up would never find it."""
    estate.edit(PORTAL, "  - {app: underwriting}", "  - {app: premium}")
    found = manifests(estate)
    rules = spec(found, "NetworkPolicy", "policy-portal-connects-to")["egress"]
    assert sorted(rule["ports"][0]["port"] for rule in rules) == [2181, 20880]


def test_routed_pods_admit_their_consumers_and_ask_for_routes_with_several_hops(
    estate: Estate,
) -> None:
    """K2: one next hop would be lost with its node."""
    estate.edit(INTRANET, "encapsulation: vxlan", "encapsulation: none")
    estate.edit(INTRANET, "    tunnels: 10.69.0.0/24\n", "")
    estate.edit(PREMIUM, "exposure: cluster", "exposure: routed\nconsumers: [10.20.7.0/24]")
    (rule,) = spec(manifests(estate), "NetworkPolicy", "premium-consumers")["ingress"]
    assert rule["from"] == [{"ipBlock": {"cidr": "10.20.7.0/24"}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 20880}]
    (row,) = table(estate.plans()["intranet"], "network/routes.csv")
    assert (row["from"], row["prefix"]) == ("10.20.7.0/24", "10.68.0.0/16")
    assert len(row["next_hops"].split()) == 7


def test_behind_a_gateway_a_provider_is_reached_by_the_gateway_alone(estate: Estate) -> None:
    """K1: consumers outside call the gateway, which looks the provider up and picks a replica."""
    estate.edit(PREMIUM, "exposure: cluster", "exposure: gateway\ngateway: policy-portal")
    estate.edit(PORTAL, "  - {app: underwriting}", "  - {app: premium}")
    found = manifests(estate)
    (rule,) = spec(found, "NetworkPolicy", "premium-connected-from")["ingress"]
    (peer,) = rule["from"]
    assert peer["podSelector"] == {"matchLabels": {"estate/app": "policy-portal"}}
    assert rule["ports"] == [{"protocol": "TCP", "port": 20880}]
    assert ("NetworkPolicy", "premium-consumers") not in found
    (box,) = spec(found, "Deployment", "premium")["template"]["spec"]["containers"]
    environment = {one["name"]: one for one in box["env"]}
    own = environment["DUBBO_IP_TO_REGISTRY"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert own == "status.podIP", "a Service's address would hide the replicas from the gateway"
    assert table(estate.plans()["intranet"], "network/routes.csv") == []


def test_an_ensemble_on_machines_is_reached_by_its_addresses_alone(estate: Estate) -> None:
    """K3: no range, and no other port."""
    estate.edit(PREMIUM, "{app: registry-zk}", "{ensemble: zk}")
    estate.edit(PREMIUM, "needs: {apps: [registry-zk], within: 120}\n", "")
    servers = "[{address: 10.20.9.31, port: 2181}, {address: 10.20.9.32, port: 2181}]"
    fact = f"  estate:ensembles:\n    - {{name: zk, servers: {servers}, tenants: [life]}}\n"
    estate.edit(INTRANET, "  estate:nfs_filers:\n", f"{fact}  estate:nfs_filers:\n")
    found = manifests(estate)
    rules = spec(found, "NetworkPolicy", "premium-registry")["egress"]
    cidrs = [rule["to"][0]["ipBlock"]["cidr"] for rule in rules]
    assert cidrs == ["10.20.9.31/32", "10.20.9.32/32"]
    assert ("NetworkPolicy", "registry-zk-connected-from") not in found


def test_a_pod_that_registers_its_node_holds_the_port_there(estate: Estate) -> None:
    """K1, X12: with the exception that it takes; whoever has the address reaches this replica."""
    for file, old, new in (*OWN_NODES, THIRD_NODE):
        estate.edit(file, old, new)
    estate.edit(PREMIUM, "exposure: cluster", "exposure: node\nconsumers: [10.20.7.0/24]")
    found = manifests(estate)
    (box,) = spec(found, "Deployment", "premium")["template"]["spec"]["containers"]
    assert [port.get("hostPort") for port in box["ports"]] == [20880]
    environment = {one["name"]: one for one in box["env"]}
    fields = {
        name: environment[name]["valueFrom"]["fieldRef"]["fieldPath"]
        for name in ("DUBBO_IP_TO_REGISTRY", "DUBBO_IP_TO_BIND")
    }
    assert fields == {
        "DUBBO_IP_TO_REGISTRY": "status.hostIP",
        "DUBBO_IP_TO_BIND": "status.podIP",
    }
    namespace: Any = found[("Namespace", "life-premium")].body
    enforced = namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert enforced == "privileged", "our own rules hold the rest of Pod Security"
    assert table(estate.plans()["intranet"], "network/routes.csv") == [], "pods are not called"
