"""Flows of registries: clients and nodes that pull, promotion, what they mount (G1 to G6)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import (
    CallFlow,
    Flow,
    MachineFlow,
    MachineMountFlow,
    MountFlow,
    OutFlow,
    PullFlow,
)
from estate.flows.pods import service_pods
from estate.plan import Plan
from estate.topics.egress.plan.crossing import firewalls_before
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.model import ExternalRegistryPlan, InternalRegistryPlan
from estate.topics.registry.plan.registries import PORT, PROMOTION, SERVING, TAKING_IN


def flows_of_registries(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone."""
    registry = plan.of(RegistryPlan)
    if registry.external:
        yield from _outside(plan, registry.external, loaded)
    if harbor := registry.harbor:
        yield MachineFlow(
            zone=plan.zone,
            subject="registry",
            address=harbor.address,
            port=int(registry.host.partition(":")[2] or 443),
            machines=tuple(sorted(server.address for server in harbor.servers)),
            machine_port=harbor.port,
            before_machines=firewalls_before(loaded, plan.zone, "servers"),
        )
    if registry.internal:
        yield from _inside(plan, registry.internal)


def _outside(plan: Plan, registry: ExternalRegistryPlan, loaded: Loaded) -> Iterator[Flow]:
    machines = tuple(server.address for server in registry.servers)
    network = plan.of(NetworkPlan).network
    own = (network.nodes, network.pods)
    yield MachineFlow(
        zone=plan.zone,
        subject="registry",
        address=registry.vip.address,
        port=registry.vip.port,
        machines=machines,
        machine_port=registry.port,
        clients=registry.clients,
        outside=tuple(client for client in registry.clients if client not in own),
        before_address=firewalls_before(loaded, plan.zone, "vips"),
        before_machines=firewalls_before(loaded, plan.zone, "servers"),
    )
    yield MachineMountFlow(
        zone=plan.zone,
        subject="registry",
        filer=registry.filer,
        directory=registry.directory,
        machines=machines,
    )


def _inside(plan: Plan, registry: InternalRegistryPlan) -> Iterator[Flow]:
    """Nodes pull, the job fetches and puts in, and all that share the directory mount it."""
    zone, namespace = plan.zone, registry.placement.namespace
    serving = service_pods(namespace, SERVING)
    intake = service_pods(namespace, TAKING_IN)
    job = service_pods(namespace, PROMOTION)
    yield PullFlow(
        zone=zone,
        subject="registry",
        available=True,
        sources=registry.nodes,
        pods=serving,
        service=SERVING,
        port=PORT,
    )
    yield CallFlow(
        zone=zone,
        subject=PROMOTION,
        callers=job,
        callees=intake,
        service=TAKING_IN,
        port=PORT,
        pod_port=PORT,
    )
    yield OutFlow(
        zone=zone,
        subject=PROMOTION,
        pods=job,
        server="virtual address of registry",
        address=registry.source_address.address,
        port=registry.source_address.port,
        firewalls=(),
    )
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.name == registry.placement.pool)
    for name, pods in ((SERVING, serving), (TAKING_IN, intake)):
        yield MountFlow(
            zone=zone,
            subject=name,
            available=True,
            pods=pods,
            namespace=namespace,
            filer=registry.filer,
            address=registry.filer_address,
            directory=registry.directory,
            nodes=tuple(node.address for node in pool.nodes),
        )
