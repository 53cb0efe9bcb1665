"""Policies against the scrape configuration: every target is open on both sides, and nothing more.

The targets come from the configuration alone, looked up in what is emitted as Prometheus looks
them up in the cluster: kube-prometheus #1719 was a policy that had another port than the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.manifests.access import COUNTED
from estate.topics.monitoring.manifests.grafana import BOARDS, dashboards
from estate.topics.monitoring.manifests.monitoring import monitoring
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.manifests.state_metrics import LABELS
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.network.plan import NetworkPlan
from tests.documents import all_firewall_rows, table
from tests.estates import Estate, shipped
from tests.level2.monitoring.test_the_alerts import promtool

pytestmark = pytest.mark.level2

Json = dict[str, Any]
Target = tuple[str, tuple[tuple[str, str], ...], int]
"""Namespace, the pods' labels, port; for what stands on nodes the range in place of the first."""

MONITORING = "estate-monitoring"


@dataclass(frozen=True)
class Emitted:
    """What one zone's cluster gets."""

    plan: Plan
    manifests: tuple[Manifest, ...]

    def of(self, kind: str) -> list[Json]:
        return [dict(manifest.body) for manifest in self.manifests if manifest.kind == kind]

    @property
    def scraping(self) -> Json:
        """Prometheus' configuration, out of its config map."""
        (found,) = (
            one
            for one in self.of("ConfigMap")
            if "prometheus.yaml" in one["data"]
            and "scrape_configs" in one["data"]["prometheus.yaml"]
        )
        return yaml.safe_load(found["data"]["prometheus.yaml"])


def emitted(estate: Estate, zone: Zone) -> Emitted:
    plan = estate.plans()[zone]
    return Emitted(plan, tuple(compose(plan).manifests))


def _label(name: str) -> str:
    return re.sub("[^a-zA-Z0-9_]", "_", name)


def _kept(job: Json, found: Json) -> bool:
    """Whether the job's own rules keep what is found; anchored, as Prometheus reads them."""
    for rule in job["relabel_configs"]:
        value = ";".join(str(found.get(label, "")) for label in rule.get("source_labels", ()))
        if rule.get("action") == "keep" and not re.fullmatch(rule["regex"], value):
            return False
    return True


def _pods_of(found: Emitted, namespace: str, selector: Json, name: str | int) -> tuple[Json, int]:
    """The labels of the pods that a Service selects, and the port that it leads to."""
    for kind in ("DaemonSet", "Deployment", "StatefulSet"):
        for one in found.of(kind):
            template = one["spec"]["template"]
            labels = template["metadata"]["labels"]
            if one["metadata"]["namespace"] == namespace and selector.items() <= labels.items():
                ports = [
                    port
                    for container in template["spec"]["containers"]
                    for port in container.get("ports", ())
                ]
                (number,) = (one["containerPort"] for one in ports if one["name"] == name)
                return selector, number
    raise AssertionError(f"{namespace}: nothing has the labels {selector}")


def targets(found: Emitted) -> set[Target]:
    """Everything that Prometheus would connect to, by its own configuration."""
    result: set[Target] = set()
    nodes = str(found.plan.of(NetworkPlan).network.nodes)
    for job in found.scraping["scrape_configs"]:
        for discovery in job.get("kubernetes_sd_configs", ()):
            match discovery["role"]:
                case "endpointslice":
                    result |= set(_endpoints(found, job, discovery))
                case "node":
                    result |= {
                        (nodes, (), int(rule["replacement"].split(":")[1]))
                        for rule in job["relabel_configs"]
                        if rule.get("target_label") == "__address__" and "source_labels" in rule
                    }
                case _:
                    result |= set(_host_pods(found, job, nodes))
        for rule in job["relabel_configs"]:
            if rule.get("target_label") == "__address__" and "source_labels" not in rule:
                name, port = rule["replacement"].split(":")
                result.add(
                    (MONITORING, (("app.kubernetes.io/name", name.split(".")[0]),), int(port))
                )
    return result


