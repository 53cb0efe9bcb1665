"""The collector's file: every log file goes to one stream, and no line in clear (H3, H5, C7).

Fluent Bit cannot run here; what its globs, its parser and its matches do is worked out again.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import shipped

pytestmark = pytest.mark.level2

Json = dict[str, Any]


def written(plan: Plan) -> Json:
    """The file, as it is emitted."""
    (found,) = (
        dict(manifest.body)
        for manifest in compose(plan).manifests
        if manifest.kind == "ConfigMap" and manifest.physical_name == "log-collector"
    )
    data: Any = found["data"]
    return yaml.safe_load(data["collector.yaml"])


def file_of(namespace: str, pod: str = "quote-7d9f-x2", container: str = "app") -> str:
    """What the kubelet calls a container's log file."""
    return f"/var/log/containers/{pod}_{namespace}_{container}-{'0' * 64}.log"


def tags(config: Json, file: str) -> list[str]:
    """The inputs that read a file."""
    return [
        one["tag"]
        for one in config["pipeline"]["inputs"]
        if one["name"] == "tail"
        and any(fnmatchcase(file, pattern) for pattern in one["path"].split(","))
        and not any(
            fnmatchcase(file, pattern) for pattern in one.get("exclude_path", "").split(",")
        )
    ]


