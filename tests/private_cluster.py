"""A control plane of a test's own, made as the one was that the recordings come from.

Not the lab's: a recording is compared word by word, so this cluster has kwokctl's own settings
(no pod addresses per node, for example), whatever the estate declares.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import kubeconfig, processes
from toolchain import build

NAME = "private"
_TRIES = 100

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "annotations": {"kwok.x-k8s.io/node": "fake"},
        "labels": {"kubernetes.io/hostname": "n1", "kubernetes.io/os": "linux", "type": "kwok"},
        "name": "n1",
    },
    "status": {
        "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "110"},
        "capacity": {"cpu": "8", "memory": "32Gi", "pods": "110"},
    },
}


@dataclass(frozen=True)
class PrivateCluster:
    """A running control plane with one simulated node, `n1`."""

    config: Path
    """Its kubeconfig; the context is called `private`."""
    folder: Path
    """The working directory of its processes."""

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """What kubectl says."""
        place = [f"--kubeconfig={self.config}", f"--context={NAME}"]
        command = [str(build.binaries()["kubectl"]), *place, *arguments]
        ran = subprocess.run(command, input=given, text=True, capture_output=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def wait_until(self, *question: str, says: str) -> None:
        """Ask kubectl until its answer holds the words."""
        last = ""
        for _ in range(_TRIES):
            try:
                last = self.kubectl(*question)
            except AssertionError as not_yet:
                last = str(not_yet)
            if says in last:
                return
            time.sleep(0.3)
        raise AssertionError(f"{' '.join(question)}: waited for {says!r}, last was {last!r}")


@contextmanager
def private_cluster(home: Path) -> Generator[PrivateCluster]:
    """A control plane for as long as the block runs."""
    folder = home / "clusters" / NAME
    try:
        _create(home)
        config = home / "kubeconfig"
        server = _server(folder)
        config.write_text(kubeconfig.render({NAME: (server, folder / "pki")}))
        cluster = PrivateCluster(config, folder)
        _add_node(cluster)
        yield cluster
    finally:
        processes.end(folder)


def _create(home: Path) -> None:
    binaries = build.binaries()
    options = {
        "runtime": "binary",
        "bindAddress": "127.0.0.1",
        "etcdBinary": str(binaries["etcd"]),
        "kubeApiserverBinary": str(binaries["kube-apiserver"]),
        "kubeControllerManagerBinary": str(binaries["kube-controller-manager"]),
        "kubeSchedulerBinary": str(binaries["kube-scheduler"]),
        "kwokControllerBinary": str(binaries["kwok"]),
        "kubectlBinary": str(binaries["kubectl"]),
    }
    api = "config.kwok.x-k8s.io/v1alpha1"
    config = home / "kwokctl.yaml"
    config.write_text(
        json.dumps({"apiVersion": api, "kind": "KwokctlConfiguration", "options": options})
    )
    command = [str(binaries["kwokctl"]), "create", "cluster", f"--name={NAME}", "--wait=60s"]
    command += [f"--config={config}", "--kubeconfig="]
    env = {key: value for key, value in os.environ.items() if not key.startswith("KWOK_")}
    ran = subprocess.run(
        command, env={**env, "KWOK_WORKDIR": str(home)}, text=True, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr


def _server(folder: Path) -> str:
    for line in (folder / "kubeconfig.yaml").read_text().splitlines():
        key, _, value = line.strip().partition(": ")
        if key == "server":
            return value
    raise AssertionError(f"{folder / 'kubeconfig.yaml'} names no server")


def _add_node(cluster: PrivateCluster) -> None:
    cluster.wait_until("get", "--raw=/readyz", says="ok")
    cluster.kubectl("apply", "-f", "-", given=json.dumps(NODE))
    cluster.kubectl("wait", "--for=condition=Ready", "node/n1", "--timeout=60s")
    # The controllers' own marks, which the recordings show, and what pods need to be admitted.
    for path in (
        r"{.metadata.labels.beta\.kubernetes\.io/os}",
        r"{.metadata.annotations.node\.alpha\.kubernetes\.io/ttl}",
    ):
        cluster.kubectl("wait", f"--for=jsonpath={path}", "node/n1", "--timeout=60s")
    cluster.wait_until("get", "serviceaccounts", "-o", "name", says="default")