def _endpoints(found: Emitted, job: Json, discovery: Json) -> Iterator[Target]:
    names = discovery.get("namespaces", {}).get("names")
    if names == ["default"]:  # the API servers, at their own addresses
        yield str(found.plan.of(NetworkPlan).network.nodes), (), 6443
        return
    if names == ["kube-system"]:  # CoreDNS, which nothing here emits: by kubeadm's own manifest
        assert _kept(
            job,
            {
                "__meta_kubernetes_service_name": "kube-dns",
                "__meta_kubernetes_endpointslice_port_name": "metrics",
            },
        )
        yield "kube-system", (("k8s-app", "kube-dns"),), 9153
        return
    for service in found.of("Service"):
        metadata = service["metadata"]
        if names and metadata["namespace"] not in names:
            continue
        if "selector" not in service["spec"]:  # what it leads to is outside the cluster
            continue
        for port in service["spec"]["ports"]:
            meta = {
                "__meta_kubernetes_service_name": metadata["name"],
                "__meta_kubernetes_endpointslice_port_name": port["name"],
            } | {
                f"__meta_kubernetes_service_annotation_{_label(name)}": text
                for name, text in metadata.get("annotations", {}).items()
            }
            if _kept(job, meta):
                labels, number = _pods_of(
                    found, metadata["namespace"], service["spec"]["selector"], port["targetPort"]
                )
                yield metadata["namespace"], tuple(sorted(labels.items())), number


def _host_pods(found: Emitted, job: Json, nodes: str) -> Iterator[Target]:
    for one in found.of("DaemonSet"):
        template = one["spec"]["template"]
        labels = {
            f"__meta_kubernetes_pod_label_{_label(name)}": text
            for name, text in template["metadata"]["labels"].items()
        }
        for container in template["spec"]["containers"]:
            for port in container.get("ports", ()):
                meta = {**labels, "__meta_kubernetes_pod_container_port_name": port["name"]}
                if _kept(job, meta):
                    assert template["spec"]["hostNetwork"]
                    yield nodes, (), port["containerPort"]


def _opened(rules: list[Json], side: str, own: str) -> Iterator[Target]:
    for rule in rules:
        for peer in rule[side]:
            for port in rule["ports"]:
                if "ipBlock" in peer:
                    yield peer["ipBlock"]["cidr"], (), port["port"]
                else:
                    space = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
                    labels = peer["podSelector"]["matchLabels"]
                    yield space, tuple(sorted(labels.items())), port["port"]


def _selects(policy: Json, name: str) -> bool:
    return policy["spec"]["podSelector"].get("matchLabels") == {"app.kubernetes.io/name": name}


@pytest.mark.parametrize("zone", ZONES)
def test_prometheus_may_leave_for_its_targets_and_for_nothing_else(
    tmp_path: Path, zone: Zone
) -> None:
    """I3, C3."""
    found = emitted(shipped(tmp_path), zone)
    wanted = targets(found)
    out = {
        target
        for policy in found.of("NetworkPolicy")
        if policy["metadata"]["namespace"] == MONITORING and _selects(policy, "prometheus")
        for target in _opened(policy["spec"].get("egress", []), "to", MONITORING)
    }
    assert out == wanted and len(wanted) > 8


@pytest.mark.parametrize("zone", ZONES)
def test_every_target_lets_prometheus_in(tmp_path: Path, zone: Zone) -> None:
    """I3, C3: pods; what listens on nodes is held by no policy."""
    found = emitted(shipped(tmp_path), zone)
    prometheus = (MONITORING, (("app.kubernetes.io/name", "prometheus"),))
    let_in = {
        (policy["metadata"]["namespace"], tuple(sorted(selected.items())), port)
        for policy in found.of("NetworkPolicy")
        if (selected := policy["spec"]["podSelector"].get("matchLabels"))
        for space, labels, port in _opened(
            [one for one in policy["spec"].get("ingress", []) if "ports" in one], "from", ""
        )
        if (space, labels) == prometheus
    }
    # No policy of ours selects the cluster's own pods.
    pods = {target for target in targets(found) if target[1] and target[0] != "kube-system"}
    assert let_in == pods and len(pods) >= 5


@pytest.mark.parametrize("zone", ZONES)
def test_the_blackbox_exporter_may_leave_for_what_it_is_asked_about_and_for_nothing_else(
    tmp_path: Path, zone: Zone
) -> None:
    """I3, C3: virtual servers, machines of the registry, and a port of every node."""
    found = emitted(shipped(tmp_path), zone)
    wanted = {(str(found.plan.of(NetworkPlan).network.nodes), (), 10256)}
    for job in found.scraping["scrape_configs"]:
        for one in job.get("static_configs", ()):
            for target in one["targets"]:
                host, number = re.sub("^https?://", "", target).partition("/")[0].split(":")
                wanted.add((f"{host}/32", (), int(number)))
    out = {
        target
        for policy in found.of("NetworkPolicy")
        if policy["metadata"]["namespace"] == MONITORING and _selects(policy, "blackbox-exporter")
        for target in _opened(policy["spec"].get("egress", []), "to", MONITORING)
    }
    assert out == wanted and len(wanted) > 5


