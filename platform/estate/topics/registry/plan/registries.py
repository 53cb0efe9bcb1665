"""Registries: the one outside the cluster, its address, and the copy inside (G1 to G5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.egress.plan.model import ServerPlan
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.nodes.plan.model import Amount, PoolPlan
from estate.topics.nodes.plan.placement import placement_of
from estate.topics.nodes.plan.pods import Pod
from estate.topics.registry.declare.registry import ExternalRegistry, InternalRegistry
from estate.topics.registry.plan.model import (
    ExternalRegistryPlan,
    InternalRegistryPlan,
    RegistryServerPlan,
    SuppliedImage,
)


def plan_external_registry(catalogue: Catalogue, zone: Zone) -> ExternalRegistryPlan | None:
    """The zone's registry outside the cluster; None where somebody else runs it."""
    stack = catalogue.stack(zone)
    declared = stack.registry
    external = declared.external
    if external is None:
        return None
    filer = catalogue.filers[(zone, external.filer)]
    return ExternalRegistryPlan(
        host=declared.host,
        owner=external.owner,
        servers=tuple(
            RegistryServerPlan(name=server.name, address=server.address)
            for server in sorted(
                external.servers, key=lambda registry_machine: registry_machine.name
            )
        ),
        port=external.port,
        filer=filer.name,
        filer_address=filer.address,
        directory=f"{filer.export.rstrip('/')}/{external.directory}",
        http_secret=external.http_secret,
        users=external.users,
        node_login=external.node_login,
        tls=external.tls,
        promoted_from=external.promoted_from or "",
        deletable=external.deletion == "allowed",
        vip=ServerPlan(address=external.vip.address, port=external.vip.port),
        sticky=external.vip.stickiness == "source",
        clients=_clients(stack, external),
    )


def _clients(stack: Stack, external: ExternalRegistry) -> tuple[IPv4Network, ...]:
    """Clients: pipelines that push, nodes, and the fetching pods if pods keep their address."""
    network = stack.network
    own = [network.nodes, *([network.pods] if network.pod_egress_identity == "pod" else [])]
    return (*sorted(external.clients), *own) if external.clients else ()


def registry_virtual_server(registry: ExternalRegistryPlan) -> VirtualServerPlan:
    """The address in front of the machines: a client stays with one of them (G2, G3, X10).

    TLS ends at the machines. Clients without a login get 401 at ``/v2/``: a registry
    that does so is well, and one whose storage is gone answers 503.
    """
    return VirtualServerPlan(
        name="registry",
        names=(registry.host.partition(":")[0],),
        partition="platform",
        owner=registry.owner,
        address=registry.vip.address,
        port=registry.vip.port,
        members=tuple(sorted(server.address for server in registry.servers)),
        member_port=registry.port,
        monitor=MonitorPlan(kind="https", path="/v2/", host=registry.host, statuses=(200, 401)),
        stickiness="source" if registry.sticky else "none",
        snat="auto",
        clients=registry.clients,
    )


REGISTRY, COPIER = "registry", "skopeo"
"""By the names that images.yaml has for them."""

PORT = 5000
"""Where the registry inside the cluster listens."""

METRICS_PORT = 5001
"""Where it counts what it does."""

SERVING, TAKING_IN, PROMOTION = "registry", "registry-intake", "promotion"
"""What its pods are called."""

INTAKE = 2
"""How many take images in; any of them will do."""

_MEBIBYTE = 2**20
SIZES = {
    "S": Amount(cpu=250, memory=256 * _MEBIBYTE, pods=1),
    "M": Amount(cpu=500, memory=1_024 * _MEBIBYTE, pods=1),
    "L": Amount(cpu=1_500, memory=2_048 * _MEBIBYTE, pods=1),
}
"""What each pod of a registry requests, which is its limit too: blobs are streamed, so memory
follows the number of nodes that pull at once, not the size of images."""

SIZE_OF_JOB = Amount(cpu=250, memory=512 * _MEBIBYTE, pods=1)


def plan_internal_registry(
    catalogue: Catalogue,
    zone: Zone,
    pools: Sequence[PoolPlan],
    images: tuple[SuppliedImage, ...],
) -> InternalRegistryPlan | None:
    """The zone's registry inside the cluster; None where there is none."""
    stack = catalogue.stack(zone)
    internal, external = stack.registry.internal, stack.registry.external
    placement = placement_of(pools, "infra")
    image, copier = catalogue.image(zone, REGISTRY), catalogue.image(zone, COPIER)
    if not (internal and external and placement and image and copier):
        return None
    filer = catalogue.filers[(zone, internal.filer)]
    network = stack.network
    built_on = {one.base for one in images}  # which nobody runs as they are
    return InternalRegistryPlan(
        placement=placement,
        image=image,
        copier=copier,
        source=stack.registry.host,
        source_address=ServerPlan(address=external.vip.address, port=external.vip.port),
        address=internal.address,
        nodes=(network.nodes, *([network.tunnels] if network.tunnels else [])),
        filer=filer.name,
        filer_address=filer.address,
        directory=f"{filer.export.rstrip('/')}/{internal.directory}",
        storage=internal.storage,
        replicas=internal.replicas,
        size=_size(internal),
        certificate=internal.certificate,
        login=internal.promotion.secret,
        login_kept=internal.promotion.kept == "stack",
        generation=internal.generation,
        schedule=internal.promotion.schedule,
        time_zone=internal.promotion.time_zone,
        images=tuple(one for one in images if one.name not in built_on or not one.source),
        protected=stack.removal == "protected",
    )


def registry_pods(catalogue: Catalogue, zone: Zone) -> Iterator[Pod]:
    """What its pods take of their pool: those that serve, those that take in, and the job."""
    if internal := catalogue.stack(zone).registry.internal:
        yield from [Pod("registry", _size(internal))] * internal.replicas
        yield from [Pod(TAKING_IN, _size(internal))] * INTAKE
        yield Pod(PROMOTION, SIZE_OF_JOB)


def _size(internal: InternalRegistry) -> Amount:
    return SIZES[internal.size]
