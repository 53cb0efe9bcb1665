"""The scrape configuration: read by promtool, and found to ask only as it is allowed to."""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.manifests.blackbox import blackbox_configuration
from estate.topics.monitoring.manifests.grafana import BOARDS
from estate.topics.monitoring.manifests.prometheus import prometheus_configuration, retention
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.manifests.scrape.control_plane import GOVERNING
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.monitoring.plan.probes import probed_servers
from tests.estates import shipped

pytestmark = pytest.mark.level2

Json = dict[str, Any]

ROLES = {"endpointslice", "node", "pod"}
SEPARATELY = "kubernetes_sd_configs"
"""Debian builds its Prometheus without it, so that promtool here does not know the key."""


def plan_of(folder: Path, zone: Zone) -> MonitoringPlan:
    found = shipped(folder).plans()[zone].find(MonitoringPlan)
    assert found
    return found


def configuration(plan: MonitoringPlan) -> Json:
    """As it stands in the config map: written and read back."""
    return yaml.safe_load(yaml.safe_dump(prometheus_configuration(plan)))


def discoveries(config: Json) -> list[tuple[Json, Json]]:
    """Each job with each of its discoveries, and Alertmanager's as one more."""
    jobs = [*config["scrape_configs"], *config["alerting"]["alertmanagers"]]
    return [(job, one) for job in jobs for one in job.get(SEPARATELY, ())]


