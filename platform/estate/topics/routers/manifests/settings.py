"""Configuration of a shard's controller and its HAProxy (H5, X7)."""

from __future__ import annotations

import json

from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import HEALTH_PATH, HEALTH_PORT

_FIELDS = (
    ("time", "%Ts%ms"),
    ("client", '"%ci"'),
    ("method", '"%HM"'),
    ("url", '"%[var(txn.base),json(utf8s)]"'),
    ("status", "%ST"),
    ("bytes", "%B"),
    ("milliseconds", "%Ta"),
    ("backend", '"%b"'),
    ("member", '"%s"'),
    ("end", '"%tsc"'),
)
"""Fields of the access log: host and path are logged, the query is not: it may name persons."""

LOG_FIELDS = ("shard", *(name for name, _ in _FIELDS))
"""What every line of the access log has; ``time`` in milliseconds since 1970."""


def log_format(shard: str) -> str:
    """A line of JSON for each request, in HAProxy's own notation."""
    fields = [("shard", json.dumps(shard)), *_FIELDS]
    return "{" + ",".join(f'"{name}":{value}' for name, value in fields) + "}"


def _threads(plan: RouterPlan) -> int:
    return max(1, plan.size.cpu // 1000)


def gateway_settings(plan: RouterPlan) -> dict[str, str]:
    """The HAProxy configuration that the controller for gateways begins with.

    It keeps what it finds and adds its own. What it and the image's first process look for by
    name has to stand here: the defaults ``haproxytech``, both sockets, the frontend ``stats``,
    which it gives a port, and the backend of what no route names.
    """
    return {"router.cfg": "\n".join(_gateway_lines(plan)) + "\n"}


def _gateway_lines(plan: RouterPlan) -> list[str]:
    return [
        "# _version=1",
        "global",
        "  log stdout format raw daemon",
        f"  nbthread {_threads(plan)}",
        "  hard-stop-after 30m",
        "  pidfile /var/run/haproxy.pid",
        "  stats socket /var/run/haproxy-runtime-api.sock level admin expose-fd listeners",
        "  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
        "  default-path config",
        "  tune.lua.bool-sample-conversion normal",
        "  lua-load-per-thread route.lua",
        "defaults haproxytech",
        "  mode http",
        "  log global",
        f"  log-format '{log_format(plan.shard)}'",
        "  option dontlognull",
        "  timeout connect 5s",
        "  timeout http-request 5s",
        "  timeout client 50s",
        "  timeout server 50s",
        "  timeout tunnel 1h",
        "frontend health_check_socket from haproxytech",
        "  bind unix@/var/run/haproxy/health.sock",
        f"  monitor-uri {HEALTH_PATH}",
        "  option dontlog-normal",
        "frontend healthz from haproxytech",
        f"  bind :{HEALTH_PORT}",
        f"  monitor-uri {HEALTH_PATH}",
        "  option dontlog-normal",
        "frontend stats from haproxytech",
        "  http-request use-service prometheus-exporter if { path /metrics }",
        "  http-request return status 404",
        "  option dontlog-normal",
        "backend backend_not_found from haproxytech",
        "  http-request return status 404",
    ]


def settings(plan: RouterPlan) -> dict[str, str]:
    """The keys of the controller's ConfigMap. Access logs are on, to standard output (H5)."""
    found = {
        "log-format": log_format(plan.shard),
        "nbthread": str(_threads(plan)),
        "syslog-server": "address:stdout, format:raw, facility:daemon, level:info",
    }
    secure = next((port for port in plan.ports if port.name == "https"), None)
    if secure:
        found |= {
            "ssl-redirect": "true",
            "ssl-redirect-code": "301",
            "ssl-redirect-port": str(secure.port),
        }
    return found
