"""The lab stands as its inventory says, on loopback, and touches nothing of the user's."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

import psutil
import pytest
import yaml

from lab.inventory import clusters
from lab.lab import ROOT, Lab
from lab.nodes import MANAGER

pytestmark = pytest.mark.level3

NAMES = [cluster.name for cluster in clusters(ROOT)]


def test_the_lab_has_one_cluster_per_zone(lab: Lab) -> None:
    assert NAMES == ["dmz", "intranet"]
    assert all(cluster.healthy for cluster in lab.clusters())


def test_all_listening_sockets_are_on_loopback(lab: Lab) -> None:
    processes = [p for cluster in lab.clusters() for p in cluster.running().values()]
    listening = [
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(processes) == 10
    assert len(listening) >= len(processes)
    assert all(ipaddress.ip_address(address).is_loopback for address in listening)


def test_no_process_of_the_lab_connects_to_anything_but_loopback(lab: Lab) -> None:
    """Identity providers of the inventory least of all, which an API server would ask for keys."""
    connections = [
        connection.raddr.ip
        for cluster in lab.clusters()
        for process in cluster.running().values()
        for connection in process.net_connections("inet")
        if connection.raddr
    ]
    assert connections
    assert all(ipaddress.ip_address(address).is_loopback for address in connections)


def test_no_process_of_the_lab_receives_datagrams(lab: Lab) -> None:
    for cluster in lab.clusters():
        for process in cluster.running().values():
            assert process.net_connections("udp") == []


def test_the_kubeconfig_has_exactly_the_two_contexts_and_chooses_none(lab: Lab) -> None:
    config = yaml.safe_load((lab.state / "kubeconfig").read_text(encoding="utf-8"))
    assert [context["name"] for context in config["contexts"]] == NAMES
    assert "current-context" not in config


def test_only_the_owner_can_read_the_kubeconfig(lab: Lab) -> None:
    assert (lab.state / "kubeconfig").stat().st_mode & 0o077 == 0


def test_pulumi_and_kubectl_run_with_nothing_of_the_users(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/elsewhere/config")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "a token")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "another")
    monkeypatch.setenv("PULUMI_STACK", "production")
    env = lab.environment()
    assert env["KUBECONFIG"] == str(lab.state / "kubeconfig")
    assert env["PULUMI_BACKEND_URL"] == f"file://{lab.state / 'backend'}"
    assert Path(env["PULUMI_HOME"]).is_relative_to(lab.state)
    assert not {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_STACK"} & set(env)


@pytest.mark.parametrize("name", NAMES)
def test_each_cluster_says_which_one_it_is(lab: Lab, name: str) -> None:
    found = json.loads(lab.kubectl(name, "get", "namespace", "kube-system", "-o=json").stdout)
    assert found["metadata"]["labels"]["estate/cluster"] == name


@pytest.mark.parametrize("name", NAMES)
def test_nodes_are_registered_as_the_inventory_says(lab: Lab, name: str) -> None:
    declared = next(cluster for cluster in clusters(ROOT) if cluster.name == name)
    found = json.loads(lab.kubectl(name, "get", "nodes", "-o=json").stdout)["items"]
    assert {n["metadata"]["name"] for n in found} == {n.name for n in declared.nodes}
    for node in declared.nodes:
        item = next(n for n in found if n["metadata"]["name"] == node.name)
        labels, status = item["metadata"]["labels"], item["status"]
        assert labels["kubernetes.io/hostname"] == node.name
        assert labels["kubernetes.io/os"] == "linux"
        assert node.labels.items() <= labels.items()
        assert {a["type"]: a["address"] for a in status["addresses"]} == {
            "InternalIP": node.address,
            "Hostname": node.name,
        }
        assert status["capacity"] == dict(node.capacity)
        assert status["allocatable"] == dict(node.allocatable)
        assert item["spec"].get("taints", []) == [dict(taint) for taint in node.taints]
        assert status["nodeInfo"]["kubeletVersion"] == f"v{declared.version}"
        assert {"type": "Ready", "status": "True"}.items() <= next(
            c for c in status["conditions"] if c["type"] == "Ready"
        ).items()


@pytest.mark.parametrize("name", NAMES)
def test_pool_labels_are_left_to_the_product(lab: Lab, name: str) -> None:
    answer = lab.kubectl(name, "get", "nodes", "--show-managed-fields", "-o=json")
    registered = [
        json.dumps(entry["fieldsV1"])
        for node in json.loads(answer.stdout)["items"]
        for entry in node["metadata"]["managedFields"]
        if entry["manager"] == MANAGER
    ]
    assert registered
    assert not any("node-restriction.kubernetes.io" in fields for fields in registered)


@pytest.mark.parametrize("name", NAMES)
def test_services_get_addresses_from_the_declared_range(lab: Lab, name: str) -> None:
    declared = next(cluster for cluster in clusters(ROOT) if cluster.name == name)
    address = lab.kubectl(
        name, "get", "service", "kubernetes", "-o=jsonpath={.spec.clusterIP}"
    ).stdout
    assert ipaddress.ip_address(address) in ipaddress.ip_network(declared.service_cidr)


@pytest.mark.parametrize("name", NAMES)
def test_a_simulated_pod_comes_to_run_on_a_node(lab: Lab, name: str) -> None:
    # Its own toleration: all nodes may be dedicated. Restricted: so are namespaces by default.
    container = {
        "name": "probe",
        "image": "none",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spec = {
        "tolerations": [{"operator": "Exists"}],
        "terminationGracePeriodSeconds": 0,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    lab.kubectl(
        name,
        *("run", "probe", "--image=none", "--restart=Never"),
        f"--overrides={json.dumps({'spec': spec})}",
    )
    try:
        lab.kubectl(name, "wait", "pod/probe", "--for=condition=Ready", "--timeout=60s")
    finally:
        lab.kubectl(name, "delete", "pod", "probe", "--wait=false", check=False)


def test_a_second_up_changes_nothing_and_keeps_every_process(lab: Lab) -> None:
    before = _pids(lab)
    assert all(line.endswith(": running, nodes: unchanged") for line in lab.up())
    assert _pids(lab) == before


def _pids(lab: Lab) -> set[int]:
    return {p.pid for cluster in lab.clusters() for p in cluster.running().values()}
