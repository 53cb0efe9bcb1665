"""What stateful apps become: replicas with disks of their own, and a quorum (K3, M1, M7, X15)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]
import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.plan import Plan
from tests.documents import table
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

INTRANET = "Pulumi.intranet.yaml"
ZOOKEEPER = "apps/registry-zk-intranet.yaml"
STORE = "apps/document-store-intranet.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def manifests(plan: Plan) -> dict[tuple[str, str], Manifest]:
    return {(manifest.kind, manifest.name): manifest for manifest in compose(plan).manifests}


def spec(found: dict[tuple[str, str], Manifest], kind: str, name: str) -> Any:
    return found[(kind, name)].body["spec"]


def test_each_replica_finds_the_claim_and_the_disk_that_are_its_own(estate: Estate) -> None:
    """M1: names meet: what the StatefulSet looks for is claimed, and bound in advance."""
    found = manifests(estate.plans()["intranet"])
    for app, volume, replicas in (("registry-zk", "data", 3), ("document-store", "documents", 2)):
        stateful = spec(found, "StatefulSet", app)
        assert (stateful["replicas"], stateful["ordinals"]) == (replicas, {"start": 1})
        (template,) = stateful["volumeClaimTemplates"]
        assert template["metadata"]["name"] == volume
        (mount,) = [
            one
            for one in stateful["template"]["spec"]["containers"][0]["volumeMounts"]
            if one["name"] == volume
        ]
        assert mount["mountPath"].startswith("/d")
        for replica in range(1, replicas + 1):
            claim = found[("PersistentVolumeClaim", f"{app}.{volume}-{replica}")]
            assert claim.physical_name == f"{volume}-{app}-{replica}"
            disk = spec(found, "PersistentVolume", f"{app}.{volume}-{replica}")
            body: Any = claim.body["spec"]
            assert body["volumeName"] == f"{app}.{volume}-{replica}"
            where = {"namespace": claim.namespace, "name": claim.physical_name}
            assert disk["claimRef"] == where
            assert disk["storageClassName"] == body["storageClassName"]
            assert disk["persistentVolumeReclaimPolicy"] == "Retain"


def test_a_local_disk_holds_its_pod_on_the_node(estate: Estate) -> None:
    """X15: by the volume's own affinity; LUNs go where their pod goes."""
    found = manifests(estate.plans()["intranet"])
    (term,) = spec(found, "PersistentVolume", "registry-zk.data-2")["nodeAffinity"]["required"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"][0]["values"] == ["int-z02"]
    lun = spec(found, "PersistentVolume", "document-store.documents-1")
    assert lun["fc"]["wwids"] == ["3600508b400105e210000900000490000"]
    assert "nodeAffinity" not in lun


def test_a_lun_of_an_ip_san_is_reached_by_all_its_paths(estate: Estate) -> None:
    """M7: the second portal is what remains when the first is lost."""
    target = "iqn.2026-01.example.harbour:array1"
    disk = "{{app: document-store, volume: documents, replica: {n}, lun: {n}, size: 200Gi}}"
    luns = ", ".join(disk.format(n=n) for n in (1, 2))
    portals = "[10.20.3.20, 10.20.3.21]"
    array = f"{{name: san-ip, iqn: {target}, portals: {portals}, luns: [{luns}]}}"
    estate.edit(INTRANET, "    csi:\n", f"    iscsi:\n      - {array}\n    csi:\n")
    text = (estate.root / INTRANET).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "wwid" not in line]
    estate.add(INTRANET, "\n".join(kept).replace("        luns:\n", "") + "\n")
    estate.edit(STORE, "backend: san-fc", "backend: san-ip")
    found = manifests(estate.plans()["intranet"])
    for n in (1, 2):
        assert spec(found, "PersistentVolume", f"document-store.documents-{n}")["iscsi"] == {
            "targetPortal": "10.20.3.20:3260",
            "portals": ["10.20.3.21:3260"],
            "iqn": target,
            "lun": n,
            "fsType": "xfs",
        }
    kubernetes_validate.validate(found[("StorageClass", "san-ip")].body, "1.36", strict=True)
    assert found[("StorageClass", "san-ip")].body["provisioner"] == "kubernetes.io/no-provisioner"


@pytest.mark.parametrize("driver", ["openebs.csi.openebs.io", "csi.vsphere.vmware.com"])
def test_a_driver_of_any_vendor_is_named_and_nothing_else_of_it_is_known(
    estate: Estate, driver: str
) -> None:
    """M2, M5: what has replaced the volume plugins of old: a CSI driver, by name."""
    estate.edit(INTRANET, "rbd.csi.ceph.com, parameters: {pool: kubernetes}}", f"{driver}}}")
    body = manifests(estate.plans()["intranet"])[("StorageClass", "ceph")].body
    assert body["provisioner"] == driver and "parameters" not in body


def test_a_disk_that_joins_moves_no_other(estate: Estate) -> None:
    """M1: each is assigned by name, wherever in the list it stands."""
    before = manifests(estate.plans()["intranet"])
    line = "          - {app: registry-zk, volume: data, replica: 1,"
    spare = "          - {app: registry-zk, volume: data, replica: 4, node: int-z01, path: /b, "
    estate.edit(INTRANET, line, f"{spare}size: 20Gi}}\n{line}")
    after = manifests(estate.plans()["intranet"])
    assert {key for key in before if before[key] != after[key]} == set()
    assert {name for _, name in after.keys() - before.keys()} == {"registry-zk.data-4"}


