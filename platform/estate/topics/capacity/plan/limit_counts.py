"""What a zone's plan has of everything that is limited: numbers, and how they come about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from estate.plan import Plan
from estate.reader.problems import KeyPath
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.capacity.plan import limits
from estate.topics.capacity.plan.limits import NEAR_PERCENT, Limit
from estate.topics.exposure.declare.load_balancers import F5, HAProxyPair
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.logging.declare import Logging, Stream
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.shards import StreamShards, data_nodes, stream_shards
from estate.topics.logging.plan.sizes import SIZES, WAITING_GB, daily, days_on, heap, room
from estate.topics.network.plan import NetworkPlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import gibibytes
from estate.topics.tenancy.plan import TenancyPlan


@dataclass(frozen=True, kw_only=True)
class Use:
    """How much of a limit is used."""

    limit: Limit
    count: int
    most: int | None
    """What the whole zone, or the largest part that the limit is of, may have; None where the
    site does not say."""
    reckoning: str
    """How the number comes about."""
    path: KeyPath
    """Where in the stack file it can be changed."""
    hint: str = ""

    @property
    def past(self) -> bool:
        """Whether there is more than may be."""
        return self.most is not None and self.count > self.most

    @property
    def near(self) -> bool:
        """Whether there is nearly as much as may be, or more."""
        share = self.limit.notice_percent
        return self.most is not None and 100 * self.count >= share * self.most


def uses(plan: Plan) -> Iterator[Use]:
    """Of every limit that concerns the zone."""
    logged = plan.find(LoggingPlan)
    if logged:
        yield from _of_logging(logged)
    yield from _of_firewalls(plan)
    yield from health_checks(plan)
    yield _node_ports(plan)
    yield from _of_the_cluster(plan)
    yield from _of_namespaces(plan)


def _of_logging(plan: LoggingPlan) -> Iterator[Use]:
    declared = plan.declared
    tenants = sum(1 for audience in plan.audiences if audience.kind == "application")
    parts = stream_shards(declared, tenants)
    yield shards_used(declared, tenants)
    master = heap(SIZES[declared.size]["elasticsearch-master"].memory)
    yield Use(
        limit=limits.INDICES,
        count=sum(shards.indices for shards in parts),
        most=(limits.INDICES.value or 0) * master // 2**30,
        reckoning=f"{gibibytes(master)} of heap for each master",
        path=("logging", "streams"),
        hint="Raise roll_days of the streams, or the size of logging",
    )
    inputs = collector_inputs(plan)
    yield Use(
        limit=limits.INOTIFY,
        count=inputs,
        most=declared.inotify_instances,
        reckoning=f"{len(plan.with_files)} tenants with log files, and "
        f"{inputs - len(plan.with_files)} of the platform's own",
        path=("logging",),
        hint="Raise inotify_instances: the handover sets fs.inotify.max_user_instances on nodes",
    )
    streams = len(plan.audiences)
    yield Use(
        limit=limits.WAITING,
        count=streams * WAITING_GB * 10**9,
        most=declared.node_disk,
        reckoning=f"{streams} streams x {WAITING_GB} GB",
        path=("logging",),
        hint="Give nodes larger disks for /var/lib, and say so by node_disk",
    )


def collector_inputs(plan: LoggingPlan) -> int:
    """Files that the collector follows by inotify, each set by an input of its own.

    What pods say is polled, so that a trace is read at once.
    """
    return (2 if plan.intake else 1) + len(plan.with_files)


def shards_used(declared: Logging, tenants: int) -> Use:
    """Shards against the data nodes that are left when one is gone."""
    parts = stream_shards(declared, tenants)
    nodes = data_nodes(declared) - 1
    each = limits.SHARDS.value or 0
    return Use(
        limit=limits.SHARDS,
        count=sum(shards.shards for shards in parts),
        most=each * nodes,
        reckoning=f"{'; '.join(shards.reckoning for shards in parts)}; "
        f"{each} for each of {nodes} of {nodes + 1} data nodes, one of them lost",
        path=("logging", "streams"),
        hint=_rolling(declared, tenants, parts, each * nodes),
    )


def _rolling(declared: Logging, tenants: int, parts: tuple[StreamShards, ...], most: int) -> str:
    """The least ``roll_days`` of the largest part with which there is room again."""
    largest = max(parts, key=lambda one: one.shards).kind
    more_disks = "Add disks to the hot or warm set: each is a data node more"
    for days in (2, 3, 7, 14, 30, 60, 90):
        grown = _rolled(declared, largest, days)
        shards = sum(stream_shard.shards for stream_shard in stream_shards(grown, tenants))
        if 100 * shards < NEAR_PERCENT * most:
            fits = hot_bytes(grown) <= room(grown.sets.hot)
            also = "" if fits else ", and add disks to the hot set"
            return (
                f"roll_days: {days} for {largest} makes fewer, larger indices{also}. {more_disks}"
            )
    return f"Keep logs for fewer days. {more_disks}"


def _rolled(declared: Logging, kind: str, days: int) -> Logging:
    stream: Stream = getattr(declared.streams, kind)
    rolled = stream.model_copy(update={"roll_days": days})
    streams = declared.streams.model_copy(update={kind: rolled})
    return declared.model_copy(update={"streams": streams})


def hot_bytes(declared: Logging) -> int:
    """What the hot nodes hold once logs are as old as they get."""
    streams = (
        declared.streams.access,
        declared.streams.infrastructure,
        declared.streams.application,
    )
    return sum(
        daily(stream) * (1 + declared.replicas) * days_on(stream, "hot") for stream in streams
    )


def _of_firewalls(plan: Plan) -> Iterator[Use]:
    rows = Counter(row.firewall for row in plan.of(FirewallPlan).rows)
    for index, firewall in enumerate(plan.of(FirewallPlan).firewalls):
        yield Use(
            limit=limits.FIREWALL_ROWS,
            count=rows[firewall.name],
            most=firewall.rows,
            reckoning=f"rows for {firewall.name}",
            path=("firewalls", index),
            hint="via: egress in place of direct needs rows for the egress nodes alone",
        )


def health_checks(plan: Plan) -> Iterator[Use]:
    """How often each load balancer asks whether members are well."""
    own = plan.of(ExposurePlan).platform_load_balancer
    balancers = [(plan.of(ExposurePlan).load_balancer, "load_balancer")]
    if own:
        balancers.append((own, "platform_load_balancer"))
    for balancer, key in balancers:
        if not isinstance(balancer, F5 | HAProxyPair):
            continue
        servers = [
            virtual_server
            for virtual_server in plan.of(VirtualServersPlan).virtual_servers
            if virtual_server.running
            and (key == "platform_load_balancer") == bool(own and _platform(virtual_server))
        ]
        members = sum(len(server.members) for server in servers)
        intervals = sorted({server.monitor.interval for server in servers})
        largest = max(servers, key=lambda virtual_server: len(virtual_server.members), default=None)
        most = f", of which {largest.name} has {len(largest.members)}" if largest else ""
        yield Use(
            limit=limits.HEALTH_CHECKS,
            count=ceil(sum(len(server.members) / server.monitor.interval for server in servers)),
            most=balancer.checks_per_second,
            reckoning=f"{members} members of {len(servers)} virtual servers of {balancer.name}"
            f"{most}, each every {' or '.join(map(str, intervals))} s",
            path=(key,),
            hint="vip: {members: pool} of an app names the nodes of its pool alone; a longer "
            "interval asks them less often",
        )


def _platform(server: VirtualServerPlan) -> bool:
    return server.partition == "platform"


def _node_ports(plan: Plan) -> Use:
    band = plan.of(NetworkPlan).network.node_ports
    size = band.last - band.first + 1
    static = limits.STATIC_NODE_PORTS.value or 0
    most = min(size, static)
    return Use(
        limit=limits.STATIC_NODE_PORTS,
        count=len({node_port.port for node_port in plan.of(NodePortsPlan).node_ports}),
        most=most,
        reckoning=f"held of {band.first} to {band.last}"
        + (f", of which {static} are static" if size > static else ""),
        path=("network", "node_ports"),
        hint="Release what is not in use (estate ports release), or publish apps by host name",
    )


def most_pods(app: AppPlan) -> int:
    """Its pods at their most."""
    if not app.running:
        return 0
    return max(app.replicas, app.scale.most if app.scale else 0)


def _of_the_cluster(plan: Plan) -> Iterator[Use]:
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    counts = (
        (limits.NODES, len(nodes), ("nodes",), "nodes of all pools"),
        (
            limits.PODS,
            sum(map(most_pods, plan.of(AppsPlan).apps)),
            ("nodes",),
            "replicas of all apps",
        ),
        (
            limits.PODS_OF_A_NODE,
            max((node.capacity.pods for node in nodes), default=0),
            ("node_sizes",),
            "of the largest size of node",
        ),
        (
            limits.NAMESPACES,
            sum(len(tenant.namespaces) for tenant in plan.of(TenancyPlan).tenants),
            ("pools",),
            "namespaces of tenants",
        ),
        (
            limits.SERVICES,
            sum(1 for app in plan.of(AppsPlan).apps if app.running and app.listen),
            ("cluster",),
            "apps that listen",
        ),
    )
    for limit, count, path, reckoning in counts:
        yield Use(limit=limit, count=count, most=limit.value, reckoning=reckoning, path=path)


def _of_namespaces(plan: Plan) -> Iterator[Use]:
    """Of the namespace, or the app, that has most."""
    apps = Counter(app.namespace for app in plan.of(AppsPlan).apps if app.running)
    pods = Counter[str]()
    for app in plan.of(AppsPlan).apps:
        pods[app.namespace] += most_pods(app)
    endpoints = Counter({app.name: most_pods(app) for app in plan.of(AppsPlan).apps if app.listen})
    for limit, counter in (
        (limits.PODS_OF_A_NAMESPACE, pods),
        (limits.DEPLOYMENTS, apps),
        (limits.ENDPOINTS, endpoints),
    ):
        for name, count in counter.most_common(1):
            yield Use(
                limit=limit,
                count=count,
                most=limit.value,
                reckoning=f"in {name}, which has most",
                path=("cluster",),
            )
