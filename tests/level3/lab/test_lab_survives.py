"""What is done to a lab in the middle of its life, and that `up` and `down` cope with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lab import inventory, processes
from lab.inventory import ApiServerFiles, SimulatedCluster, SimulatedNode
from lab.lab import ROOT, Lab
from toolchain.trouble import Trouble

pytestmark = pytest.mark.level3


@pytest.fixture
def one_cluster(monkeypatch: pytest.MonkeyPatch) -> list[SimulatedCluster]:
    """The inventory of these tests: one small cluster, which a test may change."""
    taint = {"key": "dedicated", "value": "x", "effect": "NoSchedule"}
    size = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    nodes = tuple(
        SimulatedNode(
            name=f"node-{number}",
            address=f"10.9.0.{number}",
            labels={"topology.kubernetes.io/zone": f"rack-{number}"},
            taints=(taint,),
            capacity=size,
            allocatable=size,
        )
        for number in (1, 2)
    )
    declared = [
        SimulatedCluster(
            name="dmz",
            version="1.36.3",
            service_cidr="10.98.0.0/16",
            pod_cidr="10.136.0.0/16",
            nodes=nodes,
            api_server=ApiServerFiles(flags={}, files={}),
        )
    ]

    def clusters(root: Path) -> tuple[SimulatedCluster, ...]:
        return tuple(declared)

    monkeypatch.setattr(inventory, "clusters", clusters)
    return declared


def test_nodes_follow_the_inventory(own_lab: Lab, one_cluster: list[SimulatedCluster]) -> None:
    own_lab.up()
    first, second = one_cluster[0].nodes
    own_lab.kubectl("dmz", "label", "node", first.name, "pool=theirs")
    moved = replace(
        first,
        labels={"row": "7"},
        taints=(),
        capacity=dict(first.capacity) | {"cpu": "8"},
        allocatable=dict(first.allocatable) | {"cpu": "8"},
    )
    third = replace(second, name="node-3", address="10.9.0.3")
    one_cluster[0] = replace(one_cluster[0], nodes=(moved, third))

    assert own_lab.up() == ["dmz: running, nodes: 1 added, 1 changed, 1 removed"]
    assert own_lab.up() == ["dmz: running, nodes: unchanged"]

    found = json.loads(own_lab.kubectl("dmz", "get", "nodes", "-o=json").stdout)["items"]
    assert [node["metadata"]["name"] for node in found] == ["node-1", "node-3"]
    labels = found[0]["metadata"]["labels"]
    assert labels["row"] == "7"
    assert labels["pool"] == "theirs"
    assert "topology.kubernetes.io/zone" not in labels
    assert found[0]["status"]["allocatable"]["cpu"] == "8"
    assert "taints" not in found[0]["spec"]
    assert found[1]["spec"]["taints"] == [dict(taint) for taint in third.taints]


def test_a_cluster_that_has_died_comes_back_with_what_it_held(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    own_lab.kubectl("dmz", "create", "configmap", "kept")
    (cluster,) = own_lab.clusters()
    for process in cluster.running().values():
        process.kill()
        process.wait(10)
    assert own_lab.up() == ["dmz: restarted, nodes: unchanged"]
    own_lab.kubectl("dmz", "get", "configmap", "kept")


def test_one_dead_process_is_started_again(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    (cluster,) = own_lab.clusters()
    victim = cluster.running()["kube-scheduler"]
    victim.kill()
    victim.wait(10)
    assert own_lab.up() == ["dmz: restarted, nodes: unchanged"]
    assert cluster.running().keys() == processes.PROGRAMS


def test_a_port_that_somebody_took_is_named_in_one_line(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    (cluster,) = own_lab.clusters()
    cluster.stop()
    port = int(cluster.server.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)), pytest.raises(Trouble) as trouble:
        own_lab.up()
    assert f"port {port}" in str(trouble.value)
    assert "make down" in str(trouble.value)
    assert "\n" not in str(trouble.value)


def test_other_addresses_need_another_cluster(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    one_cluster[0] = replace(one_cluster[0], service_cidr="10.99.0.0/16")
    with pytest.raises(Trouble, match="`make down`, then `make up`"):
        own_lab.up()


@pytest.mark.parametrize("after", [0.6, 1.2, 2.0])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_up_goes_on_when_it_is_run_again(
    own_lab: Lab, after: float, how: signal.Signals
) -> None:
    command = [sys.executable, "-m", "lab", "clusters", f"--state={own_lab.state}"]
    first = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    first.send_signal(how)
    _, said = first.communicate(timeout=60)
    assert "Traceback" not in said
    if how == signal.SIGINT and first.returncode == 130:
        assert "make up" in said
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    assert all(cluster.healthy for cluster in own_lab.clusters())


def test_down_leaves_no_process_and_no_file(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    (cluster,) = own_lab.clusters()
    pids = [process.pid for process in cluster.running().values()]
    assert own_lab.down() == len(pids) == 5
    assert not own_lab.state.exists()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert own_lab.down() == 0


def test_clusters_whose_folder_was_removed_by_hand_end_all_the_same(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    shutil.rmtree(own_lab.state)
    assert own_lab.down() == 5


def test_down_spares_a_stranger_who_got_the_number_of_a_dead_process(
    own_lab: Lab, one_cluster: list[SimulatedCluster]
) -> None:
    own_lab.up()
    (cluster,) = own_lab.clusters()
    with subprocess.Popen(["sleep", "60"], cwd=os.sep) as stranger:
        try:
            (cluster.folder / "pids" / "etcd.pid").write_text(str(stranger.pid), encoding="ascii")
            own_lab.down()
            assert stranger.poll() is None
        finally:
            stranger.kill()
