"""Prometheus and Alertmanager run with what is emitted, moved to loopback, against the lab.

What the API server would say of targets stands in their labels instead: Debian's Prometheus is
built without that discovery. The rules that keep and name targets are the emitted ones.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from estate.derivation import derive
from estate.topics.monitoring.manifests.alertmanager import TOKENS, alertmanager_configuration
from estate.topics.monitoring.manifests.prometheus import prometheus_configuration
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from lab.ports import free
from tests.estates import Estate, shipped
from tests.level3.applied import Applied
from tests.level3.identity.accounts import token_of_a_pod
from tests.programs import asked, running, until

Json = dict[str, Any]
TOKEN = "a-token-of-the-on-call-service"  # noqa: S105 the test's own


class Receiver(ThreadingHTTPServer):
    """Takes alerts as the on-call service does."""

    def __init__(self, port: int) -> None:
        self.taken: list[tuple[str, Json]] = []
        super().__init__(("127.0.0.1", port), _Taking)


class _Taking(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers.get("Authorization", ""), json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test shows what arrived."""


@contextmanager
def _serving(receiver: Receiver) -> Generator[Receiver]:
    thread = threading.Thread(target=receiver.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()


def _target(job: Json, address: str, **found: str) -> None:
    """What the API server would have said of it."""
    del job["kubernetes_sd_configs"]
    labels = {f"__meta_kubernetes_{name}": text for name, text in found.items()}
    job["static_configs"] = [{"targets": [address], "labels": labels}]


def _prometheus(plan: MonitoringPlan, folder: Path, server: str, ports: dict[str, int]) -> Path:
    """The configuration moved to loopback: only what runs here is asked."""
    config = yaml.safe_load(yaml.safe_dump(prometheus_configuration(plan)))
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    api = jobs["apiserver"]
    port = {"service_name": "kubernetes", "endpointslice_port_name": "https"}
    _target(api, server, **port)
    api["authorization"]["credentials_file"] = str(folder / "token")
    api["tls_config"]["ca_file"] = str(folder / "ca.crt")
    for name in (names.PROMETHEUS, names.ALERTMANAGER):
        found = {"service_name": name, "endpointslice_port_name": "http"}
        found |= {"pod_name": f"{name}-1", "namespace": plan.placement.namespace}
        _target(jobs[name], f"127.0.0.1:{ports[name]}", **found)
    (alerting,) = config["alerting"]["alertmanagers"]
    found = {"service_name": names.ALERTMANAGER, "endpointslice_port_name": "http"}
    _target(alerting, f"127.0.0.1:{ports[names.ALERTMANAGER]}", **found)
    kept = ("apiserver", names.PROMETHEUS, names.ALERTMANAGER)
    config["scrape_configs"] = [jobs[name] for name in kept]
    config["global"] |= {"scrape_interval": "2s", "scrape_timeout": "2s"}
    config["global"]["evaluation_interval"] = "2s"
    config["rule_files"] = [str(folder / "rules" / "*.yaml")]
    (folder / "rules").mkdir()
    for name, content in rule_files(plan).items():
        (folder / "rules" / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return _written(folder / "prometheus.yaml", config)


def _alertmanager(plan: MonitoringPlan, folder: Path, receiver: int) -> Path:
    """The configuration moved to loopback: mail goes nowhere, webhooks to the test."""
    config = yaml.safe_load(yaml.safe_dump(alertmanager_configuration(plan)))
    config["global"]["smtp_smarthost"] = "127.0.0.1:1"
    for one in config["receivers"]:
        for webhook in one.get("webhook_configs", ()):
            path = urlsplit(str(webhook["url"])).path
            webhook["url"] = f"http://127.0.0.1:{receiver}{path}"
            authorization = webhook["http_config"]["authorization"]
            assert authorization["credentials_file"].startswith(TOKENS)
            authorization["credentials_file"] = str(folder / "oncall")
    return _written(folder / "alertmanager.yaml", config)


def _written(path: Path, config: Json) -> Path:
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def _expired(folder: Path) -> MonitoringPlan:
    """The shipped estate, in which one exception has ended: its alert needs no waiting."""
    estate = shipped(folder)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    named = "host-path\n      namespace: estate-monitoring\n"
    (place,) = (one for one in text.split("    - rule: ") if one.startswith(named))
    ended = place.replace('expires: "2028-01-14"', 'expires: "2026-02-01"')
    assert ended != place
    estate.edit("Pulumi.dmz.yaml", place, ended)
    plan = _derived(estate).find(MonitoringPlan)
    assert plan
    return plan


def _derived(estate: Estate) -> Any:
    derived = derive(estate.load())
    assert not derived.problems
    return derived.plans["dmz"]


def test_an_alert_of_a_real_prometheus_reaches_the_webhook(world: Applied, tmp_path: Path) -> None:
    """I2, I3, I8: the API server is read as Prometheus' own account, with its rights alone."""
    plan = _expired(tmp_path)
    cluster = next(one for one in world.lab.clusters() if one.name == "dmz")
    token = token_of_a_pod(world, "dmz", plan.placement.namespace, names.PROMETHEUS)
    (tmp_path / "token").write_text(token, encoding="utf-8")
    (tmp_path / "ca.crt").write_bytes((cluster.pki / "ca.crt").read_bytes())
    (tmp_path / "oncall").write_text(TOKEN, encoding="utf-8")
    web, told, taking = free(3)
    ports = {names.PROMETHEUS: web, names.ALERTMANAGER: told}
    server = urlsplit(cluster.server).netloc
    prometheus = _prometheus(plan, tmp_path, server, ports)
    alertmanager = _alertmanager(plan, tmp_path, taking)
    with (
        _serving(Receiver(taking)) as receiver,
        running(
            tmp_path,
            "prometheus-alertmanager",
            f"--config.file={alertmanager}",
            f"--storage.path={tmp_path / 'told'}",
            f"--web.listen-address=127.0.0.1:{told}",
            "--cluster.listen-address=",
        ),
        running(
            tmp_path,
            "prometheus",
            f"--config.file={prometheus}",
            f"--storage.tsdb.path={tmp_path / 'samples'}",
            f"--web.listen-address=127.0.0.1:{web}",
        ),
    ):
        at = f"http://127.0.0.1:{web}/api/v1"
        until(lambda: _healthy(at) == {"apiserver", "prometheus", "alertmanager"})
        until(lambda: bool(receiver.taken))
        bad = [rule for rule in _rules(at) if rule["health"] not in ("ok", "unknown")]
        assert bad == []
        authorization, notice = receiver.taken[0]
    assert authorization == f"Bearer {TOKEN}"
    assert notice["receiver"] == "platform-critical"
    (alert,) = notice["alerts"]
    assert (
        alert["labels"] | {"alertname": "ExceptionExpired", "rule": "host-path"}
        == (alert["labels"])
    )
    assert alert["labels"]["cluster"] == "dmz"
    assert alert["annotations"]["runbook"] == "docs/runbook.md#exceptionexpired"


def _healthy(at: str) -> set[str]:
    found = asked(f"{at}/targets").get("data", {}).get("activeTargets", [])
    return {one["labels"]["job"] for one in found if one["health"] == "up"}


def _rules(at: str) -> list[Json]:
    groups = asked(f"{at}/rules")["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]
