"""Router shards: which tenant belongs to which, and what each becomes (C5, E6, E10, E13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.declarations.stack import Stack
from estate.reader.addresses import EVERYBODY
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import ANSWER_WITHIN, WebApp
from estate.topics.egress.plan.callers import clients_of_shard
from estate.topics.egress.plan.model import ServerPlan
from estate.topics.exposure.declare.node_ports import PLATFORM
from estate.topics.exposure.plan.keepalived import router_addresses
from estate.topics.exposure.plan.model import (
    ListenerPlan,
    MonitorPlan,
    RoutePlan,
    VirtualServerPlan,
)
from estate.topics.exposure.plan.virtual_servers import balanced_sources
from estate.topics.nodes.plan.model import Amount, PoolPlan
from estate.topics.nodes.plan.placement import placement_of
from estate.topics.nodes.plan.platform_namespaces import EXPOSURE, INGRESS_NAMESPACE
from estate.topics.nodes.plan.pods import Pod
from estate.topics.routers.declare import Shard
from estate.topics.routers.plan.model import BackendPlan, RouterPlan, RouterPort, RouterPortName

IMAGES: Mapping[str, str] = {"ingress": "router", "gateway": "gateway-router"}
"""HAProxy's controllers for either API, by the names that images.yaml has for them."""

HTTP_PORT, HTTPS_PORT, HEALTH_PORT, METRICS_PORT = 8080, 8443, 1042, 1024
"""Where the controller listens: none of them takes a privilege. They are kubernetes-ingress' own
(its documentation/controller.md: http, https, healthz and stats bind ports)."""

_LISTENS: Mapping[RouterPortName, int] = {
    "health": HEALTH_PORT,
    "http": HTTP_PORT,
    "https": HTTPS_PORT,
}

HEALTH_PATH = "/healthz"

_MEBIBYTE = 2**20
SIZES = {
    "S": Amount(cpu=500, memory=512 * _MEBIBYTE, pods=1),
    "M": Amount(cpu=1_000, memory=768 * _MEBIBYTE, pods=1),
    "L": Amount(cpu=2_000, memory=1_024 * _MEBIBYTE, pods=1),
}
"""What one router requests, which is its limit too: HAProxy runs a thread for each core."""


def shard_of(stack: Stack, tenant: str) -> Shard | None:
    """The shard that serves a tenant: its own, or the one of all who have none."""
    return stack.routers.shard_of(tenant) if stack.routers else None


def class_name(zone: Zone, shard: Shard) -> str:
    """The zone's exposure of what it publishes, and its routers (A2)."""
    return f"{EXPOSURE[zone]}-{shard.name}"


def plan_route(catalogue: Catalogue, app: App) -> RoutePlan | None:
    """How a web app is published; None for an app of another kind."""
    if not isinstance(app, WebApp):
        return None
    shard = shard_of(catalogue.stack(app.zone), app.tenant)
    if shard is None:
        return None  # which has been refused
    return RoutePlan(
        shard=router_name(shard),
        class_name=class_name(app.zone, shard),
        listener=_listener(shard) if shard.api == "gateway" else None,
        hosts=tuple(sorted(app.hosts)),
        paths=tuple(sorted(map(published, app.paths))),
        stickiness=app.stickiness,
        answer_within=None if app.answer_within == ANSWER_WITHIN else app.answer_within,
        secure=shard.https is not None,
        address=shard.address,
    )


def published(path: str) -> str:
    """As routers take it: a slash at the end changes nothing, since all below is published."""
    return path.rstrip("/") or "/"


