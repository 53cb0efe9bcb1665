"""What a shard's controller is told, in its own words (H5, X7)."""

from __future__ import annotations

import json

from estate.plan.model.routers import RouterPlan

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


def settings(plan: RouterPlan) -> dict[str, str]:
    """The keys of the controller's ConfigMap. Access logs are on, to standard output (H5)."""
    found = {
        "log-format": log_format(plan.shard),
        "nbthread": str(max(1, plan.size.cpu // 1000)),
        "syslog-server": "address:stdout, format:raw, facility:daemon, level:info",
    }
    secure = next((one for one in plan.ports if one.name == "https"), None)
    if secure:
        found |= {
            "ssl-redirect": "true",
            "ssl-redirect-code": "301",
            "ssl-redirect-port": str(secure.port),
        }
    return found
