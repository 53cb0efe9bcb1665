"""How streams are stored and how long: lifecycles and templates (H4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.manifest import JsonObject
from estate.topics.logging.declare import Stream
from estate.topics.logging.manifests.requests import Request
from estate.topics.logging.plan.audiences import Audience
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.shards import primary_shards
from estate.topics.logging.plan.sizes import named

FIELDS = "estate-logs"
"""The part of all templates that is the same."""

_KEYWORDS = (
    "zone",
    "node",
    "tenant",
    "namespace",
    "pod",
    "container",
    "container_id",
    "file",
    "log_file",
    "stream",
    "host",
    "ident",
    "SYSTEMD_UNIT",
)


_ACCESS = {
    **dict.fromkeys(("shard", "virtual", "device", "client", "method", "url"), "keyword"),
    **dict.fromkeys(("backend", "member", "end"), "keyword"),
    **dict.fromkeys(("status", "bytes", "milliseconds"), "long"),
}
"""What routers and load balancers say, each a field."""


def retention(plan: LoggingPlan) -> Iterator[Request]:
    """Lifecycles before the templates that name them."""
    for name, stream in named(plan.declared.streams).items():
        yield Request(
            name=f"lifecycle-{name}",
            path=f"/_ilm/policy/{_policy(name)}",
            body={"policy": {"phases": _phases(stream)}},
        )
    yield Request(
        name="fields",
        path=f"/_component_template/{FIELDS}",
        body={"template": {"settings": _settings(plan), "mappings": _mappings()}},
    )
    for audience in plan.audiences:
        yield Request(
            name=f"template-{audience.name}",
            path=f"/_index_template/{audience.stream}",
            body=_template(plan, audience),
        )


def _policy(name: str) -> str:
    return f"estate-{name}"


def _phases(stream: Stream) -> JsonObject:
    """Ages count from when an index is written no longer."""
    found: JsonObject = {
        "hot": {
            "min_age": "0ms",
            "actions": {
                "rollover": {"max_age": f"{stream.roll_days}d", "max_primary_shard_size": "50gb"},
                "set_priority": {"priority": 100},
            },
        }
    }
    if stream.days > stream.hot_days:
        found["warm"] = {
            "min_age": f"{stream.hot_days}d",
            "actions": {
                "set_priority": {"priority": 50},
                "forcemerge": {"max_num_segments": 1},
            },
        }
    found["delete"] = {"min_age": f"{stream.days}d", "actions": {"delete": {}}}
    return found


def _settings(plan: LoggingPlan) -> JsonObject:
    return {
        "index.number_of_replicas": plan.declared.replicas,
        "index.codec": "best_compression",
        "index.refresh_interval": "10s",
        "index.query.default_field": ["message"],
    }


def _mappings() -> JsonObject:
    """Nobody's fields but these are indexed: an app that invents some costs no other anything."""
    return {
        "dynamic": False,
        "properties": {
            "@timestamp": {"type": "date_nanos"},
            "message": {"type": "text"},
            **{name: {"type": "keyword", "ignore_above": 1024} for name in _KEYWORDS},
        },
    }


def _template(plan: LoggingPlan, audience: Audience) -> JsonObject:
    """Of exactly one stream: ``life`` takes nothing of ``life-claims``."""
    settings: JsonObject = {
        "index.lifecycle.name": _policy(audience.kind),
        "index.number_of_shards": primary_shards(
            audience.flow, audience.kind, plan.of("hot").count
        ),
    }
    own: JsonObject = {"settings": settings}
    if audience.kind == "access":
        # What a device says wrongly is stored all the same, and not found by that field.
        settings |= {
            "index.mapping.ignore_malformed": True,
            "index.query.default_field": ["message", "url"],
        }
        own["mappings"] = {"properties": {name: {"type": kind} for name, kind in _ACCESS.items()}}
    return {
        "index_patterns": [audience.stream],
        "data_stream": {},
        "composed_of": [FIELDS],
        "priority": 500,
        "template": own,
    }
