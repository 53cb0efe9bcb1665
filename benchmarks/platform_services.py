"""What a generated zone runs of the platform's own: routers, relays, logging and monitoring.

Their nodes stand beside those of apps, and their sizes follow how much there is to serve.
"""

from __future__ import annotations

from dataclasses import dataclass

HTTPS, HTTP, HEALTH, KIBANA, INTAKE = range(30000, 30005)
FIRST_APP_PORT = 30010
"""The node ports below are the platform's own."""

_PORTS = {
    "router-default-https": HTTPS,
    "router-default-http": HTTP,
    "router-default-health": HEALTH,
    "kibana": KIBANA,
    "log-intake": INTAKE,
}
_ROLES = {"router": 3, "egress": 2, "logging": 3, "monitoring": 2}
"""Nodes of each role."""
NODES = sum(_ROLES.values())
"""In each zone."""

RELAYED = "db-000"
"""The database that the DMZ's relays take connections for."""

DAEMONS = 2
"""Pods of the platform's own on every node: node-exporter and the log collector."""

_STREAMS = {
    "access": (400, 500, ", readers: [web-operations]"),
    "infrastructure": (200, 450, ", readers: [platform-operations]"),
    "application": (500, 600, ""),
}
"""Events a second, bytes of each, and who reads them."""

INOTIFY_INSTANCES = 1024
"""Room for as many tenants as an estate is generated with."""

_EXCEPTIONS = (
    (
        "estate-monitoring",
        "node-exporter",
        {
            "host-path": ", paths: [{path: /}]",
            "host-namespaces": ", shares: [network]",
            "host-port": ", ports: [9100]",
            "placement": "",
        },
    ),
    (
        "estate-logging",
        "log-collector",
        {
            "host-path": ", paths: [{path: /var/log}, "
            "{path: /var/lib/estate-log-collector, writable: true}]",
            "privilege": ", root: true",
            "placement": "",
        },
    ),
)


@dataclass(frozen=True)
class Zone:
    """Whose services they are."""

    name: str
    base: int
    """The second number of its addresses: nodes ``10.<base>``, devices ``10.<base + 1>``, virtual
    addresses ``10.<base + 2>``."""
    nodes: int
    """How many nodes run apps."""


def node_pools() -> list[tuple[str, int]]:
    """The pools of the platform's own, with how many nodes each has."""
    return list(_ROLES.items())


def listed_pools() -> list[str]:
    """The same pools, as lines of a stack file."""
    return [f"    - {{name: {role}, role: {role}}}" for role in _ROLES]


def register(zone: str) -> list[str]:
    """The node ports of the platform's own, as lines of the register."""
    return [
        f"  - {{zone: {zone}, port: {port}, protocol: TCP, owner: platform/{service}}}"
        for service, port in _PORTS.items()
    ]


def facts(zone: Zone) -> list[str]:
    """Lines of the zone's stack file."""
    return [
        *_names(zone),
        *_routers(zone),
        *_relays(zone),
        *_exceptions(),
        *_logging(zone),
        *_monitoring(zone),
    ]


def _names(zone: Zone) -> list[str]:
    domain = f"{zone.name}.harbour.example"
    return [
        "  estate:dns:",
        f"    resolvers: [10.{zone.base + 1}.0.53, 10.{zone.base + 1}.0.54]",
        f"    domains: [{domain}]",
        f"    node_domain: nodes.{domain}",
        f"    name_servers: [{{name: ns1.{domain}, address: 10.{zone.base + 1}.0.53}}]",
        "    owner: hostmaster@harbour.example",
    ]


def _routers(zone: Zone) -> list[str]:
    return [
        "  estate:routers:",
        "    owner: platform@harbour.example",
        "    shards:",
        f"      - {{name: default, size: L, replicas: 2, address: 10.{zone.base + 2}.31.1, "
        "https: {certificate: wildcard}}",
    ]


def _relays(zone: Zone) -> list[str]:
    if zone.name != "dmz":
        return []
    return [f"  estate:egress: {{size: L, relays: [{{database: {RELAYED}, port: 15432}}]}}"]


def _exceptions() -> list[str]:
    return [
        "  estate:exceptions:",
        *(
            f"    - {{rule: {rule}, namespace: {namespace}, account: {account}{opens}, "
            "reason: agents read the node, "
            'owner: platform@harbour.example, approved: "2026-01-15", expires: "2099-01-14"}'
            for namespace, account, rules in _EXCEPTIONS
            for rule, opens in rules.items()
        ),
    ]


def _logging(zone: Zone) -> list[str]:
    streams = [
        f"      {name}: {{events_per_second: {events}, bytes_per_event: {size}, hot_days: 3, "
        f"days: 30, roll_days: 30{readers}}}"
        for name, (events, size, readers) in _STREAMS.items()
    ]
    return [
        "  estate:storage: {local: [{name: local-logs}]}",
        "  estate:logging:",
        "    size: L",
        "    owner: platform@harbour.example",
        "    streams:",
        *streams,
        f"    published: {{host: logs.{zone.name}.harbour.example, "
        f"address: 10.{zone.base + 2}.31.2, clients: [10.200.0.0/16]}}",
        "    intake: true",
        f"    inotify_instances: {INOTIFY_INSTANCES}",
        "    certificates: {transport: transport-tls, http: http-tls, kibana: kibana-tls}",
        "    sets:",
        *(line for name in ("master", "hot", "warm") for line in _set(zone, name)),
    ]


def _set(zone: Zone, name: str) -> list[str]:
    size = "20Gi" if name == "master" else "8Ti"
    return [
        f"      {name}:",
        "        backend: local-logs",
        "        disks:",
        *(
            f"          - {{replica: {number}, node: {node_name(zone.name, 'logging', number)}, "
            f"path: /srv/disks/{name}, size: {size}}}"
            for number in range(1, _ROLES["logging"] + 1)
        ),
    ]


def _monitoring(zone: Zone) -> list[str]:
    return [
        "  estate:monitoring:",
        f"    size: {'M' if zone.nodes <= 80 else 'L'}",
        "    days: 15",
        "    owner: platform@harbour.example",
        f"    mail: {{host: mail.harbour.example, "
        f"address: 10.{zone.base + 1}.0.25, sender: alerts@harbour.example}}",
        "    disks:",
        *(
            f"      - {{replica: {number}, node: {node_name(zone.name, 'monitoring', number)}, "
            "path: /srv/disks/prometheus, size: 2Ti}"
            for number in range(1, _ROLES["monitoring"] + 1)
        ),
    ]


def node_name(zone: str, role: str, number: int) -> str:
    """What a node of the platform's own is called."""
    return f"{zone[:3]}-{role}-{number}"
