"""A real metrics-server runs with the emitted arguments and the rights of the emitted account.

The nodes of the lab have addresses of the inventory, so it looks at one more alone, on loopback,
whose kubelet is the test's.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import urllib3
import yaml

from estate.topics.monitoring.manifests.monitoring import monitoring
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from lab.ports import free
from tests.estates import Estate, shipped
from tests.level3.applied import Applied
from tests.level3.identity.accounts import kubeconfig
from tests.programs import running, until
from tests.registries import make_pki
from toolchain import build

Json = dict[str, Any]
ZONE = "dmz"
SPACE = "estate-monitoring"
NODE = "on-loopback"
OURS = f"kubernetes.io/hostname={NODE}"
RIGHTS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "RoleBinding")


def _served(estate: Estate) -> list[Json]:
    """What is emitted where the cluster does not serve resource metrics itself."""
    text = (estate.root / f"Pulumi.{ZONE}.yaml").read_text(encoding="utf-8")
    (line,) = (one for one in text.splitlines() if "resource_metrics:" in one)
    estate.edit(f"Pulumi.{ZONE}.yaml", f"{line}\n", "")
    plan = estate.plans()[ZONE].find(MonitoringPlan)
    assert plan
    made = yaml.safe_load(yaml.safe_dump([dict(manifest.body) for manifest in monitoring(plan)]))
    return [one for one in made if "metrics-server" in one["metadata"]["name"]]


class _Kubelet(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, tls: ssl.SSLContext) -> None:
        self.tokens: set[str] = set()
        super().__init__(("127.0.0.1", port), _Answering)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class _Answering(BaseHTTPRequestHandler):
    server: _Kubelet  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        """Half a core all the time, 1 GiB."""
        assert self.path == "/metrics/resource"
        self.server.tokens.add(self.headers["Authorization"])
        now = time.time()
        said = (
            "# TYPE node_cpu_usage_seconds_total counter\n"
            f"node_cpu_usage_seconds_total {now / 2 % 10**6:.6f} {int(now * 1000)}\n"
            "# TYPE node_memory_working_set_bytes gauge\n"
            f"node_memory_working_set_bytes {2**30} {int(now * 1000)}\n"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def _kubelet(port: int, folder: Path) -> Generator[_Kubelet]:
    pki = make_pki(folder / "kubelet", ["127.0.0.1"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pki.certificate, pki.key)
    kubelet = _Kubelet(port, tls)
    thread = Thread(target=kubelet.serve_forever, daemon=True)
    thread.start()
    try:
        yield kubelet
    finally:
        kubelet.shutdown()
        kubelet.server_close()
        thread.join()


@contextmanager
def _node(world: Applied, folder: Path) -> Generator[None]:
    """A node that takes no pods and that nobody but the test looks after."""
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}},
        "spec": {"unschedulable": True, "taints": [{"key": "test", "effect": "NoExecute"}]},
    }
    status = {
        "status": {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "conditions": [{"type": "Ready", "status": "True"}],
        }
    }
    file = _written(folder / "node.json", node)
    with _applied(world, file):
        patch = ("patch", "node", NODE, "--subresource=status", "-p", json.dumps(status))
        world.lab.kubectl(ZONE, *patch)
        yield


def _written(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@contextmanager
def _applied(world: Applied, file: Path) -> Generator[None]:
    world.lab.kubectl(ZONE, "apply", "-f", str(file))
    try:
        yield
    finally:
        world.lab.kubectl(ZONE, "delete", "-f", str(file))


def _rights(made: list[Json], folder: Path) -> Path:
    """The emitted account, with all that it may."""
    items = [one for one in made if one["kind"] in RIGHTS]
    assert {one["kind"] for one in items} == set(RIGHTS)
    return _written(folder / "rights.json", {"apiVersion": "v1", "kind": "List", "items": items})


def test_it_asks_kubelets_and_tells_the_autoscaler(world: Applied, tmp_path: Path) -> None:
    """I7, D2: its flags are known, its rights suffice, and a kubelet sees its account's token."""
    made = _served(shipped(tmp_path))
    (deployment,) = (one for one in made if one["kind"] == "Deployment")
    arguments: list[str] = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
    secure = f"--secure-port={names.METRICS_SERVER_PORT}"
    assert {"--cert-dir=/tmp", secure} <= set(arguments)
    port, asked = free(2)
    moved = {"--cert-dir=/tmp": f"--cert-dir={tmp_path}", secure: f"--secure-port={port}"}
    # A token is given to the node of a pod that runs as the account, so there has to be one.
    deployment["spec"]["replicas"] = 1
    with (
        _applied(world, _rights(made, tmp_path)),
        _applied(world, _written(tmp_path / "deployment.json", deployment)),
        _node(world, tmp_path),
        _kubelet(asked, tmp_path) as kubelet,
    ):
        until(lambda: _has_a_node(world))
        login = kubeconfig(world, ZONE, SPACE, names.METRICS_SERVER, tmp_path)
        with running(
            tmp_path,
            str(build.binary("metrics-server")),
            *(moved.get(argument, argument) for argument in arguments),
            "--bind-address=127.0.0.1",
            f"--node-selector={OURS}",
            f"--kubelet-port={asked}",
            *(f"--{what}kubeconfig={login}" for what in ("", "authentication-", "authorization-")),
        ):
            until(lambda: _usage(world, port, tmp_path) is not None)
            usage = _usage(world, port, tmp_path)
            assert usage and usage["memory"] == "1Gi"
            assert int(usage["cpu"].removesuffix("n")) == pytest.approx(5e8, rel=0.05)
        assert {token.split()[0] for token in kubelet.tokens} == {"Bearer"}


def _has_a_node(world: Applied) -> bool:
    return any(
        one["spec"]["serviceAccountName"] == names.METRICS_SERVER and "nodeName" in one["spec"]
        for one in world.get(ZONE, "pods", "-n", SPACE)
    )


def _usage(world: Applied, port: int, folder: Path) -> Json | None:
    """What it says of the node, to the cluster's administrator."""
    cluster = next(one for one in world.lab.clusters() if one.name == ZONE)
    if not (folder / "apiserver.crt").is_file():
        return None
    http = urllib3.PoolManager(
        cert_file=str(cluster.pki / "admin.crt"),
        key_file=str(cluster.pki / "admin.key"),
        ca_certs=str(folder / "apiserver.crt"),  # its own, made when it starts
        assert_hostname=False,
        retries=False,
    )
    url = f"https://127.0.0.1:{port}/apis/metrics.k8s.io/v1beta1/nodes/{NODE}"
    try:
        answer = http.request("GET", url)
    except urllib3.exceptions.HTTPError:
        return None
    return json.loads(answer.data)["usage"] if answer.status == 200 else None
