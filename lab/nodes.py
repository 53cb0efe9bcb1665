"""Makes the nodes of a cluster those of the inventory, as kubelets would register them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.api import Api, Object
from lab.inventory import SimulatedCluster, SimulatedNode
from toolchain.trouble import Trouble

MANAGER = "lab-kubelet"
FAKE = {"kwok.x-k8s.io/node": "fake"}
"""What makes KWOK play this node's kubelet."""

_PATH = "/api/v1/nodes"
_READY_SECONDS = 60


@dataclass(frozen=True)
class Changes:
    """What a reconciliation did, as node names."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"{len(names)} {verb}" for verb, names in vars(self).items() if names]
        return f"nodes: {', '.join(parts) or 'unchanged'}"


def reconcile(api: Api, cluster: SimulatedCluster) -> Changes:
    """Adds, changes and removes nodes, and touches none that is as it should be."""
    standing = {node["metadata"]["name"]: node for node in api.get(_PATH)["items"]}
    wanted = {node.name: node for node in cluster.nodes}
    added = tuple(name for name in wanted if name not in standing)
    changed = tuple(
        name
        for name, node in wanted.items()
        if name in standing and not _matches(standing[name], node, cluster)
    )
    removed = tuple(name for name in standing if name not in wanted)
    for name in (*added, *changed):
        _register(api, wanted[name], cluster, standing.get(name))
    for name in removed:
        api.delete(f"{_PATH}/{name}")
    return Changes(added, changed, removed)


def wait_until_ready(api: Api, cluster: SimulatedCluster) -> None:
    """Waits until KWOK has taken all nodes over."""
    deadline = time.monotonic() + _READY_SECONDS
    while waiting := [
        node["metadata"]["name"] for node in api.get(_PATH)["items"] if not _ready(node)
    ]:
        if time.monotonic() > deadline:
            raise Trouble(
                f"nodes of {cluster.name} did not become Ready within {_READY_SECONDS} s: "
                f"{', '.join(waiting)}. `make down` and `make up` make them anew"
            )
        time.sleep(0.2)


def _register(
    api: Api, node: SimulatedNode, cluster: SimulatedCluster, standing: Object | None
) -> None:
    path = f"{_PATH}/{node.name}"
    # Controllers mark nodes too (not-ready, unschedulable): the list is atomic, so keep theirs.
    taints = [dict(taint) for taint in node.taints] + _controllers_taints(standing or {})
    head: Object = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node.name, "labels": _labels(node), "annotations": FAKE},
        "spec": {"taints": taints} if taints or standing else {},
    }
    status = _status(node, cluster)
    api.apply(path, head | {"status": status}, MANAGER)
    api.apply(
        f"{path}/status",
        {k: head[k] for k in ("apiVersion", "kind")}
        | {"metadata": {"name": node.name}, "status": status},
        MANAGER,
    )


def _labels(node: SimulatedNode) -> dict[str, str]:
    return {
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        **node.labels,
    }


def _status(node: SimulatedNode, cluster: SimulatedCluster) -> Object:
    return {
        "addresses": [
            {"type": "InternalIP", "address": node.address},
            {"type": "Hostname", "address": node.name},
        ],
        "capacity": dict(node.capacity),
        "allocatable": dict(node.allocatable),
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "simulated://1",
            "kernelVersion": "simulated",
            "kubeProxyVersion": "",
            "kubeletVersion": f"v{cluster.version.removeprefix('v')}",
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "simulated",
            "systemUUID": "",
        },
    }


def _matches(standing: Object, node: SimulatedNode, cluster: SimulatedCluster) -> bool:
    metadata, status = standing["metadata"], standing.get("status", {})
    taints = [taint for taint in _taints(standing) if not _by_controller(taint)]
    return (
        _contains(metadata.get("labels", {}), _labels(node))
        and not _left_over(standing, _labels(node))
        and _contains(metadata.get("annotations", {}), FAKE)
        and _by_key(taints) == _by_key([dict(taint) for taint in node.taints])
        and all(
            status.get(key) == value
            for key, value in _status(node, cluster).items()
            if key != "nodeInfo"
        )
        and status.get("nodeInfo", {}).get("kubeletVersion")
        == f"v{cluster.version.removeprefix('v')}"
    )


def _left_over(standing: Object, labels: Mapping[str, str]) -> bool:
    """Whether the lab once set a label that the inventory no longer has."""
    ours = {
        key.removeprefix("f:")
        for entry in standing["metadata"].get("managedFields", [])
        if entry.get("manager") == MANAGER and entry.get("operation") == "Apply"
        for key in entry.get("fieldsV1", {}).get("f:metadata", {}).get("f:labels", {})
    }
    return not ours <= set(labels)


def _contains(found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(found.get(key) == value for key, value in wanted.items())


def _taints(node: Object) -> list[dict[str, Any]]:
    return node.get("spec", {}).get("taints", [])


def _by_controller(taint: Mapping[str, Any]) -> bool:
    return str(taint["key"]).startswith("node.kubernetes.io/")


def _controllers_taints(node: Object) -> list[dict[str, Any]]:
    return [taint for taint in _taints(node) if _by_controller(taint)]


def _by_key(taints: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted(
        (str(taint["key"]), str(taint.get("value", "")), str(taint["effect"])) for taint in taints
    )


def _ready(node: Object) -> bool:
    """Ready, and the controllers have noticed: until then nothing is scheduled there."""
    unnoticed = any(taint["key"] == "node.kubernetes.io/not-ready" for taint in _taints(node))
    return not unnoticed and any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in node.get("status", {}).get("conditions", [])
    )
