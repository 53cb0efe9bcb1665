"""The Pulumi program: the plan of this stack, the guard, then one component per group."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "platform"))  # a source root, never a package: docs/adr/0001

import pulumi

from estate.cluster.admission import probes
from estate.cluster.component import (
    Admission,
    AdmissionArgs,
    DocumentSecrets,
    DocumentSecretsArgs,
    NodePool,
    NodePoolArgs,
    Platform,
    PlatformArgs,
)
from estate.composition import Group, ServiceSlice, compose
from estate.engine import (
    Identity,
    NamespaceHandle,
    Registers,
    Window,
    defined,
    enforced,
    guard,
    kubernetes_provider,
)
from estate.engine.configuration import configured
from estate.plan.admission import AdmissionPlan
from estate.plan.logging import LoggingPlan
from estate.plan.model.apps import AppPlan
from estate.plan.model.egress import EgressAddressesPlan, RelaysPlan
from estate.plan.model.exposure import MetalLBPlan
from estate.plan.model.pools import PoolPlan
from estate.plan.model.registries import InternalRegistryPlan
from estate.plan.model.routers import RouterPlan
from estate.plan.model.tenants import TenantPlan
from estate.plan.model.zone import Plan
from estate.plan.monitoring import MonitoringPlan
from estate.program import Refused, stack_plan
from estate.services.component import (
    AddressPools,
    AddressPoolsArgs,
    EgressAddresses,
    EgressAddressesArgs,
    Logging,
    LoggingArgs,
    Monitoring,
    MonitoringArgs,
    Registry,
    RegistryArgs,
    Relays,
    RelaysArgs,
    Router,
    RouterArgs,
)
from estate.tenancy.component import Tenant, TenantArgs
from estate.workload.component import App, AppArgs


@dataclass
class Handles:
    """What later components follow."""

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
            made = handles.pools[pool.name] = NodePool(group.name, NodePoolArgs(pool=pool), opts)
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
    handles = Handles()
    window = Window()
    if composition.secrets.secrets:
        args = DocumentSecretsArgs(generated=composition.secrets)
        pulumi.export("documentSecrets", DocumentSecrets("document-secrets", args, opts).values)
    for group in composition.groups:
        made = await window.admit(group.size, lambda group=group: component(group, handles, opts))
        if isinstance(group.slice, AdmissionPlan):
            await enforced(probes(group.slice), made.registered, cluster.context)


pulumi.run(main)