def plan_routers(
    catalogue: Catalogue, zone: Zone, pools: Sequence[PoolPlan]
) -> tuple[RouterPlan, ...]:
    """The zone's shards, by name."""
    stack = catalogue.stack(zone)
    placement = placement_of(pools, "router")
    if stack.routers is None or placement is None:
        return ()
    server = stack.cluster.api_server
    # If keepalived moves addresses between the nodes, these are the members (E4).
    members = router_addresses(stack, placement.pool) or catalogue.addresses_of(
        zone, placement.pool
    )
    return tuple(
        RouterPlan(
            name=router_name(shard),
            shard=shard.name,
            api=shard.api,
            class_name=class_name(zone, shard),
            owner=stack.routers.owner,
            placement=placement,
            image=image,
            replicas=shard.replicas,
            size=_size(shard),
            ports=ports,
            sources=balanced_sources(stack, PLATFORM, shard.snat, clients),
            monitors=balanced_sources(stack, PLATFORM, "none", ()),
            certificate=shard.https.certificate if shard.https else None,
            api_server=ServerPlan(address=server.address, port=server.port),
            backends=backends,
            virtual_servers=tuple(
                VirtualServerPlan(
                    name=f"{router_name(shard)}-{port.name}",
                    partition=PLATFORM,
                    owner=stack.routers.owner,
                    address=shard.address,
                    names=tuple(sorted({host for app in backends for host in app.hosts})),
                    port=port.port,
                    members=members,
                    member_port=port.node_port,
                    monitor=_monitor(shard, ports),
                    stickiness="none",
                    snat=shard.snat,
                    # Said, since what is the platform's own is for its nodes alone otherwise.
                    clients=clients or (EVERYBODY,),
                )
                for port in ports
                if port.name != "health"
            ),
        )
        for shard in sorted(stack.routers.shards, key=lambda shard: shard.name)
        if (image := catalogue.image(zone, IMAGES[shard.api]))  # which has been refused otherwise
        for ports in [tuple(_ports(catalogue, zone, shard))]
        for backends in [tuple(_backends(catalogue, zone, shard))]
        for clients in [clients_of_shard(catalogue, zone, shard)]
    )


def _listener(shard: Shard) -> ListenerPlan:
    """The port of the shard's apps: with TLS, HTTP redirects to it."""
    return ListenerPlan(
        namespace=INGRESS_NAMESPACE,
        gateway=router_name(shard),
        listener="https" if shard.https else "http",
    )


def _monitor(shard: Shard, ports: Iterable[RouterPort]) -> MonitorPlan:
    """Nodes without a router that can serve fail it (X3)."""
    (health,) = (port.node_port for port in ports if port.name == "health")
    return MonitorPlan(kind="http", path=HEALTH_PATH, host=router_name(shard), port=health)


def router_ports(shard: Shard) -> Iterator[tuple[RouterPortName, str]]:
    """The ports of a shard's routers, each with the owner that the register has for it.

    Health first: it is the port that probes ask.
    """
    for name in _LISTENS:
        if name != "https" or shard.https:
            yield name, f"{PLATFORM}/{router_name(shard)}-{name}"


def router_pods(catalogue: Catalogue, zone: Zone) -> Iterator[Pod]:
    """What the shards' pods take of their pool."""
    routers = catalogue.stack(zone).routers
    for shard in routers.shards if routers else ():
        yield from [Pod(router_name(shard), _size(shard))] * shard.replicas


def router_name(shard: Shard) -> str:
    return f"router-{shard.name}"


def _size(shard: Shard) -> Amount:
    return SIZES[shard.size]


def _ports(catalogue: Catalogue, zone: Zone, shard: Shard) -> Iterator[RouterPort]:
    known = {"health": HEALTH_PORT, "http": shard.http_port}
    known |= {"https": shard.https.port} if shard.https else {}
    for name, owner in router_ports(shard):
        yield RouterPort(
            name=name,
            number=_LISTENS[name],
            node_port=catalogue.node_port(zone, owner),
            port=known[name],
        )


def _backends(catalogue: Catalogue, zone: Zone, shard: Shard) -> Iterator[BackendPlan]:
    """The running web apps of the shard's tenants, by namespace and name."""
    stack = catalogue.stack(zone)
    found = [
        BackendPlan(
            app=app.app,
            namespace=namespace_of(app),
            port=app.listen.port,
            hosts=tuple(sorted(app.hosts)),
        )
        for app in (declared.value for declared in catalogue.apps)
        if isinstance(app, WebApp)
        and (app.zone, app.state) == (zone, "active")
        and shard_of(stack, app.tenant) is shard
    ]
    yield from sorted(found, key=lambda backend: (backend.namespace, backend.app))
