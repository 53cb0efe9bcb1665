"""Certificates and nodes: what other teams are asked for before logging can run (H3, X11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from tests.documents import table, texts
from tests.estates import shipped

pytestmark = pytest.mark.level2

SPACE = "estate-logging"


def of_logging(plan: Plan, *kinds: str) -> list[Manifest]:
    """Its objects of some kinds."""
    return [
        manifest
        for manifest in compose(plan).manifests
        if manifest.namespace == SPACE and manifest.kind in kinds
    ]


def pods(plan: Plan) -> dict[str, Any]:
    """Each workload's pod, by name."""
    found: dict[str, Any] = {}
    for manifest in of_logging(plan, "StatefulSet", "Deployment", "DaemonSet", "CronJob"):
        spec: Any = manifest.body["spec"]
        inner = spec["jobTemplate"]["spec"] if manifest.kind == "CronJob" else spec
        found[manifest.physical_name] = inner["template"]["spec"]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_every_secret_that_nothing_here_makes_is_asked_for(tmp_path: Path, zone: Zone) -> None:
    """X11: certificate, key and authority, each in the Secret that pods mount."""
    plan = shipped(tmp_path).plans()[zone]
    made = {manifest.physical_name for manifest in of_logging(plan, "Secret")}
    mounted = {
        volume["secret"]["secretName"]
        for pod in pods(plan).values()
        for volume in pod["volumes"]
        if "secret" in volume
    }
    rows = table(plan, "logging/certificates.csv")
    assert {row["secret"] for row in rows} == mounted - made
    assert all(row["files"] == "tls.crt tls.key ca.crt" for row in rows)
    assert {row["namespace"] for row in rows} == {SPACE}


@pytest.mark.parametrize("zone", ZONES)
def test_certificates_bear_the_names_by_which_clients_ask(tmp_path: Path, zone: Zone) -> None:
    """H3: Elasticsearch's Service, Kibana's Service and the name that people type."""
    plan = shipped(tmp_path).plans()[zone]
    rows = {row["secret"]: row for row in table(plan, "logging/certificates.csv")}
    assert "elasticsearch.estate-logging.svc" in rows["elasticsearch-http-tls"]["names"].split()
    assert rows["kibana-tls"]["names"].split() == [
        "kibana.estate-logging.svc",
        f"logs.{zone}.harbour.example",
    ]
    transport = rows["elasticsearch-transport-tls"]
    assert transport["usage"] == "server and client"
    assert "signs nothing else" in transport["signed_by"]


@pytest.mark.parametrize("zone", ZONES)
def test_only_elasticsearch_sees_its_keys_and_clients_see_the_authority(
    tmp_path: Path, zone: Zone
) -> None:
    """X11: of the Secret with the key, clients have the authority's certificate alone."""
    for name, pod in pods(shipped(tmp_path).plans()[zone]).items():
        for volume in pod["volumes"]:
            if volume.get("secret", {}).get("secretName") != "elasticsearch-http-tls":
                continue
            keys = [one["key"] for one in volume["secret"].get("items", ())]
            assert keys == ([] if name.startswith("elasticsearch-") and keys == [] else ["ca.crt"])
            assert keys or name in tuple(f"elasticsearch-{of}" for of in ("master", "hot", "warm"))


@pytest.mark.parametrize("zone", ZONES)
def test_every_node_of_the_pool_lets_elasticsearch_map_its_files(
    tmp_path: Path, zone: Zone
) -> None:
    """H3: it refuses to start otherwise."""
    plan = shipped(tmp_path).plans()[zone]
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.role == "logging")
    found = texts(plan)
    for node in pool.nodes:
        assert "vm.max_map_count = 1048576" in found[f"logging/nodes/{node.name}/sysctl.conf"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_quorum_is_never_evicted_and_masters_stand_apart(tmp_path: Path, zone: Zone) -> None:
    """X5, X6: one at a time, counting those that are not ready; no other rule is hard."""
    plan = shipped(tmp_path).plans()[zone]
    budgets: dict[str, Any] = {
        manifest.physical_name: manifest.body["spec"]
        for manifest in of_logging(plan, "PodDisruptionBudget")
    }
    for of in ("master", "hot", "warm"):
        name = f"elasticsearch-{of}"
        assert budgets[name]["maxUnavailable"] == 1
        assert budgets[name]["unhealthyPodEvictionPolicy"] == "IfHealthyBudget"
        pod = pods(plan)[name]
        assert ("affinity" in pod) is (of == "master")
        rules = pod["topologySpreadConstraints"]
        assert {rule["whenUnsatisfiable"] for rule in rules} == {"ScheduleAnyway"}
        assert {rule["topologyKey"] for rule in rules} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }


@pytest.mark.parametrize("zone", ZONES)
def test_a_member_that_waits_for_others_is_not_started_anew(tmp_path: Path, zone: Zone) -> None:
    """X5: readiness asks for a master, liveness only whether the process answers."""
    for name, pod in pods(shipped(tmp_path).plans()[zone]).items():
        if name.startswith("elasticsearch-") and "initContainers" in pod:
            (container,) = pod["containers"]
            assert container["readinessProbe"]["tcpSocket"]["port"] == "ready"
            assert container["livenessProbe"]["tcpSocket"]["port"] == "transport"
            assert container["startupProbe"]["tcpSocket"]["port"] == "transport"
            (heap,) = (one for one in container["env"] if one["name"] == "ES_JAVA_OPTS")
            low, high = heap["value"].split()
            assert low.removeprefix("-Xms") == high.removeprefix("-Xmx")
