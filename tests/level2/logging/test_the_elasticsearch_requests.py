"""Requests held against the vendor's own client: it would send the same, byte by byte.

Elasticsearch cannot run here. What its client knows is what can be known: each request's method,
path and top-level keys, the privileges of clusters, the parameters of field types (level 2b).
"""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import (
    ApiResponseMeta,
    BaseNode,
    HttpHeaders,
    NodeConfig,
)
from elastic_transport._node import NodeApiResponse
from elasticsearch import Elasticsearch
from elasticsearch.dsl import field as fields

from estate.reader.values import ZONES, Zone
from estate.topics.logging.manifests.elasticsearch import elasticsearch, settings
from estate.topics.logging.manifests.requests import Request
from estate.topics.logging.manifests.retention import retention
from estate.topics.logging.manifests.rights import rights
from estate.topics.logging.manifests.setup import requests
from estate.topics.logging.manifests.snapshots import snapshots
from estate.topics.logging.plan.logging import LoggingPlan
from tests.documents import table, texts
from tests.estates import shipped

pytestmark = pytest.mark.level2

PASSWORD = "a" * 32
Sent = tuple[str, str, Any]
"""Method, path, body."""


def logged(folder: Path, zone: Zone = "dmz") -> LoggingPlan:
    """The plan of the zone's logging."""
    found = shipped(folder).plans()[zone].find(LoggingPlan)
    assert found
    return found


class _Caught(BaseNode):
    """In place of a connection: keeps what the client would send, and answers that all is well."""

    sent: typing.ClassVar[list[Sent]] = []

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = None,
    ) -> NodeApiResponse:
        _Caught.sent.append((method, target, json.loads(body) if body else None))
        answer = HttpHeaders(
            {"x-elastic-product": "Elasticsearch", "content-type": "application/json"}
        )
        meta = ApiResponseMeta(
            status=200, http_version="1.1", headers=answer, duration=0.0, node=self.config
        )
        return NodeApiResponse(meta, b"{}")

    def close(self) -> None:
        """There is nothing to close."""


def _client() -> Elasticsearch:
    return Elasticsearch([NodeConfig("http", "127.0.0.1", 9)], node_class=_Caught)


def _calls(client: Elasticsearch) -> dict[str, tuple[str, Callable[..., Any]]]:
    """By the beginning of a path: what names the thing, and the client's method."""
    return {
        "/_ilm/policy/": ("name", client.ilm.put_lifecycle),
        "/_slm/policy/": ("policy_id", client.slm.put_lifecycle),
        "/_component_template/": ("name", client.cluster.put_component_template),
        "/_index_template/": ("name", client.indices.put_index_template),
        "/_security/role/": ("name", client.security.put_role),
        "/_security/role_mapping/": ("name", client.security.put_role_mapping),
        "/_security/user/": ("username", client.security.put_user),
    }


def by_the_client(client: Elasticsearch, one: Request) -> Sent:
    """What the client sends when it is told the same; it refuses keys that it does not know."""
    body: dict[str, Any] = {**one.body, **({"password": PASSWORD} if one.password_of else {})}
    if one.path.startswith("/_snapshot/"):
        client.snapshot.create_repository(
            name=one.path.removeprefix("/_snapshot/"), repository=one.body
        )
    elif one.path.endswith("/_password"):
        user = one.path.split("/")[3]
        client.security.change_password(username=user, **body)
    else:
        (begin,) = (name for name in _calls(client) if one.path.startswith(name))
        key, call = _calls(client)[begin]
        call(**{key: one.path.removeprefix(begin)}, **body)
    return _Caught.sent[-1]


def of_elasticsearch(plan: LoggingPlan) -> Iterator[Request]:
    return (request for request in requests(plan) if request.at == "elasticsearch")


@pytest.mark.parametrize("zone", ZONES)
def test_the_vendors_client_would_send_each_request_as_it_is(tmp_path: Path, zone: Zone) -> None:
    """H3, H5, C7."""
    client = _client()
    found = list(of_elasticsearch(logged(tmp_path, zone)))
    assert len(found) > 20
    for request in found:
        method, path, body = by_the_client(client, request)
        expected = {**request.body, **({"password": PASSWORD} if request.password_of else {})}
        assert (method, path, body) == (request.method, request.path, expected), request.name


@pytest.mark.parametrize("begin", ["/_ilm/", "/_component", "/_index", "/_security/role/"])
def test_a_key_that_the_client_does_not_know_is_found(tmp_path: Path, begin: str) -> None:
    client = _client()
    one = next(
        request for request in of_elasticsearch(logged(tmp_path)) if request.path.startswith(begin)
    )
    wrong = Request(name=one.name, path=one.path, body={**one.body, "privilege": []})
    with pytest.raises(TypeError, match="privilege"):
        by_the_client(client, wrong)


def _literals(annotation: object) -> set[str]:
    """Every text that a type allows."""
    if typing.get_origin(annotation) is typing.Literal:
        return {argument for argument in typing.get_args(annotation) if isinstance(argument, str)}
    return {text for argument in typing.get_args(annotation) for text in _literals(argument)}


