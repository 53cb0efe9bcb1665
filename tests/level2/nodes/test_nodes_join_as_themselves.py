"""How nodes are prepared and join, read by the programs that read it there (A3, A7, D2, X15)."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.objects.quantity import quantity
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from lab.inventory import clusters
from tests.containerd import containerd
from tests.documents import table, texts
from tests.estates import shipped
from toolchain import build

pytestmark = pytest.mark.level2

RACK = "topology.kubernetes.io/zone"


def joining(plan: Plan, node: str) -> dict[str, Any]:
    """The registration of a node, as kubeadm's file has it."""
    return yaml.safe_load(texts(plan)[f"nodes/{node}/kubeadm.yaml"])["nodeRegistration"]


@pytest.mark.parametrize("zone", ZONES)
def test_what_the_lab_gives_its_nodes_the_documents_give_real_ones(
    zone: Zone, tmp_path: Path
) -> None:
    """A3, D2, I5, X15: name, address, rack, taints and room. Without the rack on real nodes, the
    spreading over racks would be off there and only there."""
    estate = shipped(tmp_path)
    plan = estate.plans()[zone]
    (cluster,) = [
        simulated_cluster
        for simulated_cluster in clusters(estate.root)
        if simulated_cluster.name == zone
    ]
    kubelets = {row["node"]: row["file"] for row in table(plan, "kubelet/nodes.csv")}
    found = texts(plan)
    assert {node.name for node in cluster.nodes} == kubelets.keys()
    for node in cluster.nodes:
        registration = joining(plan, node.name)
        flags = {one["name"]: one["value"] for one in registration["kubeletExtraArgs"]}
        labels = dict([one.split("=") for one in flags["node-labels"].split(",")])
        assert registration["name"] == node.name
        assert flags["node-ip"] == node.address
        assert labels == node.labels and labels[RACK]
        assert registration["taints"] == [dict(taint) for taint in node.taints]
        kubelet = yaml.safe_load(found[kubelets[node.name]])
        assert kubelet.get("registerWithTaints", []) == registration["taints"]
        assert kubelet["maxPods"] == int(node.capacity["pods"])
        kept = {
            "cpu": quantity(kubelet["systemReserved"]["cpu"]),
            "memory": quantity(kubelet["systemReserved"]["memory"])
            + quantity(kubelet["evictionHard"]["memory.available"]),
        }
        for what, amount in kept.items():
            room = quantity(node.capacity[what]) - amount
            assert room == quantity(node.allocatable[what]), (node.name, what)


@pytest.mark.parametrize("zone", ZONES)
def test_every_machine_has_each_file_once_in_order(zone: Zone, tmp_path: Path) -> None:
    """A3: every document of the list is handed over, for nodes and masters alike."""
    plan = shipped(tmp_path).plans()[zone]
    found = texts(plan)
    nodes = table(plan, "nodes/machines.csv")
    for row in (*nodes, *table(plan, "masters/machines.csv")):
        assert row["document"] in found, row
        assert row["owner"] == "root:root" and row["mode"] in ("0600", "0644")
    by_machine: dict[str, list[dict[str, str]]] = {}
    for row in nodes:
        by_machine.setdefault(row["machine"], []).append(row)
    assert by_machine.keys() == {
        node.name for pool in plan.of(NodesPlan).pools for node in pool.nodes
    }
    for machine, rows in by_machine.items():
        assert [int(row["step"]) for row in rows] == list(range(1, len(rows) + 1))
        assert len({row["file"] for row in rows}) == len(rows)
        assert rows[-1]["document"] == f"nodes/{machine}/kubeadm.yaml"
        assert rows[-1]["then"].startswith("kubeadm join")
    masters = {row["document"] for row in table(plan, "masters/machines.csv")}
    assert {one for one in found if re.fullmatch(r"nodes/[^/]+\.(conf|toml)", one)} <= masters


def test_the_kernel_has_what_a_kubelet_demands(tmp_path: Path) -> None:
    """I5: with protectKernelDefaults a kubelet stops at any other value; these are its own, from
    component-helpers/node/util/sysctl/sysctl.go of v0.36.3."""
    plan = shipped(tmp_path).plans()["dmz"]
    lines = [one for one in texts(plan)["nodes/sysctl.conf"].splitlines() if one[:1] != "#"]
    found = dict(line.split(" = ") for line in lines)
    assert (
        found.items()
        >= {
            "vm.overcommit_memory": "1",
            "vm.panic_on_oom": "0",
            "kernel.panic": "10",
            "kernel.panic_on_oops": "1",
            "kernel.keys.root_maxkeys": "1000000",
            "kernel.keys.root_maxbytes": "25000000",
            "net.ipv4.ip_forward": "1",
        }.items()
    )
    assert int(found["net.ipv4.conf.all.rp_filter"]) in (0, 1)  # Felix refuses 2


