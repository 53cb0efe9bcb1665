"""The doctor's table: each fact that decides whether the estate works on a cluster (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from estate.composition import Composition, compose
from estate.proof.doctor.finding import Finding
from estate.proof.doctor.findings import findings
from estate.proof.doctor.live import Service
from estate.proof.live_nodes import LiveNodes
from tests.estates import Estate, shipped
from tests.live_clusters import POOL, as_declared, live

pytestmark = pytest.mark.level0

KUBERNETES = Service(namespace="default", name="kubernetes", address="10.96.0.1")
DNS = Service(namespace="kube-system", name="kube-dns", address="10.96.0.10")


def composed(estate: Estate) -> Composition:
    return compose(estate.plans()["dmz"])


@pytest.fixture(scope="module")
def dmz(tmp_path_factory: pytest.TempPathFactory) -> Composition:
    return composed(shipped(tmp_path_factory.mktemp("shipped")))


def not_as_declared(composition: Composition, **changed: Any) -> list[Finding]:
    found = findings(composition, replace(as_declared(composition), **changed))
    return [finding for finding in found if finding.verdict != "as declared"]


def test_a_cluster_as_declared_has_nothing_to_mend(dmz: Composition) -> None:
    """A1, N2: and each fact stands in the table."""
    assert not_as_declared(dmz) == []
    facts = [finding.fact for finding in findings(dmz, as_declared(dmz))]
    assert facts == [
        "identity",
        "UID of kube-system",
        "version",
        "clock",
        "nodes",
        "network plugin",
        "mode of kube-proxy",
        "range of Services",
        "name service",
        "node ports",
        "definitions",
        "metrics.k8s.io",
        "rights",
    ]


DIFFERENT: Mapping[str, tuple[dict[str, Any], str, str, str]] = {
    "another cluster": ({"labels": {"estate/cluster": "test"}}, "identity", "test", "kubeconfig"),
    "no identity": ({"labels": {}}, "identity", "no label", "label namespace kube-system"),
    "an older version": ({"version": "v1.35.2"}, "version", "1.35", "estate:cluster.version"),
    "a vendor's version": ({"version": "v1.35.2+k3s1"}, "version", "1.35", "documents follow"),
    "a clock that is late": ({"clock_skew": -90.0}, "clock", "90 s behind", "Set the clock"),
    "a plugin without policies": (
        {"daemon_sets": frozenset({"kube-flannel-ds"})},
        "network plugin",
        "flannel",
        "enforces no NetworkPolicy",
    ),
    "two plugins": (
        {"daemon_sets": frozenset({"calico-node", "cilium"})},
        "network plugin",
        "calico, cilium",
        "estate:network.cni",
    ),
    "another mode of kube-proxy": (
        {"kube_proxy": "mode: ipvs\n"},
        "mode of kube-proxy",
        "ipvs",
        "estate:network.data_plane",
    ),
    "kube-proxy's default mode": (
        {"kube_proxy": 'mode: ""\n'},
        "mode of kube-proxy",
        "iptables",
        "estate:network.data_plane",
    ),
    "another range of Services": (
        {"services": (replace(KUBERNETES, address="172.20.0.1"), DNS)},
        "range of Services",
        "default/kubernetes has 172.20.0.1",
        "--service-cluster-ip-range",
    ),
    "no name service": ({"services": (KUBERNETES,)}, "name service", "no such Service", "no pod"),
    "a cache of names on nodes": (
        {"daemon_sets": frozenset({"calico-node", "node-local-dns"})},
        "name service on nodes",
        "DaemonSet node-local-dns",
        "clusterDNS",
    ),
    "another range of node ports": (
        {"refused_ports": {30000: "the range of valid ports is 31000-32767"}},
        "node ports",
        "30000: the range of valid ports is 31000-32767",
        "--service-node-port-range",
    ),
    "no metrics of resources": (
        {"resource_metrics": ""},
        "metrics.k8s.io",
        "nobody serves it",
        "resource_metrics: estate",
    ),
    "few rights": (
        {"refused_rights": ("create namespaces", "delete nodes")},
        "rights",
        "refused: create namespaces, delete nodes",
        "deploying identity",
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_one_different_fact_is_one_row_with_its_remedy(dmz: Composition, case: str) -> None:
    """A1, A5, N2: found, and what to do about it."""
    changed, fact, found, remedy = DIFFERENT[case]
    (row,) = not_as_declared(dmz, **changed)
    assert (row.verdict, row.fact, row.found) == ("differs", fact, found)
    assert remedy in row.remedy


def test_a_cluster_of_another_uid_is_found(tmp_path: Path) -> None:
    """A1: it was rebuilt under the same name."""
    uid = "11111111-8a51-4c50-9d0e-3f5f6f1c7a11"
    estate = shipped(tmp_path).edit(
        "Pulumi.dmz.yaml", "context: dmz", f'context: dmz\n    uid: "{uid}"'
    )
    (row,) = not_as_declared(composed(estate))
    assert (row.fact, row.declared) == ("UID of kube-system", uid)


def test_nothing_is_claimed_of_what_cannot_be_seen(dmz: Composition) -> None:
    """A5: a plugin of another name, a kube-proxy without its ConfigMap, a refused dry run."""
    hidden: dict[str, Any] = {
        "daemon_sets": frozenset[str](),
        "kube_proxy": "",
        "ports_not_tried": "the dry run is refused: no",
    }
    rows = not_as_declared(dmz, **hidden)
    assert {row.verdict for row in rows} == {"not known"}
    assert [row.fact for row in rows] == ["network plugin", "mode of kube-proxy", "node ports"]


def test_somebodys_metrics_server_is_not_replaced(tmp_path: Path) -> None:
    """I4: two would take each other's place."""
    cluster, estate = "resource_metrics: cluster", "resource_metrics: estate"
    composition = composed(shipped(tmp_path).edit("Pulumi.dmz.yaml", cluster, estate))
    assert not_as_declared(composition) == []
    (row,) = not_as_declared(composition, resource_metrics="kube-system/metrics-server")
    assert (row.fact, row.found) == ("metrics.k8s.io", "kube-system/metrics-server serves it")


