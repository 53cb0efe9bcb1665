"""`estate doctor` before clusters that differ in one fact each (A1, A5, N2)."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from estate.reader.values import ZONES, Zone
from tests.estates import REPOSITORY
from tests.level3.applied import Applied

pytestmark = pytest.mark.level3

OF_EVERY_LAB = {"name service", "metrics.k8s.io"}
"""What a lab does not have: nothing answers names there, and nothing measures pods."""

Row = dict[str, str]


def examined(world: Applied, zone: Zone, kubeconfig: str = "") -> dict[str, Row]:
    """The rows that are not as declared, by fact; the lab's administrator sees them, or another."""
    command = ["doctor", "--root", str(world.estate.root), "--stack", zone, "--json"]
    # In a process of its own: the client reads KUBECONFIG once, when it is imported.
    env = world.lab.environment() | {"PYTHONPATH": str(REPOSITORY / "platform")}
    ran = subprocess.run(
        [sys.executable, "-m", "estate", *command],
        env=env | ({"KUBECONFIG": kubeconfig} if kubeconfig else {}),
        capture_output=True,
        text=True,
    )
    assert ran.stdout, ran.stderr
    rows: list[Row] = json.loads(ran.stdout)["facts"]
    different = {row["fact"] for row in rows if row["verdict"] == "differs"}
    assert ran.returncode == (1 if different else 0)
    return {row["fact"]: row for row in rows if row["verdict"] != "as declared"}


@pytest.mark.parametrize("zone", ZONES)
def test_an_applied_estate_is_as_declared(world: Applied, zone: Zone) -> None:
    """A1, D2, D5: with the identity that applied it; what no lab has is named."""
    rows = examined(world, zone)
    assert {fact for fact, row in rows.items() if row["verdict"] == "differs"} <= OF_EVERY_LAB
    unknown = {fact for fact, row in rows.items() if row["verdict"] == "not known"}
    # The estate's own rule admits no Service with a node port that the register does not have.
    assert unknown == {"network plugin", "mode of kube-proxy", "node ports"}
    assert "the dry run is refused" in rows["node ports"]["found"]


def daemon_set(name: str) -> dict[str, Any]:
    """One of the system's that runs nowhere."""
    labels = {"app": name}
    container = {"name": "main", "image": "example.com/none"}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "kube-system"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"nodeSelector": {"no": "node"}, "containers": [container]},
            },
        },
    }


def config_map(name: str, **data: str) -> dict[str, Any]:
    """One of the system's."""
    metadata = {"name": name, "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@contextmanager
def standing(world: Applied, body: Mapping[str, Any]) -> Generator[None]:
    """An object of somebody else's, for as long as the block lasts."""
    file = world.estate.root / f"{body['kind']}.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    world.lab.kubectl("dmz", "create", "-f", str(file))
    try:
        yield
    finally:
        world.lab.kubectl("dmz", "delete", "-f", str(file), "--wait=false")
        file.unlink()


OTHERS = {
    "flannel": (daemon_set("kube-flannel-ds"), "network plugin", "flannel"),
    "another plugin": (daemon_set("cilium"), "network plugin", "cilium"),
    "a cache of names": (daemon_set("node-local-dns"), "name service on nodes", "node-local-dns"),
    "iptables": (
        config_map("kube-proxy", **{"config.conf": "mode: iptables\n"}),
        "mode of kube-proxy",
        "iptables",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_others_run_there_is_found(world: Applied, case: str) -> None:
    """A5, A7: and held against the declaration."""
    body, fact, found = OTHERS[case]
    with standing(world, body):
        row = examined(world, "dmz")[fact]
    assert row["verdict"] == "differs"
    assert found in row["found"]


def test_another_identity_is_found(world: Applied) -> None:
    """A1: the context points to a cluster of another name."""
    label = ("label", "namespace", "kube-system", "--overwrite")
    world.lab.kubectl("dmz", *label, "estate/cluster=test")
    try:
        assert examined(world, "dmz")["identity"]["found"] == "test"
    finally:
        world.lab.kubectl("dmz", *label, "estate/cluster=dmz")


def test_a_taint_more_is_found(world: Applied) -> None:
    """D5: with the command that takes it away."""
    world.lab.kubectl("dmz", "taint", "node", "dmz-n01", "estate.test/lost=:PreferNoSchedule")
    try:
        row = examined(world, "dmz")["taints of dmz-n01"]
        assert "estate.test/lost=:PreferNoSchedule-" in row["remedy"]
    finally:
        world.lab.kubectl("dmz", "taint", "node", "dmz-n01", "estate.test/lost-")


def reader(world: Applied) -> Path:
    """A kubeconfig for the group ``readers``, with a certificate of the cluster's authority."""
    (cluster,) = (one for one in world.lab.clusters() if one.name == "dmz")
    folder = world.estate.root.parent / "reader"
    folder.mkdir()
    key, request, signed = (folder / name for name in ("key.pem", "request.pem", "signed.pem"))
    made = ("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    subject = ("-subj", "/O=readers/CN=somebody", "-keyout", str(key), "-out", str(request))
    authority = ("-CA", str(cluster.pki / "ca.crt"), "-CAkey", str(cluster.pki / "ca.key"))
    sign = ("openssl", "x509", "-req", "-days", "1", "-in", str(request), "-out", str(signed))
    subprocess.run([*made, *subject], check=True, capture_output=True)
    subprocess.run([*sign, *authority, "-CAcreateserial"], check=True, capture_output=True)
    given = yaml.safe_load((world.lab.state / "kubeconfig").read_text(encoding="utf-8"))
    for user in given["users"]:
        user["user"] = {"client-certificate": str(signed), "client-key": str(key)}
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(given), encoding="utf-8")
    return file


READERS = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "readers"},
    "roleRef": {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": "readers",
    },
    "subjects": [{"kind": "Group", "name": "readers", "apiGroup": "rbac.authorization.k8s.io"}],
}
READS_ALL = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "readers"},
    "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}],
}


def test_an_identity_with_few_rights_is_found(world: Applied) -> None:
    """B8, L1: before an update stops half-way."""
    file = reader(world)
    with standing(world, READS_ALL), standing(world, READERS):
        row = examined(world, "dmz", str(file))["rights"]
    assert row["verdict"] == "differs"
    assert "refused: create " in row["found"]


def test_the_nodes_of_the_cluster_import_as_they_are_declared(world: Applied) -> None:
    """A9: what `kubectl get nodes -o json` prints, sizes and pools included."""
    estate = world.estate
    live, table = estate.root / "live.json", estate.root / "imported.csv"
    nodes = world.lab.kubectl("dmz", "get", "nodes", "-o", "json").stdout
    live.write_text(nodes, encoding="utf-8")
    command = ["import", "nodes", "--root", str(estate.root), "--stack", "dmz"]
    ran = CliRunner().invoke(main, [*command, "--out", str(table), str(live)])
    assert ran.exit_code == 0, ran.output
    assert "Not carried over: 0." in ran.output
    with table.open(encoding="utf-8") as file:
        found = [tuple(row) for row in csv.reader(file)][1:]
    (stack,) = (one.value for zone, one in estate.load().stacks.items() if zone == "dmz")
    declared = [
        (node.name, str(node.address), node.rack, node.size, node.pool) for node in stack.nodes
    ]
    assert sorted(found) == sorted(declared)
    live.unlink()
    table.unlink()
