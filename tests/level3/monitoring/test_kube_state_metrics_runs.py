"""The estate's invariants over what a real kube-state-metrics counts in the lab.

It runs with the arguments of the applied Deployment and the rights of its account. Prometheus asks
it as emitted, and holds the emitted rules against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

from estate.plan import Plan
from estate.topics.monitoring.manifests.prometheus import prometheus_configuration
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.pools import POOL_LABEL
from lab.ports import free
from tests.level3.applied import Applied
from tests.level3.identity.accounts import kubeconfig
from tests.programs import asked, asked_text, running, until
from toolchain import build

Json = dict[str, Any]
SPACE = "estate-monitoring"
SCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: one, namespace: kube-system}
spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nobody}}
"""
READ_ELSEWHERE = {
    "ApiServerDown",
    "ControllerManagerDown",
    "MovingAddressWithoutNode",
    "NameServiceDown",
    "SchedulerDown",
}
"""Of targets that are not read here: kube-state-metrics alone is."""


@dataclass(frozen=True)
class Watched:
    """A Prometheus that knows what is declared and what kube-state-metrics counts."""

    world: Applied
    plan: Plan
    counted: str
    """Where kube-state-metrics answers."""
    at: str
    """Where Prometheus does."""

    def values(self, query: str) -> list[Json]:
        """The labels of each series of the answer."""
        found = asked(f"{self.at}/query?{urlencode({'query': query})}")
        return [one["metric"] for one in found.get("data", {}).get("result", [])]

    def counts(self) -> set[str]:
        """The names of what is counted, with or without a sample."""
        found = re.findall(r"^# HELP (kube_\w+) ", asked_text(self.counted), flags=re.MULTILINE)
        return set(found)

    def alerts(self) -> set[str]:
        """What fires, or would if it stayed so, but for what always does."""
        found = asked(f"{self.at}/alerts")["data"]["alerts"]
        return {one["labels"]["alertname"] for one in found} - {"Heartbeat", *READ_ELSEWHERE}


def _written(path: Path, content: Json) -> Path:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def _arguments(world: Applied, port: int, own: int) -> list[str]:
    """As in the cluster, on loopback."""
    (deployment,) = world.get("dmz", "deployment", names.KUBE_STATE_METRICS, "-n", SPACE)
    pod = deployment["spec"]["template"]["spec"]
    arguments: list[str] = pod["containers"][0]["args"]
    moved = {
        f"--port={names.PORTS[names.KUBE_STATE_METRICS]}": f"--port={port}",
        "--telemetry-port=8081": f"--telemetry-port={own}",
    }
    assert moved.keys() <= set(arguments)
    return ["--host=127.0.0.1", *(moved.get(argument, argument) for argument in arguments)]


def _prometheus(plan: Plan, folder: Path, port: int) -> Path:
    """The emitted configuration, with the one target that runs here, and every rule."""
    watching = plan.find(MonitoringPlan)
    assert watching
    config: Json = yaml.safe_load(yaml.safe_dump(prometheus_configuration(watching)))
    (job,) = (
        one for one in config["scrape_configs"] if one["job_name"] == names.KUBE_STATE_METRICS
    )
    del job["kubernetes_sd_configs"]
    found = {
        "__meta_kubernetes_service_name": names.KUBE_STATE_METRICS,
        "__meta_kubernetes_endpointslice_port_name": names.HTTP,
        "__meta_kubernetes_namespace": SPACE,
        "__meta_kubernetes_pod_name": "its-pod",
    }
    job["static_configs"] = [{"targets": [f"127.0.0.1:{port}"], "labels": found}]
    config["scrape_configs"] = [job]
    del config["alerting"]
    config["global"] |= {
        "scrape_interval": "2s",
        "scrape_timeout": "2s",
        "evaluation_interval": "2s",
    }
    config["rule_files"] = [str(folder / "rules" / "*.yaml")]
    (folder / "rules").mkdir()
    for name, content in rule_files(watching).items():
        _written(folder / "rules" / name, yaml.safe_load(yaml.safe_dump(content)))
    return _written(folder / "prometheus.yaml", config)