def test_a_kind_that_is_not_served_is_named_with_what_brings_it(dmz: Composition) -> None:
    """E9: definitions of others, and versions of Kubernetes' own."""
    served = dict(as_declared(dmz).served)
    served["apps/v1"] = served["apps/v1"] - {"StatefulSet"}
    (row,) = not_as_declared(dmz, served=served)
    assert (row.fact, row.declared) == ("definitions", "StatefulSet of apps/v1")


def test_a_storage_class_of_others_is_found(dmz: Composition) -> None:
    """H1: its provisioner cannot be changed."""
    (name, *_) = [
        manifest.physical_name for manifest in dmz.manifests if manifest.kind == "StorageClass"
    ]
    (row,) = not_as_declared(dmz, storage_classes={name: "example.com/other"})
    assert (row.fact, row.found) == (f"storage class {name}", "example.com/other")


def test_the_pools_label_is_set_by_the_first_up_and_a_wrong_one_is_not_awaited(
    dmz: Composition,
) -> None:
    """D2: nodes have joined, and `pulumi up` has not run yet."""
    nodes = live(dmz.plan)
    del nodes["dmz-n01"]["metadata"]["labels"][POOL]
    nodes["dmz-n02"]["metadata"]["labels"][POOL] = "shared"
    items = LiveNodes.model_validate({"items": [*nodes.values()]}).items
    first, second = not_as_declared(dmz, nodes=items)
    assert (first.fact, first.verdict) == ("label of dmz-n01", "set by up")
    assert (second.fact, second.verdict) == ("label of dmz-n02", "differs")