def without_discovery(config: Json) -> Json:
    """The same with targets in place of what finds them."""
    found = copy.deepcopy(config)
    for job in (*found["scrape_configs"], *found["alerting"]["alertmanagers"]):
        if job.pop(SEPARATELY, None):
            job["static_configs"] = [{"targets": ["127.0.0.1:1"]}]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_promtool_reads_the_configuration(tmp_path: Path, zone: Zone) -> None:
    """I2, I3."""
    path = tmp_path / "prometheus.yaml"
    config = without_discovery(configuration(plan_of(tmp_path, zone)))
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    ran = subprocess.run(
        ["promtool", "check", "config", "--syntax-only", str(path)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("zone", ZONES)
def test_targets_are_found_by_the_api_server_and_by_nothing_else(
    tmp_path: Path, zone: Zone
) -> None:
    """I3: as the pod's own account, so no address and no kubeconfig stands in it."""
    config = configuration(plan_of(tmp_path, zone))
    found = discoveries(config)
    assert {one["role"] for _, one in found} == ROLES
    for _, one in found:
        assert one.keys() <= {"role", "namespaces"}
        assert one.get("namespaces", {"names": []}).keys() == {"names"}
    static = [job["job_name"] for job in config["scrape_configs"] if SEPARATELY not in job]
    assert static == ["probe", "registry-machines"]


@pytest.mark.parametrize("zone", ZONES)
def test_what_speaks_tls_is_asked_with_the_accounts_token(tmp_path: Path, zone: Zone) -> None:
    """I3, I4: and a token is sent over TLS only."""
    jobs = {
        one["job_name"]: one for one in configuration(plan_of(tmp_path, zone))["scrape_configs"]
    }
    secured = {name for name, job in jobs.items() if job.get("scheme") == "https"}
    assert secured == {"apiserver", "kubelet", "cadvisor", *GOVERNING}
    for name, job in jobs.items():
        token = job.get("authorization", {}).get("credentials_file", "")
        assert token.endswith("/serviceaccount/token") == (name in secured)
    assert jobs["apiserver"]["tls_config"]["ca_file"].endswith("/serviceaccount/ca.crt")
    unverified = {name for name in secured if jobs[name]["tls_config"].get("insecure_skip_verify")}
    # Their certificates are their own.
    assert unverified == {"kubelet", "cadvisor", *GOVERNING}


def test_what_no_rule_and_no_panel_reads_is_dropped_and_nothing_else(tmp_path: Path) -> None:
    """I2: a rule over series that are thrown away would be silent for ever."""
    plan = plan_of(tmp_path, "dmz")
    written = yaml.safe_dump(rule_files(plan), width=10**6)
    written += "".join(query for board in BOARDS.values() for _, query, _, _ in board)
    read = set(re.findall(r"[a-z_]+_(?:bucket|count|total|failures|info|bytes|seconds)\b", written))
    assert {"apiserver_request_sli_duration_seconds_bucket", "rest_client_requests_total"} <= read
    for job in configuration(plan)["scrape_configs"]:
        for rule in job.get("metric_relabel_configs", ()):
            if rule["source_labels"] == ["__name__"]:
                assert not [one for one in read if re.fullmatch(rule["regex"], one)], job


def test_of_the_requests_duration_the_buckets_of_the_error_budget_are_kept(
    tmp_path: Path,
) -> None:
    """I2: all others of the API server are dropped, however Prometheus writes a number."""
    plan = plan_of(tmp_path, "dmz")
    (job,) = (
        one for one in configuration(plan)["scrape_configs"] if one["job_name"] == "apiserver"
    )
    (rule,) = (one for one in job["metric_relabel_configs"] if "le" in one["source_labels"])
    name = "apiserver_request_sli_duration_seconds_bucket"

    def kept(bounds: Iterable[str]) -> set[str]:
        return {bound for bound in bounds if not re.fullmatch(rule["regex"], f"{name};{bound}")}

    # staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go
    own = (
        *(0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8),
        *(10, 15, 20, 30, 45, 60),
    )
    assert kept(["+Inf", *(f"{one:g}" for one in own)]) == {"1", "5", "30"}
    assert kept(["+Inf", *(str(float(one)) for one in own)]) == {"1.0", "5.0", "30.0"}
    wanted = set(re.findall(r'le=~"(.+?)"', yaml.safe_dump(rule_files(plan), width=10**6)))
    assert wanted == {"1([.]0)?", "5([.]0)?", "30([.]0)?"}


def test_every_machine_of_the_registry_is_asked_at_its_own_address(tmp_path: Path) -> None:
    """G2: behind one address, the loss of one of two shows nowhere."""
    plan = plan_of(tmp_path, "dmz")
    jobs = configuration(plan)["scrape_configs"]
    (job,) = (one for one in jobs if one["job_name"] == "registry-machines")
    found = {one["labels"]["machine"]: one["targets"] for one in job["static_configs"]}
    assert found == {
        "dmz-reg-a": ["https://10.10.2.21:5000/v2/"],
        "dmz-reg-b": ["https://10.10.2.22:5000/v2/"],
    }
    modules: Json = yaml.safe_load(yaml.safe_dump(blackbox_configuration(plan)))["modules"]
    for one in job["static_configs"]:
        module = modules[one["labels"]["__param_module"]]
        assert module["http"]["valid_status_codes"] == [200, 401]


def test_only_calicos_agents_are_read_and_only_where_there_are_any(tmp_path: Path) -> None:
    """A7: another plugin would be a target that is down for ever."""
    estate = shipped(tmp_path)
    estate.edit("Pulumi.dmz.yaml", "cni: calico", "cni: cilium")
    found = {
        zone: {one["job_name"] for one in configuration(_of(plan))["scrape_configs"]}
        for zone, plan in estate.plans().items()
    }
    assert "calico" not in found["dmz"] and "calico" in found["intranet"]
    assert "kube-proxy" in found["dmz"]


@pytest.mark.parametrize("zone", ZONES)
def test_every_virtual_server_that_monitoring_may_connect_to_is_asked(
    tmp_path: Path, zone: Zone
) -> None:
    """E3: as its load balancer asks its members, with the answers that count there. The registry
    names its clients, and the zone's nodes are among them."""
    plan = shipped(tmp_path).plans()[zone]
    watched = plan.find(MonitoringPlan)
    assert watched
    modules: Json = yaml.safe_load(yaml.safe_dump(blackbox_configuration(watched)))["modules"]
    jobs = configuration(watched)["scrape_configs"]
    (probe,) = (job for job in jobs if job["job_name"] == "probe")
    found = {one["labels"]["virtual_server"]: one for one in probe["static_configs"]}
    asked = {virtual_server.name: virtual_server for virtual_server in watched.virtual_servers}
    assert found.keys() == asked.keys() and found
    for name, server in asked.items():
        (target,) = found[name]["targets"]
        assert f"{server.address}:{server.port}" in target
        module = modules[found[name]["labels"]["__param_module"]]
        if server.monitor.kind != "tcp":
            assert target.endswith(server.monitor.path)
            assert module["http"]["valid_status_codes"] == sorted(server.monitor.statuses)


@pytest.mark.parametrize("zone", ZONES)
def test_whoever_admits_the_monitoring_is_asked_and_nobody_else(tmp_path: Path, zone: Zone) -> None:
    """E3, I2: pods leave with a node's address; people's own networks are not the nodes'."""
    plan = shipped(tmp_path).plans()[zone]
    names = {server.name for server in probed_servers(plan)}
    assert "kibana" not in names
    assert {"api-server", "policy-portal", "registry"} <= names
    assert ("router-default-http" in names) == (zone == "dmz")  # the internet, and us among it


def test_samples_are_kept_as_long_as_declared_unless_the_disk_is_full_before(
    tmp_path: Path,
) -> None:
    """I2: a fifth of the smaller disk is left for the log and for compaction."""
    estate = shipped(tmp_path)
    estate.edit(
        "Pulumi.dmz.yaml",
        "{replica: 2, node: dmz-m02, path: /srv/disks/prometheus, size: 400Gi}",
        "{replica: 2, node: dmz-m02, path: /srv/disks/prometheus, size: 100Gi}",
    ).edit("Pulumi.dmz.yaml", "\n    days: 30", "\n    days: 90")
    plan = estate.plans()["dmz"].find(MonitoringPlan)
    assert plan
    assert retention(plan) == (
        "--storage.tsdb.retention.time=90d",
        f"--storage.tsdb.retention.size={80 * 1024}MB",
    )


def test_a_new_app_with_metrics_changes_nothing_in_the_configuration(tmp_path: Path) -> None:
    """A9: it is found."""
    estate = shipped(tmp_path)
    before = configuration(_of(estate.plans()["dmz"]))
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 3\nmetrics: {port: 9090}")
    assert configuration(_of(estate.plans()["dmz"])) == before


def _of(plan: Any) -> MonitoringPlan:
    found = plan.find(MonitoringPlan)
    assert found
    return found
