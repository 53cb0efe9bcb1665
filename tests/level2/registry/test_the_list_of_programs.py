"""Every image that a zone runs and that is not the platform's: listed, or said to be unresolved.

A zone without a way out pulls what its registry holds, so a program that nobody lists is a
program that does not start.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from tests.documents import table, texts
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level2

LIST = "images/programs.csv"
OF_CALICO = {
    "calico/operator",
    "calico/node",
    "calico/cni",
    "calico/kube-controllers",
    "calico/typha",
    "calico/csi",
    "calico/node-driver-registrar",
    "calico/pod2daemon-flexvol",
}
"""What operator v1.42.3 runs of Calico v3.32.1 without its optional parts."""


def programs(plan: Plan) -> dict[str, list[dict[str, str]]]:
    """The list's rows by program."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in table(plan, LIST):
        found.setdefault(row["program"], []).append(row)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_lists_its_network_plugin_and_all_that_kubeadm_asks_for(
    zone: Zone, tmp_path: Path
) -> None:
    """A7, G5: Calico's operator asks for `calico/<image>` of the zone's registry, by tag."""
    plan = shipped(tmp_path).plans()[zone]
    found = programs(plan)
    host = f"registry.{zone}.harbour.example"
    calico = {row["target"].removeprefix(f"{host}/").rpartition(":")[0] for row in found["calico"]}
    assert calico == OF_CALICO
    assert {row["release"] for row in found["calico"]} == {"v3.32.1"}
    names = {row["target"].rpartition("/")[2].partition(":")[0] for row in found["kubernetes"]}
    assert names == {
        *("coredns", "etcd", "kube-apiserver", "kube-controller-manager"),
        *("kube-proxy", "kube-scheduler", "pause"),
    }
    drivers = {"rbd.csi.ceph.com"} if zone == "intranet" else set[str]()
    assert found.keys() == {"calico", "kubernetes"} | drivers


@pytest.mark.parametrize("zone", ZONES)
def test_an_image_has_a_digest_or_is_said_to_have_none(zone: Zone, tmp_path: Path) -> None:
    """G5: and the mirror's list has each of them, under the path and tag that pods ask for."""
    plan = shipped(tmp_path).plans()[zone]
    rows = [row for row in table(plan, LIST) if row["image"]]
    mirrored = {row["target"].partition("@")[0]: row for row in table(plan, "images/mirror.csv")}
    lines = [line.split() for line in texts(plan)["images/mirror.txt"].splitlines()]
    copied = {(line[0], f"{line[1]}:{line[3]}") for line in lines if len(line) == 4}
    for row in rows:
        assert (row["state"] == "resolved") == row["digest"].startswith("sha256:"), row
        assert set(row["digest"].removeprefix("sha256:")) != {"0"}
        assert mirrored[row["target"]]["source"] == row["image"]
        assert (row["image"], row["target"].partition("/")[2]) in copied
    assert len(copied) == len(rows)


def test_a_program_that_images_yaml_does_not_have_is_named(tmp_path: Path) -> None:
    """G5: a daemon set and a mesh that a stack declares run images, and nobody has listed them."""
    estate = (
        minimal()
        .with_stack(
            "dmz",
            mesh="istio",
            daemon_sets=[{"name": "security-agent", "cpu": "100m", "memory": "64Mi"}],
        )
        .written(tmp_path)
    )
    found = programs(estate.plans()["dmz"])
    for name, key in (
        ("security-agent", "estate:daemon_sets"),
        ("istio", "estate:mesh"),
        ("calico", "estate:network.cni"),
    ):
        (row,) = found[name]
        assert (row["state"], row["declared_by"]) == ("not in images.yaml", key)


def _protected(estate: Estate, zone: Zone) -> str:
    estate.edit(f"Pulumi.{zone}.yaml", "estate:removal: allowed", "estate:removal: protected")
    (problem,) = [one for one in estate.problems() if one.code == "unresolved-image"]
    return problem.found


def test_a_zone_that_matters_is_refused_without_the_digests_of_its_programs(tmp_path: Path) -> None:
    """G5: of those that it runs; another zone's driver does not hold it up."""
    found = _protected(shipped(tmp_path), "dmz")
    assert "quay.io/calico/node:v3.32.1" in found
    assert "cephcsi" not in found and "metallb" not in found