def streams(config: Json, tag: str) -> list[str]:
    """The data streams that take lines of a tag."""
    return [
        one["index"] for one in config["pipeline"]["outputs"] if re.search(one["match_regex"], tag)
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_every_namespaces_files_go_to_the_stream_of_whom_they_are_for(
    tmp_path: Path, zone: Zone
) -> None:
    """H5, C7: the tenant's own, routers' to access, the platform's to infrastructure."""
    plan = shipped(tmp_path).plans()[zone]
    config = written(plan)
    expected = {
        namespace.name: f"estate-application-{tenant.name}"
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
    }
    expected |= {name: "estate-infrastructure" for name in (*PLATFORM_NAMESPACES, "kube-system")}
    expected["estate-ingress"] = "estate-access"
    for namespace, stream in expected.items():
        (tag,) = tags(config, file_of(namespace))
        assert streams(config, tag) == [stream], namespace


@pytest.mark.parametrize("zone", ZONES)
def test_no_pod_gets_its_lines_into_another_tenants_stream(tmp_path: Path, zone: Zone) -> None:
    """C7: whatever it and its containers are called, the namespace decides."""
    plan = shipped(tmp_path).plans()[zone]
    config = written(plan)
    names = [
        namespace.name for tenant in plan.of(TenancyPlan).tenants for namespace in tenant.namespaces
    ]
    for own in names:
        for other in names:
            (tag,) = tags(config, file_of(own, pod=f"{other}-0", container=other))
            assert streams(config, tag) == streams(config, tags(config, file_of(own))[0])


def test_the_collectors_own_complaints_are_not_collected(tmp_path: Path) -> None:
    """H3: they would grow by being sent."""
    config = written(shipped(tmp_path).plans()["dmz"])
    assert tags(config, file_of("estate-logging", "log-collector-abcde", "log-collector")) == []
    assert tags(config, file_of("estate-logging", "kibana-0", "kibana"))


@pytest.mark.parametrize("zone", ZONES)
def test_what_load_balancers_say_goes_to_the_access_stream_alone(
    tmp_path: Path, zone: Zone
) -> None:
    """H5: by the pods that hear them, which stand among those of the platform."""
    config = written(shipped(tmp_path).plans()[zone])
    (tag,) = tags(config, file_of("estate-logging", "log-intake-7d9f-x2", "log-intake"))
    assert streams(config, tag) == ["estate-access"]
    (other,) = tags(config, file_of("brokers", "log-intake-7d9f-x2", "log-intake"))
    assert streams(config, other) != ["estate-access"]


@pytest.mark.parametrize("zone", ZONES)
def test_lines_of_the_access_stream_become_fields_and_no_others(tmp_path: Path, zone: Zone) -> None:
    """H5: routers and load balancers speak JSON by then; an app's lines stay as it wrote them."""
    filters = written(shipped(tmp_path).plans()[zone])["pipeline"]["filters"]
    read = {one["match"] for one in filters if one.get("parser") == "json"}
    tags = {one for one in read if not one.startswith("files.")}
    assert tags == {"access.routers", "access.devices"}


@pytest.mark.parametrize("zone", ZONES)
def test_lines_of_an_apps_files_go_to_its_tenant_once(tmp_path: Path, zone: Zone) -> None:
    """H1, C7: by the container that says them, in no other tenant's stream."""
    plan = shipped(tmp_path).plans()[zone]
    config = written(plan)
    collected = [one for one in plan.of(AppsPlan).apps if one.logs and one.logs.collected]
    assert collected
    for app in collected:
        file = file_of(app.namespace, f"{app.name}-7d9f-x2", "log-files")
        (tag,) = tags(config, file)
        assert tag == f"files.{app.tenant}"
        assert streams(config, tag) == [f"estate-application-{app.tenant}"]
        (own,) = tags(config, file_of(app.namespace, f"{app.name}-7d9f-x2", app.name))
        assert own == f"application.{app.tenant}"
    quiet = next(
        namespace.name
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
        if tenant.name not in {one.tenant for one in collected}
    )
    (own,) = tags(config, file_of(quiet, container="log-files"))
    assert own.startswith("application.")


@pytest.mark.parametrize("zone", ZONES)
def test_traces_are_joined_first_and_of_one_file_only(tmp_path: Path, zone: Zone) -> None:
    """H3: after the runtime's own splits, before any field has another name, and in no buffer that
    a reload would lose or that pods of a tenant would share."""
    config = written(shipped(tmp_path).plans()[zone])
    first, *others = config["pipeline"]["filters"]
    assert first["name"] == "multiline" and first["buffer"] is False
    assert first["multiline.parser"] == "java,go,python"
    assert not [one for one in others if one["name"] == "multiline"]  # two would loop for ever
    assert not {one for one in first if one.startswith("emitter")}
    tails = [one for one in config["pipeline"]["inputs"] if one["name"] == "tail"]
    assert {one["multiline.parser"] for one in tails} == {"cri"}
    joined = {one["tag"] for one in tails if re.search(first["match_regex"], one["tag"])}
    assert joined == {one["tag"] for one in tails if one.get("inotify_watcher") is False}
    assert "infrastructure.pods" in joined
    assert not {tag for tag in joined if tag.startswith(("access.", "files."))}
    assert {f"application.{name}" for name in ("life", "motor")} & joined
    renamed = [one["match"] for one in others if one.get("rename") == "log message"]
    assert joined <= set(renamed)


def test_a_files_name_tells_pod_namespace_and_container(tmp_path: Path) -> None:
    """H5: by the parser of the file itself."""
    config = written(shipped(tmp_path).plans()["dmz"])
    parser = next(one for one in config["parsers"] if one["name"] == "pods")
    found = re.match(parser["regex"].replace("(?<", "(?P<"), file_of("life", "a-b-0", "c-d"))
    assert found
    assert found.groupdict() == {
        "pod": "a-b-0",
        "namespace": "life",
        "container": "c-d",
        "container_id": "0" * 64,
    }


@pytest.mark.parametrize("zone", ZONES)
def test_lines_wait_on_disk_and_leave_over_tls_alone(tmp_path: Path, zone: Zone) -> None:
    """H3: buffers with a bound each, endless patience, a certificate that is checked."""
    config = written(shipped(tmp_path).plans()[zone])
    assert all(one["storage.type"] == "filesystem" for one in config["pipeline"]["inputs"])
    assert config["service"]["storage.path"].startswith("/var/lib/estate-log-collector/")
    databases = [one["db"] for one in config["pipeline"]["inputs"]]
    assert len(databases) == len(set(databases))
    for one in config["pipeline"]["outputs"]:
        assert one["tls"] is one["tls.verify"] is one["tls.verify_hostname"] is True
        assert one["http_passwd"] == "${PASSWORD}"  # noqa: S105 where it stands
        assert (one["retry_limit"], one["write_operation"]) == ("no_limits", "create")
        assert one["storage.total_limit_size"] and one["generate_id"]
    assert config["env"] == [{"name": "PASSWORD", "uri": "file:///etc/secrets/collector/value"}]


@pytest.mark.parametrize("zone", ZONES)
def test_a_reload_ends_also_while_nothing_can_be_sent(tmp_path: Path, zone: Zone) -> None:
    """X5, H3: with endless patience for Elasticsearch, a reload has none."""
    service = written(shipped(tmp_path).plans()[zone])["service"]
    assert service["hot_reload"] is True and service["http_server"] is True
    assert service["grace"] < service["hot_reload.timeout"] <= 120


def test_another_tenant_is_another_file_by_the_collectors_own_metrics(tmp_path: Path) -> None:
    """X5: the alert compares the name of an input with the declared one; a store of chunks is kept
    by the input's own name, which stays."""
    estate = shipped(tmp_path)
    before = _journal_of(estate.plans()["dmz"])
    assert before == _journal_of(estate.plans()["dmz"])
    assert re.fullmatch("journal-[0-9a-f]{8}", before["alias"])
    estate.edit("Pulumi.dmz.yaml", "    intake: true ", "    intake: false ")
    after = _journal_of(estate.plans()["dmz"])
    assert before["alias"] != after["alias"]
    assert {**before, "alias": ""} == {**after, "alias": ""}


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_know_the_file_that_is_emitted(tmp_path: Path, zone: Zone) -> None:
    """X5, A9: from one plan, whatever changes it."""
    plan = shipped(tmp_path).plans()[zone]
    watched = plan.find(MonitoringPlan)
    assert watched
    rules = yaml.safe_load(yaml.safe_dump(rule_files(watched)))["estate-declared.yaml"]
    (fact,) = (
        rule["labels"]["name"]
        for rule in rules["groups"][0]["rules"]
        if rule["record"] == "estate_declared_log_file"
    )
    assert fact == _journal_of(plan)["alias"]


def _journal_of(plan: Plan) -> Json:
    (found,) = (one for one in written(plan)["pipeline"]["inputs"] if one["name"] == "systemd")
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_no_line_of_elasticsearch_or_kibana_leaves_in_clear(tmp_path: Path, zone: Zone) -> None:
    """H3: every layer has TLS on, and no Secret's value stands in any file."""
    plan = shipped(tmp_path).plans()[zone]
    assert plan.find(LoggingPlan)
    files = [
        yaml.safe_load(text)
        for manifest in compose(plan).manifests
        if manifest.kind == "ConfigMap" and manifest.namespace == "estate-logging"
        for name, text in dict[str, str](manifest.body["data"]).items()  # type: ignore[arg-type]
        if name in ("elasticsearch.yml", "kibana.yml")
    ]
    assert len(files) == 4
    for one in files:
        if "server.port" in one:
            assert one["server.ssl.enabled"] is True
            assert all(host.startswith("https://") for host in one["elasticsearch.hosts"])
            assert one["elasticsearch.ssl.verificationMode"] == "full"
        else:
            assert one["xpack.security.enabled"] is True
            assert one["xpack.security.http.ssl.enabled"] is True
            assert one["xpack.security.transport.ssl.enabled"] is True
            assert one["xpack.security.transport.ssl.client_authentication"] == "required"
