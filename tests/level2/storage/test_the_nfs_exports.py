"""The export lists: each directory for exactly the nodes that run its app (H2, M1, X8)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan
from estate.topics.storage.plan import StoragePlan
from tests.documents import table, texts
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

DMZ = "Pulumi.dmz.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"
DESK = "apps/claims-desk-intranet.yaml"
OTHERS = ("estate-registry-storage", "estate-logging.log-snapshots")
"""Volumes of the platform's own services on a filer."""
SAFE = {"rw", "sync", "sec=sys", "no_subtree_check", "root_squash"}


@dataclass(frozen=True)
class Export:
    """A line of exports(5): default options after a dash, then clients."""

    directory: str
    options: tuple[str, ...]
    clients: tuple[str, ...]


def exports(plan: Plan, filer: str) -> list[Export]:
    """What the filer's server would read for apps; fails on what it would misunderstand."""
    found: list[Export] = []
    for line in texts(plan)[f"nfs/{filer}.exports"].splitlines():
        if line.startswith("#"):
            continue
        directory, options, *clients = line.split(" ")
        assert directory.startswith("/") and options.startswith("-")
        # Without a client, the directory would be everybody's.
        assert clients and all(client.replace(".", "").isdigit() for client in clients), line
        found.append(Export(directory, tuple(options[1:].split(",")), tuple(clients)))
    registries = (plan.of(RegistryPlan).external, plan.of(RegistryPlan).internal)
    others = {registry.directory for registry in registries if registry}
    if (logged := plan.find(LoggingPlan)) and logged.snapshots:
        others.add(logged.snapshots.directory)
    return [export for export in found if export.directory not in others]


def directories(plan: Plan) -> list[dict[str, str]]:
    """What the filer's team makes for apps."""
    return [row for row in table(plan, "nfs/directories.csv") if row["tenant"] != "platform"]


def all_exports(plan: Plan) -> list[Export]:
    return [
        export for filer in plan.of(StoragePlan).nfs_filers for export in exports(plan, filer.name)
    ]


def volumes(plan: Plan) -> dict[str, Any]:
    """The NFS volumes that are rendered, by path."""
    found: list[Any] = [
        manifest.body
        for manifest in compose(plan).manifests
        if manifest.kind == "PersistentVolume" and manifest.name not in OTHERS
    ]
    return {one["spec"]["nfs"]["path"]: one for one in found if "nfs" in one["spec"]}


def test_each_volume_has_one_line_on_its_filer_and_each_line_a_volume(tmp_path: Path) -> None:
    """H2, M1: what a pod mounts is exported, what is exported a pod mounts."""
    for plan in shipped(tmp_path).plans().values():
        paths = [export.directory for export in all_exports(plan)]
        assert paths
        assert sorted(paths) == sorted(volumes(plan))
        for filer in plan.of(StoragePlan).nfs_filers:
            for export in exports(plan, filer.name):
                volume = volumes(plan)[export.directory]
                assert volume["spec"]["nfs"]["server"] == str(filer.address)


def test_clients_are_exactly_the_nodes_of_the_apps_pool(tmp_path: Path) -> None:
    """H2: by address, no range and no name; in a shared pool all of its nodes."""
    estate = shipped(tmp_path)
    estate.edit("tenants/claims.yaml", "    pool: claims", "    pool: shared")
    estate.edit("Pulumi.intranet.yaml", "    - {name: claims, tenant: claims}\n", "")
    for number, rack in ((15, "a"), (16, "b"), (17, "c")):
        node = f"address: 10.20.1.{number}, rack: rack-{rack}, size: medium, pool: "
        estate.edit("Pulumi.intranet.yaml", f"{node}claims", f"{node}shared")
    for plan in estate.plans().values():
        nodes = {
            pool.name: {str(node.address) for node in pool.nodes}
            for pool in plan.of(NodesPlan).pools
        }
        expected = {
            app.logs.directory: nodes[app.pool] for app in plan.of(AppsPlan).apps if app.logs
        }
        found = {export.directory: set(export.clients) for export in all_exports(plan)}
        assert found == expected
        assert all(len(set(export.clients)) == len(export.clients) for export in all_exports(plan))


