"""Rights in Elasticsearch and Kibana: roles, their groups, spaces (C7, H5)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.manifest import JsonObject
from estate.topics.logging.manifests.exporter import ACCOUNT as EXPORTER_ACCOUNT
from estate.topics.logging.manifests.kibana import ACCOUNT as KIBANA_ACCOUNT
from estate.topics.logging.manifests.pipeline import ACCOUNT as COLLECTOR_ACCOUNT
from estate.topics.logging.manifests.requests import Request
from estate.topics.logging.plan.audiences import Audience, Reader
from estate.topics.logging.plan.logging import LoggingPlan

WRITER = "estate-writer"
MONITOR = "estate-monitor"

KIBANA_FEATURES = ("feature_discover_v2.read", "feature_dashboard_v2.read")
"""What a reader may open in its space: search and dashboards, and change neither."""


def rights(plan: LoggingPlan) -> Iterator[Request]:
    """Roles before those who have them."""
    yield Request(
        name="role-writer",
        path=f"/_security/role/{WRITER}",
        body={
            "cluster": ["monitor"],
            "indices": [
                {
                    "names": [one.stream for one in plan.audiences],
                    # Adds events; reads, changes and deletes none.
                    "privileges": ["auto_configure", "create_doc"],
                }
            ],
        },
    )
    yield Request(
        name="user-collector",
        path=f"/_security/user/{COLLECTOR_ACCOUNT}",
        body={"roles": [WRITER], "full_name": "Log collector", "enabled": True},
        password_of="collector",  # noqa: S106 a user, no password
    )
    yield Request(
        name="role-exporter",
        path=f"/_security/role/{MONITOR}",
        body={
            # Counts, no contents; of snapshots how many there are and failed.
            "cluster": ["monitor", *(["read_slm"] if plan.snapshots else [])],
            "indices": [{"names": ["*"], "privileges": ["monitor"]}],
        },
    )
    yield Request(
        name="user-exporter",
        path=f"/_security/user/{EXPORTER_ACCOUNT}",
        body={"roles": [MONITOR], "full_name": "Metrics", "enabled": True},
        password_of="exporter",  # noqa: S106 a user, no password
    )
    yield Request(
        name="user-kibana",
        path=f"/_security/user/{KIBANA_ACCOUNT}/_password",
        body={},
        password_of="kibana",  # noqa: S106 a user, no password
    )
    for audience in plan.audiences:
        yield Request(
            name=f"role-{audience.name}",
            path=f"/_security/role/{audience.role}",
            body=_role(audience),
        )
        yield Request(
            name=f"mapping-{audience.name}",
            path=f"/_security/role_mapping/{audience.role}",
            body=_mapping(audience),
        )


def _role(audience: Audience) -> JsonObject:
    return {
        "cluster": [],
        "indices": [
            {"names": [audience.stream], "privileges": ["read", "view_index_metadata"]},
        ],
        "applications": [
            {
                "application": "kibana-.kibana",
                "privileges": list(KIBANA_FEATURES),
                "resources": [f"space:{audience.name}"],
            }
        ],
    }


def _mapping(audience: Audience) -> JsonObject:
    """By realm and group: a group of the same name elsewhere is another group. Of none, nobody."""
    return {
        "enabled": bool(audience.readers),
        "roles": [audience.role],
        "rules": {"any": [_rule(reader) for reader in audience.readers]}
        if audience.readers
        else {"field": {"username": ""}},
    }


def _rule(reader: Reader) -> JsonObject:
    return {
        "all": [
            {"field": {"realm.name": reader.issuer}},
            {"field": {"groups": reader.group}},
        ]
    }


def spaces(plan: LoggingPlan) -> Iterator[Request]:
    """A space for each audience, and in it the one view of its stream."""
    for audience in plan.audiences:
        yield Request(
            at="kibana",
            name=f"space-{audience.name}",
            path=f"/api/spaces/space/{audience.name}",
            creates="/api/spaces/space",
            body={"id": audience.name, "name": audience.title},
        )
        yield Request(
            at="kibana",
            name=f"view-{audience.name}",
            method="POST",
            path=f"/s/{audience.name}/api/data_views/data_view",
            body={
                "override": True,
                "data_view": {
                    "id": audience.stream,
                    "title": audience.stream,
                    "name": audience.title,
                    "timeFieldName": "@timestamp",
                },
            },
        )
