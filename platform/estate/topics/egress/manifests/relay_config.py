"""Configuration of relays: haproxy.cfg, one listener for each database and nothing else (F3).

Only what HAProxy 2.6 and its current releases both read.
"""

from __future__ import annotations

from estate.topics.egress.plan.model import RelaysPlan
from estate.topics.egress.plan.relays import HEALTH_PORT, METRICS_PORT

IDLE = "2h"
"""How long a connection may say nothing: pools keep some open for when they are needed."""


def haproxy_cfg(plan: RelaysPlan) -> str:
    """The whole file; connections are passed on as they are, whatever is spoken on them."""
    head = f"""\
global
    log stdout format raw local0
    maxconn {plan.connections}
    hard-stop-after 20s

defaults
    mode tcp
    log global
    option tcplog
    option clitcpka
    option srvtcpka
    timeout connect 5s
    timeout client {IDLE}
    timeout server {IDLE}
    timeout check 5s
    default-server inter 10s fall 3 rise 2

frontend health
    mode http
    option httplog
    option dontlog-normal
    timeout client 5s
    bind :{HEALTH_PORT}
    monitor-uri /healthz

frontend metrics
    mode http
    option httplog
    option dontlog-normal
    timeout client 10s
    bind :{METRICS_PORT}
    http-request deny unless {{ path /metrics }}
    http-request use-service prometheus-exporter
"""
    listeners = (
        f"""
listen {database.name}
    bind :{database.relay_port}
    server {database.name} {database.address}:{database.port} check
"""
        for database in plan.databases
    )
    return head + "".join(listeners)
