"""Kubelet configuration: only fields that we mean to write, and held to the plan (B7, I5)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from estate.plan import Plan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import PoolPlan
from tests.documents import kubelets, table, texts
from tests.estates import shipped

pytestmark = pytest.mark.level2


class Strict(BaseModel):
    """No field beside ours, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Switch(Strict):
    """``enabled``, as in KubeletAnonymousAuthentication and KubeletWebhookAuthentication."""

    enabled: bool


class Authentication(Strict):
    """KubeletAuthentication without x509, which the file that `kubeadm join` writes has."""

    anonymous: Switch
    webhook: Switch


class Authorization(Strict):
    """KubeletAuthorization."""

    mode: Literal["AlwaysAllow", "Webhook"]


class RegisteredTaint(Strict):
    """A core/v1 Taint."""

    key: str
    value: str
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class KubeletConfiguration(Strict):
    """kubelet.config.k8s.io/v1beta1 of Kubernetes 1.36: the fields that we may write."""

    apiVersion: Literal["kubelet.config.k8s.io/v1beta1"]
    kind: Literal["KubeletConfiguration"]
    registerWithTaints: list[RegisteredTaint] = []
    maxPods: int
    enforceNodeAllocatable: list[Literal["none", "pods", "system-reserved", "kube-reserved"]]
    systemReserved: dict[Literal["cpu", "memory", "ephemeral-storage", "pid"], str]
    evictionHard: dict[
        Literal[
            "memory.available",
            "nodefs.available",
            "nodefs.inodesFree",
            "imagefs.available",
            "imagefs.inodesFree",
            "pid.available",
        ],
        str,
    ]
    authentication: Authentication
    authorization: Authorization
    readOnlyPort: int
    rotateCertificates: bool
    seccompDefault: bool
    cgroupDriver: Literal["systemd", "cgroupfs"]
    protectKernelDefaults: bool
    podPidsLimit: int = Field(ge=1)
    shutdownGracePeriod: str
    shutdownGracePeriodCriticalPods: str
    imageGCHighThresholdPercent: int = Field(ge=0, le=100)
    imageGCLowThresholdPercent: int = Field(ge=0, le=100)


def decoded(plan: Plan) -> dict[str, KubeletConfiguration]:
    """Every configuration of the zone by its document's name."""
    return {name: KubeletConfiguration(**content) for name, content in kubelets(plan).items()}


def pools_of(plan: Plan) -> dict[str, PoolPlan]:
    """The pools by name."""
    return {pool.name: pool for pool in plan.of(NodesPlan).pools}


def as_number(quantity: str) -> int:
    """A quantity read back: bytes, or CPU in millicores."""
    units = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    if quantity[-2:] in units:
        return int(quantity[:-2]) * units[quantity[-2:]]
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000


def test_every_field_is_one_of_the_kubelets(tmp_path: Path) -> None:
    """B7: a field that the kubelet does not know would be dropped from a drop-in, unsaid."""
    for plan in shipped(tmp_path).plans().values():
        assert len(decoded(plan)) == len(plan.of(NodesPlan).pools) + 1  # the masters'


def test_nodes_register_with_the_taints_of_their_pool(tmp_path: Path) -> None:
    """D2: dedicated nodes repel from their first second; shared ones repel nobody."""
    for plan in shipped(tmp_path).plans().values():
        for name, found in decoded(plan).items():
            pool = pools_of(plan).get(name.split("/")[1])
            if pool is None:  # of masters: their taint is kubeadm's own
                assert found.registerWithTaints == []
                continue
            assert [
                (with_taint.key, with_taint.value, with_taint.effect)
                for with_taint in found.registerWithTaints
            ] == [(taint.key, taint.value, taint.effect) for taint in pool.taints]
            assert bool(found.registerWithTaints) == bool(pool.tenant or pool.role)


def test_reserves_leave_what_the_plan_counts_on(tmp_path: Path) -> None:
    """I5: capacity less reserves less the eviction threshold is the plan's allocatable."""
    for plan in shipped(tmp_path).plans().values():
        files = {row["node"]: row["file"] for row in table(plan, "kubelet/nodes.csv")}
        for pool in plan.of(NodesPlan).pools:
            for node in pool.nodes:
                found = decoded(plan)[files[node.name]]
                reserved = {key: as_number(value) for key, value in found.systemReserved.items()}
                evicted = as_number(found.evictionHard["memory.available"])
                assert node.capacity.cpu - reserved["cpu"] == node.allocatable.cpu
                left = node.capacity.memory - reserved["memory"] - evicted
                assert left == node.allocatable.memory
                assert found.maxPods == node.allocatable.pods


def test_naming_one_threshold_does_not_switch_the_others_off(tmp_path: Path) -> None:
    """I5: the kubelet sets thresholds to zero that stand beside a named one."""
    for plan in shipped(tmp_path).plans().values():
        for found in decoded(plan).values():
            assert found.evictionHard == {
                "memory.available": "100Mi",
                "nodefs.available": "10%",
                "nodefs.inodesFree": "5%",
                "imagefs.available": "15%",
                "imagefs.inodesFree": "5%",
            }