def test_containerd_reads_its_file(tmp_path: Path) -> None:
    """G4, A3: kubeadm's own pause image, the registries' files, one owner of control groups."""
    plan = shipped(tmp_path).plans()["dmz"]
    path = tmp_path / "config.toml"
    path.write_text(texts(plan)["nodes/containerd.toml"], encoding="utf-8")
    command = [str(build.binary("containerd")), "--config", str(path), "config", "dump"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = [line.strip() for line in ran.stdout.splitlines()]
    assert "config_path = '/etc/containerd/certs.d'" in lines
    assert "SystemdCgroup = true" in lines
    (pause,) = [
        row["target"]
        for row in table(plan, "images/programs.csv")
        if row["image"] == "registry.k8s.io/pause"
    ]
    assert f"sandbox = '{pause}'" in lines


def test_chronyd_reads_its_file(tmp_path: Path) -> None:
    """A3: a clock that is wrong refuses certificates and tokens."""
    plan = shipped(tmp_path).plans()["dmz"]
    path = tmp_path / "chrony.conf"
    path.write_text(texts(plan)["nodes/chrony.conf"], encoding="utf-8")
    ran = subprocess.run(
        ["chronyd", "-p", "-f", str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert "server 10.10.2.123 iburst" in ran.stdout
    path.write_text("sever 10.10.2.123\n", encoding="utf-8")
    ran = subprocess.run(
        ["chronyd", "-p", "-f", str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0


@pytest.mark.may_not_run
def test_kubeadm_finds_a_prepared_node_ready_to_join(tmp_path: Path) -> None:
    """A3: its own preflight checks run in a network of their own, with the real containerd and
    kubelet; they end where the API server would be asked, which is nowhere here. The kernel's own
    check is the machine's that tests run on: a node needs control groups of version 2."""
    if os.geteuid():
        pytest.skip("root makes the network of its own")
    plan = shipped(tmp_path).plans()["dmz"]
    found = texts(plan)
    discovery = tmp_path / "discovery.conf"
    discovery.write_text(DISCOVERY, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/kubelet").symlink_to(build.binary("kubelet"))
    kernel = [
        line for line in found["nodes/sysctl.conf"].splitlines() if line.startswith("net.ipv4")
    ]
    (tmp_path / "sysctl.conf").write_text("\n".join(kernel), encoding="utf-8")
    with containerd(tmp_path / "containerd", {}) as runtime:
        text = found["nodes/dmz-n01/kubeadm.yaml"]
        text = text.replace("unix:///run/containerd/containerd.sock", runtime.socket)
        text = text.replace("/etc/kubernetes/discovery.conf", str(discovery))
        text += "timeouts: {discovery: 1s, tlsBootstrap: 1s, kubernetesAPICall: 1s}\n"
        (tmp_path / "kubeadm.yaml").write_text(text, encoding="utf-8")
        script = (
            f"sysctl -q -p {tmp_path / 'sysctl.conf'} && "
            f"exec {build.binary('kubeadm')} join phase preflight "
            f"--config {tmp_path / 'kubeadm.yaml'} --ignore-preflight-errors=SystemVerification"
        )
        ran = subprocess.run(
            ["unshare", "--net", "sh", "-c", script],
            env=os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    said = ran.stdout + ran.stderr
    assert "[preflight] Running pre-flight checks" in said
    errors = re.findall(r"\[ERROR ([^\]]+)\]", said)
    assert errors == [], said
    assert "127.0.0.1:1" in said, said  # it went on, to the API server


DISCOVERY = """\
apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
users: [{name: a, user: {token: abcdef.0123456789abcdef}}]
"""


def test_a_master_says_nothing_of_a_pool_and_a_node_nothing_of_the_control_plane(
    tmp_path: Path,
) -> None:
    """A3, D2: no list of taints is kubeadm's own taint, an empty list is none."""
    plan = shipped(tmp_path).plans()["dmz"]
    master = yaml.safe_load(texts(plan)["masters/dmz-c02/kubeadm.yaml"])
    assert "taints" not in master["nodeRegistration"] and "controlPlane" in master
    shared = yaml.safe_load(texts(plan)["nodes/dmz-n06/kubeadm.yaml"])
    assert shared["nodeRegistration"]["taints"] == [] and "controlPlane" not in shared
