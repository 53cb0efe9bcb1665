"""Generated estates of any size: valid, deterministic, mixed like a real one.

Apps alternate between the zones and between ``traditional`` (as far as the band of node ports
reaches), ``web`` and ``service``; every third talks to a database in the intranet, which from the
DMZ crosses the firewall, by a relay or from its nodes; some have generated secrets and log
volumes; some have a pool of their own, some tenants too, the others share one. Both zones have
what the shipped ones have: routers, relays, logging, monitoring and names.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import platform_services
from benchmarks.platform_services import DAEMONS, FIRST_APP_PORT, RELAYED

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ("images.yaml", "images.lock.yaml")
ZONES = ("dmz", "intranet")
FIRST_PORT, LAST_PORT = 30000, 32767
MOST_NODES = 700
"""In a zone: of more, the facts do not fit the argument by which Pulumi passes them."""
PODS_PER_NODE = 500
TENANTS_PER_DATABASE = 20
_SIZES = ((100, 128), (50, 256), (120, 192))
"""CPU in millicores and memory in MiB of one replica: a node is full of pods before either."""


@dataclass(frozen=True)
class _App:
    number: int
    tenants: int
    zone: str
    pool: str | None
    node_port: int | None

    @property
    def name(self) -> str:
        return f"app-{self.number:05d}"

    @property
    def tenant(self) -> int:
        # Not the parity that chooses the zone: each tenant has apps in both.
        return self.number // 2 % self.tenants

    @property
    def published(self) -> bool:
        """By host name, through the zone's routers."""
        return self.node_port is None and self.number // 2 % 4 == 3

    @property
    def replicas(self) -> int:
        return 3 if self.number % 10 == 9 else 2

    @property
    def size(self) -> tuple[int, int]:
        return _SIZES[self.number // 2 % len(_SIZES)]


@dataclass(frozen=True)
class _Pools:
    """How many nodes of a zone serve one app alone, one tenant alone, and everybody."""

    of_apps: int
    of_tenants: int
    shared_nodes: int


def write(
    root: Path,
    apps: int,
    nodes_per_zone: int,
    tenants: int,
    sharing: int = TENANTS_PER_DATABASE,
) -> None:
    """Write an estate of ``apps`` apps of ``tenants`` tenants under ``root``.

    ``nodes_per_zone`` run apps; the platform's own services have more beside them. ``sharing`` is
    how many tenants use one database. Raises ValueError where so much does not fit so little.
    """
    pools = _split(nodes_per_zone, tenants, apps)
    declared = [one for zone in ZONES for one in _apps(zone, apps, tenants, pools)]
    shared: dict[tuple[str, int], list[_App]] = {}
    for app in declared:
        if app.pool is None:
            shared.setdefault((app.zone, app.tenant), []).append(app)
    _refuse_what_cannot_fit(shared, pools, nodes_per_zone, tenants)
    for folder in ("apps", "tenants"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for zone in ZONES:
        (root / f"Pulumi.{zone}.yaml").write_text(_stack(zone, pools, declared, tenants, sharing))
    for tenant in range(tenants):
        (root / "tenants" / f"{_tenant_name(tenant)}.yaml").write_text(
            _tenant(tenant, pools, shared)
        )
    for app in declared:
        (root / "apps" / f"{app.name}.yaml").write_text(_app(app, sharing))
    for name in IMAGES:
        shutil.copy(ROOT / name, root)
    (root / "registers").mkdir(exist_ok=True)
    (root / "registers/node-ports.yaml").write_text(_register(declared))


def _register(apps: list[_App]) -> str:
    lines = [
        f"  - {{zone: {app.zone}, port: {app.node_port}, protocol: TCP, "
        f"owner: {_tenant_name(app.tenant)}/{app.name}}}"
        for app in apps
        if app.node_port
    ]
    own = [line for zone in ZONES for line in platform_services.register(zone)]
    return "\n".join(["ports:", *own, *lines]) + "\n"


def _split(nodes: int, tenants: int, apps: int) -> _Pools:
    of_apps = min(nodes // 10, apps // 8)
    of_tenants = min(nodes // 10, max(0, tenants - 1))
    return _Pools(of_apps, of_tenants, nodes - 2 * of_apps - 3 * of_tenants)


def _apps(zone: str, apps: int, tenants: int, pools: _Pools) -> list[_App]:
    found: list[_App] = []
    port = FIRST_APP_PORT
    for number in range(ZONES.index(zone), apps, 2):
        place = number // 2
        pool = f"pool-{number:05d}" if place % 4 == 1 and place // 4 < pools.of_apps else None
        traditional = place % 2 == 0 and port <= LAST_PORT
        found.append(_App(number, tenants, zone, pool, port if traditional else None))
        port += traditional
    return found


def _shared_pool(tenant: int, pools: _Pools) -> str:
    return _tenant_name(tenant) if tenant < pools.of_tenants else "shared"


def _tenant_name(tenant: int) -> str:
    return f"tenant-{tenant:04d}"


def _pods(apps: list[_App]) -> int:
    return sum(app.replicas for app in apps)


def _refuse_what_cannot_fit(
    shared: dict[tuple[str, int], list[_App]], pools: _Pools, nodes_per_zone: int, tenants: int
) -> None:
    if not 4 <= nodes_per_zone <= MOST_NODES or tenants < 1:
        raise ValueError(f"an estate needs 4 to {MOST_NODES} nodes in each zone, and one tenant")
    nodes: dict[str, int] = {"shared": pools.shared_nodes}
    for zone in ZONES:
        used: dict[str, int] = {}
        for tenant in range(tenants):
            own = shared.get((zone, tenant), [])
            if _pods(own) + 1 > 1000:
                raise ValueError(f"{len(own)} apps do not fit one namespace: use more tenants")
            pool = _shared_pool(tenant, pools)
            used[pool] = used.get(pool, 0) + _pods(own)
        for pool, pods in used.items():
            if pods > (PODS_PER_NODE - DAEMONS) * (nodes.get(pool, 3) - 1):
                raise ValueError(f"{pods} pods do not fit pool '{pool}': use more nodes")


def _stack(zone: str, pools: _Pools, apps: list[_App], tenants: int, sharing: int) -> str:
    base = 16 if zone == "dmz" else 32
    place = ZONES.index(zone)
    own = [app for app in apps if app.zone == zone and app.pool]
    listed, members = _listed_pools(own, pools)
    nodes = sum(count for _, count in members)
    lines = [
        "config:",
        f"  estate:cluster: {{zone: {zone}, name: {zone}, context: {zone}, "
        f'distribution: kubernetes, version: "1.36", api_server: {{address: 10.{base + 1}.0.5}}}}',
        "  estate:network:",
        f"    nodes: 10.{base}.0.0/20",
        f"    cluster_cidr: 100.{64 + 32 * place}.0.0/11",
        f"    pods: 100.{64 + 32 * place}.0.0/12",
        f"    services: 172.{24 + place}.0.0/16",
        f"    tunnels: 100.{80 + 32 * place}.0.0/20",
        "    cni: calico",
        "    encapsulation: vxlan",
        "    pod_egress_identity: node",
        f"    node_ports: {{first: {FIRST_PORT}, last: {LAST_PORT}}}",
        f"  estate:registry: {{host: registry.{zone}.harbour.example}}",
        "  estate:identity: {default: staff, issuers: [{name: staff, "
        f"url: https://login.harbour.example, audiences: [estate-{zone}]}}]}}",
        "  estate:removal: allowed",
        f"  estate:load_balancer: {{kind: f5, name: f5-{zone}, "
        f"self_addresses: [10.{base + 1}.0.2, 10.{base + 1}.0.3], "
        f"vips: [10.{base + 2}.0.0/19]}}",
        f"  estate:nfs_filers: [{{name: filer-{zone}, address: 10.{base + 1}.1.10, "
        f"export: /exports/{zone}}}]",
        "  estate:node_sizes:",
        f"    big: {{cpu: 64, memory: 512Gi, pods: {PODS_PER_NODE}, "
        "reserved: {cpu: 1, memory: 8Gi}}",
        "  estate:pools:",
        *listed,
        *platform_services.facts(platform_services.Zone(zone, base, nodes)),
        *_tenant_names([app for app in apps if app.zone == zone and app.published]),
        "  estate:nodes:",
    ]
    lines += _nodes(zone, base, members)
    if zone == "intranet":
        lines += _databases(base, tenants, sharing)
    return "\n".join(lines) + "\n"


def _domain(app: _App) -> str:
    """What the names of the tenant's apps in the zone end in."""
    return f"{_tenant_name(app.tenant)}.{app.zone}.harbour.example"


def _tenant_names(published: list[_App]) -> list[str]:
    """The names that tenants may give, where they publish apps."""
    domains = {_tenant_name(app.tenant): _domain(app) for app in published}
    given = [f'    {tenant}: ["*.{domain}"]' for tenant, domain in sorted(domains.items())]
    return ["  estate:tenant_names:", *given] if given else []


def _listed_pools(own: list[_App], pools: _Pools) -> tuple[list[str], list[tuple[str, int]]]:
    listed = [
        f"    - {{name: {app.pool}, tenant: {_tenant_name(app.tenant)}, app: {app.name}}}"
        for app in own
    ]
    members = [(str(app.pool), 2) for app in own]
    for tenant in range(pools.of_tenants):
        name = _tenant_name(tenant)
        listed.append(f"    - {{name: {name}, tenant: {name}}}")
        members.append((name, 3))
    listed += ["    - {name: shared}", *platform_services.listed_pools()]
    # Where there are fewer apps than pools for them, their nodes are shared too.
    spare = 2 * (pools.of_apps - len(own))
    members.append(("shared", pools.shared_nodes + spare))
    return listed, members


def _nodes(zone: str, base: int, members: list[tuple[str, int]]) -> list[str]:
    named = [pool for pool, count in members for _ in range(count)]
    nodes = [(f"{zone[:3]}-n{number:04d}", pool) for number, pool in enumerate(named)]
    nodes += [
        (platform_services.node_name(zone, role, number), role)
        for role, count in platform_services.node_pools()
        for number in range(1, count + 1)
    ]
    return [
        f"    - {{name: {name}, "
        f"address: 10.{base}.{(place + 10) // 250}.{(place + 10) % 250 + 1}, "
        f"rack: rack-{'abcd'[place % 4]}, size: big, pool: {pool}}}"
        for place, (name, pool) in enumerate(nodes)
    ]


def _databases(base: int, tenants: int, sharing: int) -> list[str]:
    lines = [
        "  estate:firewalls: [{name: fw-inner, source_zone: dmz}]",
        '  estate:firewall_order: {ticket: CHG1, ordered: "2026-01-01", valid_days: 3650}',
        "  estate:databases:",
    ]
    for number, first in enumerate(range(0, tenants, sharing)):
        served = range(first, min(tenants, first + sharing))
        names = ", ".join(_tenant_name(tenant) for tenant in served)
        lines.append(
            f"    - {{name: db-{number:03d}, address: 10.{base + 1}.{2 + number // 250}."
            f"{number % 250 + 1}, port: 5432, tenants: [{names}]}}"
        )
    return lines


def _tenant(tenant: int, pools: _Pools, shared: dict[tuple[str, int], list[_App]]) -> str:
    name = _tenant_name(tenant)
    lines = [
        f"tenant: {name}",
        f"owner: {name}@harbour.example",
        f"contact: {name}@harbour.example",
        "business_unit: Insurance",
        f"cost_centre: CC-{tenant}",
        "zones:",
    ]
    for zone in ZONES:
        own = shared.get((zone, tenant), [])
        # One replica more, of the largest size, for a rolling update.
        cpu = sum(app.size[0] * app.replicas for app in own) + max(size[0] for size in _SIZES)
        memory = sum(app.size[1] * app.replicas for app in own) + max(size[1] for size in _SIZES)
        lines.append(
            f"  {zone}: {{pool: {_shared_pool(tenant, pools)}, "
            f"quota: {{cpu: {cpu}m, memory: {memory}Mi, pods: {_pods(own) + 1}}}}}"
        )
    return "\n".join(lines) + "\n"


def _kind(app: _App) -> str:
    if app.node_port is not None:
        return "traditional"
    return "web" if app.published else "service"


def _app(app: _App, sharing: int) -> str:
    base = 16 if app.zone == "dmz" else 32
    cpu, memory = app.size
    tenant = _tenant_name(app.tenant)
    digest = hashlib.sha256(app.name.encode()).hexdigest()
    lines = [
        f"app: {app.name}",
        f"tenant: {tenant}",
        f"zone: {app.zone}",
        f"kind: {_kind(app)}",
        f"owner: {app.name}@harbour.example",
        f"image: {tenant}/{app.name}@sha256:{digest}",
        f"replicas: {app.replicas}",
        f"size: {{cpu: {cpu}m, memory: {memory}Mi}}",
        "health: /healthz",
    ]
    if app.pool:
        lines.append(f"pool: {app.pool}")
    if app.node_port is None:
        lines.append("listen: {port: 8080}")
        if app.published:
            lines.append(f"hosts: [{app.name}.{_domain(app)}]")
    else:
        place = app.node_port - FIRST_APP_PORT
        local = place % 2 == 1
        policy = "Local" if local else "Cluster"
        lines.append(f"listen: {{port: 8080, traffic_policy: {policy}, tls: true}}")
        vip = f"address: 10.{base + 2}.{place // 250}.{place % 250 + 1}, port: 443"
        vip += ", members: pool, stickiness: source" if local else ""
        lines.append(f"vip: {{{vip}}}")
        if place % 2 == 0:
            lines.append(f"logs: {{filer: filer-{app.zone}, size: 10Gi}}")
    if app.number // 2 % 3 == 0:
        name = f"db-{app.tenant // sharing:03d}"
        via = "egress" if app.zone == "dmz" and name == RELAYED else "direct"
        lines.append(f"databases: [{{name: {name}, via: {via}}}]")
    if app.number // 2 % 4 == 0:
        lines.append("secrets: [{name: session-key}]")
    return "\n".join(lines) + "\n"
