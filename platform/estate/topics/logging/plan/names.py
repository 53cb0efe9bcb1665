"""Where each part of logging listens and what it is called: one table for all readers."""

from __future__ import annotations

from estate.topics.logging.plan.logging import COLLECTOR, COLLECTOR_PORT, EXPORTER, LoggingPlan

__all__ = ["COLLECTOR", "COLLECTOR_PORT", "EXPORTER"]

ELASTICSEARCH = "elasticsearch"
"""The Service by which clients find the nodes that take logs in."""

KIBANA = "kibana"
SETUP = "logging-setup"

HTTP_PORT = 9200
"""Where Elasticsearch answers clients, over TLS."""

TRANSPORT_PORT = 9300
"""Where its nodes speak to each other, over TLS."""

READY_PORT = 8081
"""Open while the node has joined a cluster that has a master: for probes alone."""

KIBANA_PORT = 5601
KEY = "value"
"""The key under which a generated Secret holds its value."""


def host(plan: LoggingPlan, service: str) -> str:
    """The name by which pods find a Service of logging."""
    return f"{service}.{plan.placement.namespace}.svc"


def url(plan: LoggingPlan) -> str:
    """Where clients ask Elasticsearch."""
    return f"https://{host(plan, ELASTICSEARCH)}:{HTTP_PORT}"


def admin_secret() -> str:
    """The password of the first account, which the set-up job uses: one for the cluster's life."""
    return "elasticsearch.elastic-g1"


def user_secret(plan: LoggingPlan, user: str) -> str:
    """The password of an account of the platform's own."""
    return f"elasticsearch.{user}-g{plan.declared.generation}"


def kibana_key_secret() -> str:
    """What Kibana encrypts sessions and saved objects with: the same for both, for ever."""
    return "kibana.key-g1"