def test_owner_group_and_mode_fit_what_the_pods_run_as(tmp_path: Path) -> None:
    """H2: Kubernetes gives an NFS directory to nobody, so it has to fit `fsGroup` beforehand."""
    for plan in shipped(tmp_path).plans().values():
        rows = {row["directory"]: row for row in directories(plan)}
        assert set(rows) == set(volumes(plan))
        for manifest in compose(plan).manifests:
            body: Any = manifest.body
            if manifest.kind != "Deployment" or not _writes_logs(body):
                continue
            security = body["spec"]["template"]["spec"]["securityContext"]
            (row,) = [row for row in rows.values() if row["app"] == manifest.name]
            assert int(row["uid"]) == security["runAsUser"]
            assert int(row["gid"]) == security["fsGroup"] == security["runAsGroup"]
            mode = int(row["mode"], 8)
            assert mode & 0o770 == 0o770, "the pods' user and group may do everything"
            assert mode & 0o007 == 0, "nobody else anything"
            assert mode & 0o2000, "what is made inside stays in the group"


def _writes_logs(deployment: Any) -> bool:
    volumes = deployment["spec"]["template"]["spec"]["volumes"]
    return any(volume["name"] == "logs" for volume in volumes)


def test_root_is_squashed_into_the_user_that_pods_run_as(tmp_path: Path) -> None:
    """H2, X8: the kubelet makes each pod's directory as root; as nobody it could not."""
    for plan in shipped(tmp_path).plans().values():
        rows = {row["directory"]: row for row in directories(plan)}
        for export in all_exports(plan):
            row = rows[export.directory]
            owner = {f"anonuid={row['uid']}", f"anongid={row['gid']}"}
            assert set(export.options) == SAFE | owner
        pods: list[Any] = [
            manifest.body for manifest in compose(plan).manifests if manifest.kind == "Deployment"
        ]
        for pod in (one for one in pods if _writes_logs(one)):
            mounts = pod["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
            logs = [mount["subPathExpr"] for mount in mounts if mount["name"] == "logs"]
            kinds = ("middleware", "dump", "application")
            assert logs == [f"$(POD_NAME)/{kind}" for kind in kinds], "which the kubelet makes"


def test_size_and_owner_are_what_the_app_declares(tmp_path: Path) -> None:
    """H2: who runs the filer sets the limit and knows whom to ask."""
    (row,) = directories(shipped(tmp_path).plans()["dmz"])
    assert (row["size"], row["owner"]) == ("20Gi", "policy-portal@harbour.example")
    assert (row["filer"], row["filer_address"]) == ("filer-dmz", "10.10.3.10")


def test_a_retired_app_keeps_its_line(tmp_path: Path) -> None:
    """H2: its volume stays until the declaration goes, so its directory does too."""
    estate = shipped(tmp_path)
    before = all_exports(estate.plans()["dmz"])
    after = estate.edit(PORTAL, "replicas: 2", "replicas: 2\nstate: retired").plans()["dmz"]
    assert all_exports(after) == before
    assert [row["state"] for row in directories(after)] == ["retired"]


def test_an_app_that_is_gone_is_exported_to_nobody(tmp_path: Path) -> None:
    """H2: an empty list still stands there: a missing file would leave the old one in force."""
    estate = shipped(tmp_path).remove(PORTAL)
    dedicated = "{name: policy-portal, tenant: life, app: policy-portal}"
    estate.edit(DMZ, dedicated, "{name: policy-portal}")
    plan = estate.plans()["dmz"]
    assert "nfs/filer-dmz.exports" in texts(plan)
    assert exports(plan, "filer-dmz") == []
    assert directories(plan) == []


def test_a_pool_without_nodes_exports_to_nobody_rather_than_to_everybody(tmp_path: Path) -> None:
    """H2: a line without clients would mean the world; only a retired app can come to that."""
    estate = shipped(tmp_path).edit(PORTAL, "replicas: 2", "replicas: 2\nstate: retired")
    for rack in ("rack-a", "rack-b"):
        node = f"rack: {rack}, size: medium, pool: "
        estate.edit(DMZ, f"{node}policy-portal", f"{node}shared")
    plan = estate.plans()["dmz"]
    assert exports(plan, "filer-dmz") == []
    comment = "# /exports/dmz/life-policy-portal/policy-portal: pool 'policy-portal' has no node"
    assert comment in texts(plan)["nfs/filer-dmz.exports"].splitlines()


def test_a_second_filer_has_a_list_of_its_own(tmp_path: Path) -> None:
    """H2: each filer's team gets its own directories and nobody else's."""
    estate: Estate = shipped(tmp_path)
    filer = "    - {name: filer-intranet, address: 10.20.3.10, export: /exports/intranet}\n"
    other = "    - {name: filer-b, address: 10.20.3.11, export: /b}\n"
    estate.edit("Pulumi.intranet.yaml", filer, filer + other)
    estate.edit(DESK, "filer: filer-intranet", "filer: filer-b")
    plan = estate.plans()["intranet"]
    assert [export.directory for export in exports(plan, "filer-b")] == ["/b/claims/claims-desk"]
    assert "claims-desk" not in texts(plan)["nfs/filer-intranet.exports"]