def test_only_pods_are_held_to_the_limit(tmp_path: Path) -> None:
    """I5: enforcing a reserve whose cgroup does not exist stops the kubelet."""
    for plan in shipped(tmp_path).plans().values():
        assert all(found.enforceNodeAllocatable == ["pods"] for found in decoded(plan).values())


def test_nobody_reaches_a_kubelet_without_a_name_and_a_right(tmp_path: Path) -> None:
    """B7: no anonymous requests, no read-only port, every right asked for at the API server."""
    for plan in shipped(tmp_path).plans().values():
        for found in decoded(plan).values():
            assert found.authentication.anonymous.enabled is False
            assert found.authentication.webhook.enabled is True
            assert found.authorization.mode == "Webhook"
            assert found.readOnlyPort == 0
            assert found.rotateCertificates is True
            assert found.seccompDefault is True


def test_every_node_takes_exactly_one_file_that_exists(tmp_path: Path) -> None:
    """A9: the list names the whole inventory, with addresses and racks."""
    estate = shipped(tmp_path)
    stacks = estate.load().stacks
    for zone, plan in estate.plans().items():
        rows = table(plan, "kubelet/nodes.csv")
        assert [
            (row["node"], row["address"], row["rack"], row["pool"], row["size"]) for row in rows
        ] == [
            (node.name, str(node.address), node.rack, node.pool, node.size)
            for node in sorted(stacks[zone].value.nodes, key=lambda node: node.name)
        ]
        assert {row["file"] for row in rows} == set(decoded(plan)) - {"kubelet/masters/medium.yaml"}


def test_a_pool_of_two_sizes_has_two_files(tmp_path: Path) -> None:
    """I5: what the system needs depends on the machine; who repels whom on the pool."""
    estate = shipped(tmp_path).edit(
        "Pulumi.dmz.yaml",
        "name: dmz-n05, address: 10.10.1.15, rack: rack-c, size: medium",
        "name: dmz-n05, address: 10.10.1.15, rack: rack-c, size: large",
    )
    plan = estate.plans()["dmz"]
    medium = decoded(plan)["kubelet/brokers/medium.yaml"]
    large = decoded(plan)["kubelet/brokers/large.yaml"]
    assert medium.systemReserved == {"cpu": "500m", "memory": "2Gi"}
    assert large.systemReserved == {"cpu": "600m", "memory": "3Gi"}
    assert large.registerWithTaints == medium.registerWithTaints != []
    files = {row["node"]: row["file"] for row in table(plan, "kubelet/nodes.csv")}
    assert files["dmz-n04"] == "kubelet/brokers/medium.yaml"
    assert files["dmz-n05"] == "kubelet/brokers/large.yaml"


def test_pools_and_sizes_with_a_dash_do_not_share_a_file(tmp_path: Path) -> None:
    """Pool `a` of size `b-c` and pool `a-b` of size `c` are different nodes."""
    stack = "Pulumi.dmz.yaml"
    estate = shipped(tmp_path)
    estate.edit(
        stack,
        "    medium: {",
        "    medium-b: {cpu: 4, memory: 8Gi, reserved: "
        "{cpu: 100m, memory: 1Gi}}\n    b: {cpu: 4, memory: 8Gi, reserved: "
        "{cpu: 100m, memory: 1Gi}}\n    medium: {",
    )
    estate.edit(
        stack,
        "    - {name: shared}\n",
        "    - {name: shared}\n    - {name: spare}\n    - {name: spare-medium}\n",
    )
    text = (estate.root / stack).read_text()
    estate.add(
        stack,
        text + "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-a, "
        "size: medium-b, pool: spare}\n    - {name: dmz-n14, address: 10.10.1.24, "
        "rack: rack-a, size: b, pool: spare-medium}\n",
    )
    assert {"kubelet/spare/medium-b.yaml", "kubelet/spare-medium/b.yaml"} <= set(
        decoded(estate.plans()["dmz"])
    )


def test_each_file_says_where_it_belongs(tmp_path: Path) -> None:
    """Who opens it knows what installs it, where, and that it must be there before the join."""
    for name, text in texts(shipped(tmp_path).plans()["dmz"]).items():
        if name.startswith("kubelet/") and name.endswith(".yaml"):
            header = "".join(line for line in text.splitlines() if line.startswith("#"))
            assert "/etc/kubernetes/kubelet.conf.d/50-estate.conf" in header
            assert "--config-dir" in header
            assert f"pool '{name.split('/')[1]}'" in header


def test_a_node_that_stops_gives_pods_their_time_and_collects_images_before_it_evicts(
    tmp_path: Path,
) -> None:
    """I5, B7: every emitted pod has 30 s to stop, first the ordinary ones, then critical ones;
    nothing is evicted for space that unused images take."""
    for zone, plan in shipped(tmp_path).plans().items():
        for found in decoded(plan).values():
            whole = int(found.shutdownGracePeriod.removesuffix("s"))
            critical = int(found.shutdownGracePeriodCriticalPods.removesuffix("s"))
            assert whole - critical >= 30 and critical >= 30, zone
            evicts = 100 - int(found.evictionHard["imagefs.available"].removesuffix("%"))
            assert found.imageGCLowThresholdPercent < found.imageGCHighThresholdPercent < evicts
            assert found.protectKernelDefaults and found.seccompDefault
            assert found.podPidsLimit == 4096