def test_where_machines_of_the_registry_stand_behind_a_firewall_it_has_rows(
    tmp_path: Path,
) -> None:
    """E14, G2: from the nodes of monitoring to each machine; the proof follows them."""
    estate = shipped(tmp_path)
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:firewalls:\n",
        "  estate:firewalls:\n    - {name: fw-servers, before: servers}\n",
    )
    rows = [
        (firewall_row["source_address"], firewall_row["destination_address"], firewall_row["port"])
        for firewall_row in all_firewall_rows(estate.plans()["dmz"])
        if firewall_row["firewall"] == "fw-servers" and firewall_row["purpose"] == "probes"
    ]
    assert sorted(rows) == [
        (source, machine, 5000)
        for source in ("10.10.1.108", "10.10.1.109")
        for machine in ("10.10.2.21", "10.10.2.22")
    ]
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_every_address_that_moves_among_nodes_and_masters_is_a_fact(tmp_path: Path) -> None:
    """E4, A3: an address without a holder is noticed, whatever holds it otherwise."""
    estate = shipped(tmp_path)
    found: dict[str, dict[str, str]] = {}
    for zone, plan in estate.plans().items():
        watched = plan.find(MonitoringPlan)
        assert watched
        files: Json = yaml.safe_load(yaml.safe_dump(rule_files(watched)))
        found[zone] = {
            one["labels"]["address"]: one["labels"]["among"]
            for one in files["estate-declared.yaml"]["groups"][0]["rules"]
            if one["record"] == "estate_declared_moving_address"
        }
    assert found["dmz"] == {
        "10.10.1.5": "masters",
        "10.10.1.121": "router",
        "10.10.1.122": "router",
    }
    assert found["intranet"] == {}  # a pair outside of the cluster, which nothing is read of


def test_an_app_that_gains_metrics_is_opened_on_both_sides(tmp_path: Path) -> None:
    estate = shipped(tmp_path)
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 3\nmetrics: {port: 9191}")
    found = emitted(estate, "dmz")
    assert ("motor", (("estate/app", "quote"),), 9191) in targets(found)
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def _served(estate: Estate) -> Estate:
    for zone in ZONES:
        text = (estate.root / f"Pulumi.{zone}.yaml").read_text(encoding="utf-8")
        (line,) = (one for one in text.splitlines() if "resource_metrics:" in one)
        estate.edit(f"Pulumi.{zone}.yaml", f"{line}\n", "")
    return estate


def test_resource_metrics_are_served_once_or_not_at_all(tmp_path: Path) -> None:
    """I7: two would take each other's place; where ours serves them, the proof holds as well."""
    without = emitted(shipped(tmp_path), "dmz")
    assert without.of("APIService") == []
    (tmp_path / "served").mkdir()
    estate = _served(shipped(tmp_path / "served"))
    found = emitted(estate, "dmz")
    (service,) = found.of("APIService")
    assert service["metadata"]["name"] == "v1beta1.metrics.k8s.io"
    target = service["spec"]["service"]
    (behind,) = (one for one in found.of("Service") if one["metadata"]["name"] == target["name"])
    assert behind["metadata"]["namespace"] == target["namespace"]
    assert [one["port"] for one in behind["spec"]["ports"]] == [target["port"]]
    assert estate.problems() == ()
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_kube_state_metrics_shows_the_labels_that_the_rules_read(tmp_path: Path) -> None:
    """D7: it shows no label unless it is told to."""
    plan = shipped(tmp_path).plans()["dmz"].find(MonitoringPlan)
    assert plan
    rules = yaml.safe_dump(rule_files(plan), width=10000)
    read = set(re.findall(r"\blabel_(?!replace\b)(\w+)", rules))
    shown = {_label(name) for labels in LABELS.values() for name in labels}
    assert read == shown
    (pod,) = (
        deployment["spec"]["template"]["spec"]["containers"][0]
        for deployment in _deployments(plan)
        if deployment["metadata"]["name"] == "kube-state-metrics"
    )
    allowed = next(one for one in pod["args"] if one.startswith("--metric-labels-allowlist="))
    for of, labels in LABELS.items():
        assert f"{of}=[{','.join(labels)}]" in allowed


