"""The real kubelet reads every configuration that is handed over (B7, I5, D2).

It decodes, merges and validates before it does anything else, and then stops: a kubelet that shall
ask an API server about every request, and was given none, refuses to run. So it touches nothing of
the machine, and how it stops shows that the file's own setting arrived.

Given as a drop-in, which is how it is installed, a field that the kubelet does not know is dropped
without a word; so each file is read as the main file too, where the kubelet tells.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from tests.documents import texts
from tests.estates import shipped
from toolchain import build

pytestmark = pytest.mark.level2

KUBEADM = """\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: false}
authorization: {mode: AlwaysAllow}
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
"""
"""What the file below the drop-in says; its authentication is not what we want, on purpose."""

OF_THIS_MACHINE = "failCgroupV1: false\nfailSwapOn: false\n"
"""Two checks of the machine that the tests run on, which no document is about."""

STOPPED = "failed to run Kubelet: no client provided, cannot use webhook authentication"


def kubelet(folder: Path, main: str, drop_in: str | None = None) -> str:
    """What the kubelet says before it stops."""
    (folder / "main.yaml").write_text(f"{main}{OF_THIS_MACHINE}", encoding="utf-8")
    (folder / "conf.d").mkdir(exist_ok=True)
    (folder / "conf.d" / "50-estate.conf").unlink(missing_ok=True)
    if drop_in is not None:
        (folder / "conf.d" / "50-estate.conf").write_text(drop_in, encoding="utf-8")
    command = [
        str(build.binary("kubelet")),
        f"--config={folder / 'main.yaml'}",
        f"--config-dir={folder / 'conf.d'}",
        f"--root-dir={folder / 'root'}",
        f"--cert-dir={folder / 'pki'}",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1, ran.stderr
    return ran.stderr


def configurations(zone: Zone, folder: Path) -> dict[str, str]:
    """Every kubelet's file of the zone."""
    plan = shipped(folder).plans()[zone]
    return {
        name: text
        for name, text in texts(plan).items()
        if name.startswith("kubelet/") and name.endswith(".yaml")
    }


@pytest.mark.parametrize("zone", ZONES)
def test_the_kubelet_takes_every_file_that_is_handed_over(tmp_path: Path, zone: Zone) -> None:
    """B7, D2, I5: decoded strictly, validated, and merged over what kubeadm writes."""
    found = configurations(zone, tmp_path)
    assert len(found) >= 7
    for name, text in found.items():
        alone = kubelet(tmp_path, text)
        assert "strict decoding" not in alone, f"{name}: {alone}"
        assert STOPPED in alone, f"{name}: {alone}"
        assert STOPPED in kubelet(tmp_path, KUBEADM, text), name


def test_a_drop_in_wins_over_the_file_below_it(tmp_path: Path) -> None:
    """B7: without ours, a kubelet with that file would ask nobody, and come further."""
    assert STOPPED not in kubelet(tmp_path, KUBEADM.replace("AlwaysAllow", "None"))


def _changed(folder: Path, key: str, value: object) -> str:
    (text, *_) = configurations("dmz", folder).values()
    return yaml.safe_dump({**yaml.safe_load(text), key: value})


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("readOnlyPorts", 0, 'strict decoding error: unknown field \\"readOnlyPorts\\"'),
        ("readOnlyPort", 70000, "readOnlyPort"),
        ("maxPods", -4, "must not be a negative number"),
        ("enforceNodeAllocatable", ["kube-reserved"], "kubeReservedCgroup"),
        ("systemReserved", {"cpu": {"m": 1}}, "json: cannot unmarshal object"),
        ("registerWithTaints", [{"key": "dedicated", "effect": "Never"}], "Never"),
    ],
)
def test_what_a_kubelet_does_not_take_is_told(
    tmp_path: Path, key: str, value: object, says: str
) -> None:
    """B7, I5: the reading above can fail, in the kubelet's own words."""
    assert says in kubelet(tmp_path, _changed(tmp_path, key, value))