def test_privileges_of_the_cluster_are_ones_that_there_are(tmp_path: Path) -> None:
    """B2: from the client's own list; readers have none at all."""
    signature = inspect.signature(_client().security.put_role, eval_str=True)
    known = _literals(signature.parameters["cluster"].annotation)
    assert {"monitor", "manage_security"} <= known
    roles = [
        request
        for request in rights(logged(tmp_path))
        if request.path.startswith("/_security/role/")
    ]
    for role in roles:
        asked: Any = role.body["cluster"]
        assert set(asked) <= known, role.name
        assert asked == [] or role.name in ("role-exporter", "role-writer")


def test_fields_have_types_and_parameters_that_there_are(tmp_path: Path) -> None:
    """H4: from the client's classes of fields."""
    kinds = {
        kind.name: kind
        for kind in vars(fields).values()
        if isinstance(kind, type) and issubclass(kind, fields.Field) and kind.name
    }
    (template,) = (request for request in retention(logged(tmp_path)) if request.name == "fields")
    body: Any = template.body["template"]
    assert body["mappings"].keys() == {"dynamic", "properties"}
    for name, declared in body["mappings"]["properties"].items():
        parameters = inspect.signature(kinds[declared["type"]].__init__).parameters
        assert declared.keys() - {"type"} <= parameters.keys(), name


@pytest.mark.parametrize("zone", ZONES)
def test_a_stream_is_kept_for_as_long_as_declared_and_its_template_takes_it_alone(
    tmp_path: Path, zone: Zone
) -> None:
    """H4: lifecycles from the declaration; a tenant's template never takes another's stream."""
    plan = logged(tmp_path, zone)
    found = {request.path: request.body for request in retention(plan)}
    for audience in plan.audiences:
        template: Any = found[f"/_index_template/{audience.stream}"]
        assert template["index_patterns"] == [audience.stream]
        name = template["template"]["settings"]["index.lifecycle.name"]
        policy: Any = found[f"/_ilm/policy/{name}"]
        phases = policy["policy"]["phases"]
        assert phases["warm"]["min_age"] == f"{audience.flow.hot_days}d"
        assert phases["delete"]["min_age"] == f"{audience.flow.days}d"
        assert phases["hot"]["actions"]["rollover"]["max_age"] == "1d"
    common: Any = found["/_component_template/estate-logs"]
    assert common["template"]["settings"]["index.number_of_replicas"] == plan.declared.replicas


def test_a_snapshot_of_each_stream_is_kept_for_as_long_as_declared(tmp_path: Path) -> None:
    """H4: each policy has the streams of its audience, all of them and no other's."""
    plan = logged(tmp_path)
    assert plan.snapshots
    found = {snapshot.path: snapshot.body for snapshot in snapshots(plan)}
    ages: dict[str, str] = {}
    for audience in plan.audiences:
        policy: Any = found[f"/_slm/policy/estate-{audience.kind}"]
        (pattern,) = policy["config"]["indices"]
        assert fnmatchcase(audience.stream, pattern)
        others = {one.stream for one in plan.audiences if one.kind != audience.kind}
        assert not {one for one in others if fnmatchcase(one, pattern)}
        ages[audience.kind] = policy["retention"]["expire_after"]
        assert policy["repository"] == "estate" and policy["retention"]["min_count"] > 1
    assert ages == {"access": "365d", "infrastructure": "180d", "application": "90d"}


def test_every_node_of_elasticsearch_has_the_repositorys_directory(tmp_path: Path) -> None:
    """H4: at one path, as its user; the filer exports it to the nodes of the pool alone."""
    plan = shipped(tmp_path).plans()["dmz"]
    found = plan.find(LoggingPlan)
    assert found
    sets = [manifest for manifest in elasticsearch(found) if manifest.kind == "StatefulSet"]
    assert len(sets) == 3
    for manifest in sets:
        spec: Any = dict(manifest.body)["spec"]
        (container,) = spec["template"]["spec"]["containers"]
        (mount,) = (one for one in container["volumeMounts"] if one["name"] == "snapshots")
        assert mount["mountPath"] == "/mnt/snapshots" and not mount.get("readOnly")
    for name in ("master", "hot", "warm"):
        assert settings(found, name)["path.repo"] == ["/mnt/snapshots"]
    rows = {one["directory"]: one for one in table(plan, "nfs/directories.csv")}
    row = rows["/exports/dmz/log-snapshots"]
    assert (row["uid"], row["gid"], row["size"]) == ("1000", "1000", "6Ti")
    (line,) = (
        one
        for one in texts(plan)["nfs/filer-dmz.exports"].splitlines()
        if one.startswith("/exports/dmz/log-snapshots ")
    )
    assert line.split(" ")[2:] == ["10.10.1.105", "10.10.1.106", "10.10.1.107"]


def test_without_snapshots_nothing_of_them_is_emitted(tmp_path: Path) -> None:
    """H4: nodes of Elasticsearch that run stay as they are."""
    plan = logged(tmp_path, "intranet")
    assert plan.snapshots is None and list(snapshots(plan)) == []
    assert not [
        manifest for manifest in elasticsearch(plan) if "log-snapshots" in manifest.physical_name
    ]
    assert "path.repo" not in settings(plan, "hot")