def test_no_account_of_monitoring_may_change_anything_or_read_a_secret(tmp_path: Path) -> None:
    """B2: get, list and watch; of nodes their metrics, not their proxy, which runs commands."""
    found = emitted(_served(shipped(tmp_path)), "dmz")
    roles = [
        one for one in found.of("ClusterRole") if one["metadata"]["name"].startswith(MONITORING)
    ]
    assert len(roles) == 3
    for role in roles:
        for rule in role["rules"]:
            assert set(rule["verbs"]) <= {"get", "list", "watch"}
            assert not {"secrets", "configmaps", "nodes/proxy", "*"} & set(
                rule.get("resources", ())
            )
    assert not any("secrets" in names for names in COUNTED.values())


def test_every_panel_asks_what_prometheus_understands(tmp_path: Path) -> None:
    """I6: dashboards are data; each query is read by promtool."""
    assert len(dashboards()) == len(BOARDS) > 3
    rules = [
        {"record": f"panel:{number}", "expr": query}
        for number, (_, query, _, _) in enumerate(one for board in BOARDS.values() for one in board)
    ]
    path = tmp_path / "panels.yaml"
    content = {"groups": [{"name": "panels", "rules": rules}]}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    ran = promtool("check", "rules", path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _deployments(plan: MonitoringPlan) -> list[Json]:
    return [dict(made.body) for made in monitoring(plan) if made.kind == "Deployment"]


def _containers(plan: MonitoringPlan) -> Iterator[tuple[str, Json]]:
    for manifest in monitoring(plan):
        if manifest.kind in ("Deployment", "StatefulSet", "DaemonSet"):
            body: Json = dict(manifest.body)
            for container in body["spec"]["template"]["spec"]["containers"]:
                yield manifest.physical_name, container


@pytest.mark.parametrize("zone", ZONES)
def test_what_each_part_requests_is_what_the_pool_was_held_against(
    tmp_path: Path, zone: Zone
) -> None:
    """X4: the numbers of the size, and of node-exporter those that come off every node."""
    plan = shipped(tmp_path).plans()[zone].find(MonitoringPlan)
    assert plan
    found = {name: one["resources"]["requests"] for name, one in _containers(plan)}
    assert found["node-exporter"] == {"cpu": "100m", "memory": "64Mi"}
    assert found["prometheus"] == {"cpu": "2", "memory": "10Gi"}
    assert found.keys() == {*plan.sizing.parts, "node-exporter"} - {"metrics-server"}


def test_no_value_of_a_secret_stands_in_what_is_emitted(tmp_path: Path) -> None:
    """fault 17: Alertmanager and Grafana read files, which the engine fills."""
    found = emitted(shipped(tmp_path), "dmz")
    secrets = [
        manifest
        for manifest in found.manifests
        if manifest.secrets and manifest.namespace == MONITORING
    ]
    assert {secret.physical_name for secret in secrets} == {
        "alertmanager.oncall-g1",
        "grafana.admin-g1",
    }
    for secret in secrets:
        assert "data" not in secret.body and "stringData" not in secret.body


def test_the_storage_team_is_asked_for_the_disks_of_prometheus(tmp_path: Path) -> None:
    """M7, A9: a disk by node and path; a LUN by every node that may have to see it."""
    estate = shipped(tmp_path)
    second = "{replica: 2, node: dmz-m02, path: /srv/disks/prometheus, size: 400Gi}"
    wwid = "3600508b400105e210000900000490000"
    lun = f"    luns: [{{replica: 2, wwid: {wwid}, size: 1Ti}}]\n"
    estate.edit("Pulumi.dmz.yaml", f"      - {second}\n", lun)
    plan = estate.plans()["dmz"]
    rows = [one for one in table(plan, "storage/volumes.csv") if one["app"] == "prometheus"]
    assert [(row["node"], row["wwid"], row["size"]) for row in rows] == [
        ("dmz-m01", "", "400Gi"),
        ("", wwid, "1Ti"),
    ]
    seen = [one["node"] for one in table(plan, "storage/zoning.csv") if one["device"] == wwid]
    assert seen == ["dmz-m01", "dmz-m02"]