@pytest.fixture(scope="module")
def watched(world: Applied, tmp_path_factory: pytest.TempPathFactory) -> Generator[Watched]:
    """Both programs, over the DMZ's cluster."""
    folder = tmp_path_factory.mktemp("watched")
    plan = world.estate.plans()["dmz"]
    counting, own, web = free(3)
    with (
        running(
            folder,
            str(build.binary("kube-state-metrics")),
            *_arguments(world, counting, own),
            f"--kubeconfig={kubeconfig(world, 'dmz', SPACE, names.KUBE_STATE_METRICS, folder)}",
        ),
        running(
            folder,
            "prometheus",
            f"--config.file={_prometheus(plan, folder, counting)}",
            f"--storage.tsdb.path={folder / 'samples'}",
            f"--web.listen-address=127.0.0.1:{web}",
        ),
    ):
        found = Watched(
            world, plan, f"http://127.0.0.1:{counting}/metrics", f"http://127.0.0.1:{web}/api/v1"
        )
        until(lambda: bool(found.values("estate:pool_survivors_room:sum")))
        yield found


def test_over_what_is_applied_every_invariant_is_silent(watched: Watched) -> None:
    """D7, X4, A9: nothing differs from what is declared."""
    until(lambda: watched.alerts() == set())


@contextmanager
def _changed(watched: Watched, do: tuple[str, ...], undo: tuple[str, ...]) -> Generator[None]:
    watched.world.lab.kubectl("dmz", *do)
    try:
        yield
    finally:
        watched.world.lab.kubectl("dmz", *undo)


def test_every_series_that_a_rule_reads_is_one_that_is_counted(
    watched: Watched, tmp_path: Path
) -> None:
    """D7, X4: it names each that it counts, for all kinds of which something stands."""
    system = ("-n", "kube-system")
    job = ("create", "job", "one", "--image=none", *system)
    scaler = tmp_path / "scaler.yaml"
    scaler.write_text(SCALER, encoding="utf-8")
    rules = [
        rule for group in asked(f"{watched.at}/rules")["data"]["groups"] for rule in group["rules"]
    ]
    read = {name for rule in rules for name in re.findall(r"\bkube_\w+", rule["query"])}
    assert len(read) > 20
    with (
        _changed(watched, job, ("delete", "job", "one", *system)),
        _changed(watched, ("apply", "-f", str(scaler)), ("delete", "-f", str(scaler))),
    ):
        until(lambda: read <= watched.counts())
    assert [rule for rule in rules if rule["health"] != "ok"] == []


def _pool(watched: Watched, role: str) -> tuple[str, list[str]]:
    (pool,) = (one for one in watched.plan.of(NodesPlan).pools if one.role == role)
    return pool.name, [node.name for node in pool.nodes]


def test_a_pool_with_one_node_that_takes_pods_is_noticed(watched: Watched) -> None:
    """D7, X4: all others are cordoned; what runs on them goes on running."""
    _, (_, *others) = _pool(watched, "monitoring")
    with _changed(watched, ("cordon", *others), ("uncordon", *others)):
        until(lambda: {"PoolBelowTwoNodes", "PoolSurvivorsTooSmall"} <= watched.alerts())
    until(lambda: watched.alerts() == set())


@contextmanager
def _owned_as_before(watched: Watched, node: str) -> Generator[None]:
    """Whoever sets a label by hand owns it, and it stays when the estate goes: not in this lab."""
    (found,) = watched.world.get("dmz", "node", node, "--show-managed-fields")
    owners = found["metadata"]["managedFields"]
    try:
        yield
    finally:
        patch = [{"op": "replace", "path": "/metadata/managedFields", "value": owners}]
        words = ("patch", "node", node, "--type=json", f"--patch={json.dumps(patch)}")
        watched.world.lab.kubectl("dmz", *words)


def test_a_node_that_changes_its_pool_is_noticed_with_what_runs_on_it(watched: Watched) -> None:
    """D7, C6: its pods stand outside their pool at once."""
    pool, (node, *_) = _pool(watched, "monitoring")
    other, _ = _pool(watched, "infra")
    label = ("label", "node", node, "--overwrite")
    with (
        _owned_as_before(watched, node),
        _changed(watched, (*label, f"{POOL_LABEL}={other}"), (*label, f"{POOL_LABEL}={pool}")),
    ):
        until(lambda: {"NodeInAnotherPool", "PodOutsidePool"} <= watched.alerts())
    until(lambda: watched.alerts() == set())


def test_a_service_that_opens_a_node_port_beside_the_register_is_noticed(watched: Watched) -> None:
    """E1, E2: where no policy of ours holds, in the cluster's own namespace."""
    opened = ("create", "service", "nodeport", "back-door", "-n", "kube-system", "--tcp=80:80")
    closed = ("delete", "service", "back-door", "-n", "kube-system")
    with _changed(watched, opened, closed):
        until(lambda: "NodePortNotRegistered" in watched.alerts())
    until(lambda: watched.alerts() == set())