def test_an_ensemble_finds_itself_and_counts_its_servers_from_one(estate: Estate) -> None:
    """K3: every server is named in zoo.cfg by the name that DNS gives its pod."""
    found = manifests(estate.plans()["intranet"])
    (config,) = [
        manifest for (kind, name), manifest in found.items() if kind == "ConfigMap" and "zk" in name
    ]
    data: Any = config.body["data"]
    (text,) = data.values()
    lines = dict(line.split("=", 1) for line in text.splitlines())
    peers = spec(found, "Service", "registry-zk-peers")
    assert peers["clusterIP"] == "None" and peers["publishNotReadyAddresses"] is True
    servers = {key: value for key, value in lines.items() if key.startswith("server.")}
    namespace = found[("StatefulSet", "registry-zk")].namespace
    assert servers == {
        f"server.{n}": f"registry-zk-{n}.registry-zk-peers.{namespace}.svc:2888:3888"
        for n in (1, 2, 3)
    }
    assert (lines["clientPort"], lines["dataDir"]) == ("2181", "/data")
    stateful = spec(found, "StatefulSet", "registry-zk")
    (box,) = stateful["template"]["spec"]["containers"]
    environment = {one["name"]: one for one in box["env"]}
    field = environment["ZOO_MY_ID"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert field == "metadata.labels['apps.kubernetes.io/pod-index']"
    mounted = {one["mountPath"] for one in box["volumeMounts"]}
    assert environment["ZOO_CONF_DIR"]["value"] in mounted
    assert stateful["serviceName"] == "registry-zk-peers"
    assert spec(found, "PodDisruptionBudget", "registry-zk")["maxUnavailable"] == 1
    assert "podAntiAffinity" in stateful["template"]["spec"]["affinity"]


def test_nobody_reaches_an_ensemble_from_elsewhere_but_declared(estate: Estate) -> None:
    """K3, C3: in a namespace of its own, without a way in that nobody asked for."""
    found = manifests(estate.plans()["intranet"])
    own = [
        name
        for (kind, name), manifest in found.items()
        if kind == "NetworkPolicy" and manifest.namespace == "shared-services-registry-zk"
    ]
    closed = {"default-deny", "dns", "same-namespace"}
    rest = {name.removeprefix("shared-services-registry-zk-") for name in own} - closed
    assert rest <= {"registry-zk-connected-from"}


def test_a_lost_node_takes_a_local_replica_with_it_and_the_rest_must_fit(estate: Estate) -> None:
    """X4, X15: what does not move needs no room elsewhere; what stays needs its own."""
    estate.edit(ZOOKEEPER, "{cpu: 1, memory: 2Gi}", "{cpu: 6, memory: 2Gi}")
    assert estate.problems() == ()
    estate.edit(ZOOKEEPER, "{cpu: 6, memory: 2Gi}", "{cpu: 9, memory: 2Gi}")
    assert [problem.code for problem in estate.problems()] == ["pool-does-not-survive"]


def test_replicas_on_the_san_move_and_need_room(estate: Estate) -> None:
    """X4: both fit on what is left of the pool."""
    estate.edit("tenants/claims.yaml", "quota: {cpu: 12, memory: 32Gi, pods: 30}", "quota: L")
    estate.edit(STORE, "{cpu: 1, memory: 2Gi}", "{cpu: 6, memory: 2Gi}")
    assert "pool-does-not-survive" in [problem.code for problem in estate.problems()]


def test_classes_make_nothing_but_what_a_driver_makes(estate: Estate) -> None:
    """M2, M6: no in-tree provisioner; snapshots only where declared; none is the default."""
    estate.edit(INTRANET, "parameters: {pool: kubernetes}}", "snapshots: true}")
    found = manifests(estate.plans()["intranet"])
    classes = {
        name: manifest.body for (kind, name), manifest in found.items() if kind == "StorageClass"
    }
    assert {name: body["provisioner"] for name, body in classes.items()} == {
        "ceph": "rbd.csi.ceph.com",
        "local-logs": "kubernetes.io/no-provisioner",
        "local-ssd": "kubernetes.io/no-provisioner",
        "san-fc": "kubernetes.io/no-provisioner",
    }
    for body in classes.values():
        kubernetes_validate.validate(body, "1.36", strict=True)
        assert body["reclaimPolicy"] == "Retain"
    snapshots = [manifest for (kind, _), manifest in found.items() if kind == "VolumeSnapshotClass"]
    assert [(snapshot.name, snapshot.body["driver"]) for snapshot in snapshots] == [
        ("ceph", "rbd.csi.ceph.com")
    ]
    assert "spec" not in snapshots[0].body


def test_the_storage_team_learns_which_hosts_must_see_which_lun(estate: Estate) -> None:
    """M7: all nodes of the pool, and one that joins, too."""
    plan = estate.plans()["intranet"]
    rows = table(plan, "storage/zoning.csv")
    assert {row["node"] for row in rows} == {"int-n05", "int-n06", "int-n07"}
    assert {row["app"] for row in rows} == {"document-store"}
    assert len(rows) == 6
    line = "{name: int-n07, address: 10.20.1.17, rack: rack-c, size: medium, pool: claims}"
    joined = "{name: int-n27, address: 10.20.1.27, rack: rack-c, size: medium, pool: claims}"
    estate.edit(INTRANET, line, f"{line}\n    - {joined}")
    assert len(table(estate.plans()["intranet"], "storage/zoning.csv")) == 8
    volumes = table(plan, "storage/volumes.csv")
    own = [row for row in volumes if row["tenant"] != "platform"]
    assert [(row["claim"], row["node"], row["size"]) for row in own if row["node"]] == [
        (f"data-registry-zk-{n}", f"int-z0{n}", "20Gi") for n in (1, 2, 3)
    ]
