"""The Pulumi program: the plan of this stack, the guard, then one component per group."""

from __future__ import annotations

import sys
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "platform"))  # a source root, never a package: docs/adr/0001

import pulumi

from estate.composition import Group, ServiceSlice, compose
from estate.engine.configuration import configured
from estate.engine.definitions import defined
from estate.engine.gate import enforced
from estate.engine.guard import Identity, guard
from estate.engine.joined import joined
from estate.engine.kubernetes_object import NamespaceHandle
from estate.engine.provider import kubernetes_provider
from estate.engine.window import Registers, Window
from estate.plan import Plan
from estate.program import Refused, stack_plan
from estate.topics.admission.component import Admission, AdmissionArgs
from estate.topics.admission.manifests.probes import probes
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.apps.component import App, AppArgs
from estate.topics.apps.plan.model import AppPlan
from estate.topics.cluster.component import Platform, PlatformArgs
from estate.topics.document_secrets.component import DocumentSecrets, DocumentSecretsArgs
from estate.topics.egress.component import EgressAddresses, EgressAddressesArgs, Relays, RelaysArgs
from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan
from estate.topics.exposure.component import AddressPools, AddressPoolsArgs
from estate.topics.exposure.plan.model import MetalLBPlan
from estate.topics.logging.component import Logging, LoggingArgs
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.monitoring.component import Monitoring, MonitoringArgs
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.component import NodePool, NodePoolArgs
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.registry.component import Registry, RegistryArgs
from estate.topics.registry.plan.model import InternalRegistryPlan
from estate.topics.routers.component import Router, RouterArgs
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.tenancy.component import Tenant, TenantArgs
from estate.topics.tenancy.plan.model import TenantPlan


@dataclass
class Handles:
    """What later components follow."""

    joined: Set[str]
    """Names of the cluster's nodes."""
    namespaces: dict[str, NamespaceHandle] = field(default_factory=dict[str, NamespaceHandle])
    """By name."""
    pools: dict[str, Registers] = field(default_factory=dict[str, Registers])
    """By name: the labels of their nodes."""


def component(group: Group, handles: Handles, opts: pulumi.ResourceOptions) -> Registers:
    """The one table from a group of the composition to its component."""
    namespaces = handles.namespaces
    match group.slice:
        case Plan() as plan:
            platform = Platform(group.name, PlatformArgs(plan=plan), opts)
            namespaces.update(platform.namespaces)
            return platform
        case AdmissionPlan() as admission:
            return Admission(group.name, AdmissionArgs(admission=admission), opts)
        case PoolPlan() as pool:
            args = NodePoolArgs(pool=pool, joined=handles.joined)
            made = handles.pools[pool.name] = NodePool(group.name, args, opts)
            return made
        case TenantPlan() as tenant:
            made = Tenant(group.name, TenantArgs(tenant=tenant), opts)
            namespaces.update(made.namespaces)
            return made
        case AppPlan() as app:
            args = AppArgs(app=app, namespace=namespaces[app.namespace])
            return App(group.name, args, opts)
        case service:
            return of_service(group.name, service, handles, opts)


def of_service(
    name: str, service: ServiceSlice, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """The same for services of the platform's own."""
    namespaces = handles.namespaces
    match service:
        case RouterPlan() as router:
            return Router(name, RouterArgs(router=router, namespaces=namespaces), opts)
        case RelaysPlan() as relays:
            namespace = namespaces[relays.placement.namespace]
            return Relays(name, RelaysArgs(relays=relays, namespace=namespace), opts)
        case EgressAddressesPlan() as addresses:
            nodes = handles.pools[addresses.pool].registered
            args = EgressAddressesArgs(egress_addresses=addresses, nodes=nodes)
            return EgressAddresses(name, args, opts)
        case MetalLBPlan() as metallb:
            pools = {pool for one in metallb.pools for pool in one.nodes_of}
            nodes = [one for pool in sorted(pools) for one in handles.pools[pool].registered]
            return AddressPools(name, AddressPoolsArgs(metallb=metallb, nodes=nodes), opts)
        case InternalRegistryPlan() as registry:
            namespace = namespaces[registry.placement.namespace]
            return Registry(name, RegistryArgs(registry=registry, namespace=namespace), opts)
        case LoggingPlan() as logged:
            namespace = namespaces[logged.placement.namespace]
            return Logging(name, LoggingArgs(logging=logged, namespace=namespace), opts)
        case MonitoringPlan() as watched:
            namespace = namespaces[watched.placement.namespace]
            args = MonitoringArgs(monitoring=watched, namespace=namespace)
            return Monitoring(name, args, opts)


async def main() -> None:
    """Registers everything, once the guard has found the right cluster."""
    try:
        plan = stack_plan(ROOT, pulumi.get_stack(), configured(), datetime.now(UTC).date())
    except Refused as refused:
        raise pulumi.RunError(str(refused)) from None
    cluster = plan.cluster
    provider = kubernetes_provider(cluster.context)
    await guard(Identity(context=cluster.context, name=cluster.name, uid=cluster.uid), provider)
    composition = compose(plan)
    await defined(composition.definitions, cluster.context)
    opts = pulumi.ResourceOptions(provider=provider)
    declared = {pool.name: [node.name for node in pool.nodes] for pool in plan.pools}
    handles = Handles(joined=await joined(declared, cluster.context))
    window = Window()
    if composition.secrets.secrets:
        args = DocumentSecretsArgs(generated=composition.secrets)
        pulumi.export("documentSecrets", DocumentSecrets("document-secrets", args, opts).values)
    for group in composition.groups:
        made = await window.admit(group.size, lambda group=group: component(group, handles, opts))
        if isinstance(group.slice, AdmissionPlan):
            await enforced(probes(group.slice), made.registered, cluster.context)


pulumi.run(main)
