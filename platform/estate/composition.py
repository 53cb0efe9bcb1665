"""compose(plan): what the cluster gets, in ordered groups, and what other teams get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from estate.objects.definitions import Definition, defined_by_others
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.topics.admission.manifests.admission import admission
from estate.topics.admission.plan.admission import AdmissionPlan, plan_admission
from estate.topics.apps.manifests import app as workload
from estate.topics.apps.plan.model import AppPlan
from estate.topics.apps.plan.needs import in_order
from estate.topics.cluster import manifests as cluster
from estate.topics.document_secrets.plan import GeneratedSecrets, generated_secrets
from estate.topics.egress.manifests.egress_addresses import egress_addresses
from estate.topics.egress.manifests.relays import relays
from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan
from estate.topics.exposure.manifests import metallb
from estate.topics.exposure.plan.model import MetalLBPlan
from estate.topics.logging.manifests import logging
from estate.topics.logging.plan.logging import LoggingPlan, plan_logging
from estate.topics.monitoring.manifests import monitoring
from estate.topics.monitoring.plan.monitoring import MonitoringPlan, plan_monitoring
from estate.topics.nodes.manifests.node_pool import node_pool
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.registry.manifests import internal_registry
from estate.topics.registry.plan.model import InternalRegistryPlan
from estate.topics.routers.manifests import router as routers
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.tenancy.manifests import tenant as tenancy
from estate.topics.tenancy.plan.model import TenantPlan

ServiceSlice = (
    RouterPlan
    | RelaysPlan
    | EgressAddressesPlan
    | MetalLBPlan
    | InternalRegistryPlan
    | LoggingPlan
    | MonitoringPlan
)
"""A service of the platform's own."""

Slice = Plan | AdmissionPlan | PoolPlan | TenantPlan | ServiceSlice | AppPlan


@dataclass(frozen=True)
class Group:
    """One component: its name and the slice of the plan that it is made from."""

    name: str
    slice: Slice

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """The objects that this component registers."""
        return _BUILDERS[type(self.slice)](self.slice)

    @property
    def family(self) -> str:
        """What kind of component it is, in the plural."""
        return _FAMILIES[type(self.slice)]

    @property
    def size(self) -> int:
        """About how many resources it registers, without making them."""
        match self.slice:
            case PoolPlan() as pool:
                return 1 + len(pool.nodes)
            case TenantPlan() as tenant:
                return 1 + sum(
                    9 + len(one.bindings) + 2 * len(one.databases) for one in tenant.namespaces
                )
            case RelaysPlan() as relays:
                return 6 + 2 * len(relays.databases)
            case MetalLBPlan() as told:
                return 1 + len(told.balancer.peers) + 2 * len(told.pools)
            case InternalRegistryPlan():
                return 22
            case Plan() | AdmissionPlan():
                return 30
            case RouterPlan() as router:
                return 14 + len(router.namespaces)
            case MonitoringPlan() | LoggingPlan():
                return 75
            case _:
                return 10


_BUILDERS: dict[type[Slice], Callable[..., tuple[Manifest, ...]]] = {
    Plan: cluster.platform,
    AdmissionPlan: admission,
    PoolPlan: node_pool,
    TenantPlan: tenancy.tenant,
    RouterPlan: routers.router,
    RelaysPlan: relays,
    EgressAddressesPlan: egress_addresses,
    MetalLBPlan: metallb,
    InternalRegistryPlan: internal_registry,
    LoggingPlan: logging.logging,
    MonitoringPlan: monitoring.monitoring,
    AppPlan: workload.app,
}

_FAMILIES: dict[type[Slice], str] = {
    Plan: "cluster",
    AdmissionPlan: "cluster",
    PoolPlan: "pools",
    TenantPlan: "tenants",
    RouterPlan: "services",
    RelaysPlan: "services",
    EgressAddressesPlan: "services",
    MetalLBPlan: "services",
    InternalRegistryPlan: "services",
    LoggingPlan: "services",
    MonitoringPlan: "services",
    AppPlan: "apps",
}


@dataclass(frozen=True)
class Composition:
    """Everything that a plan becomes."""

    plan: Plan
    groups: tuple[Group, ...]
    """In order: nothing needs an object of a later group."""

    @property
    def secrets(self) -> GeneratedSecrets:
        """What the stack generates for documents of other teams (X11)."""
        return generated_secrets(self.plan)

    @property
    def definitions(self) -> frozenset[Definition]:
        """What the cluster must know before anything is applied: kinds that others define.

        Apps and pools are not rendered for it, and of tenants only those in a mesh: nothing of the
        others comes without a group of the platform's own that does.
        """
        return defined_by_others(
            one
            for group in self.groups
            if not isinstance(group.slice, (AppPlan, PoolPlan, MonitoringPlan))
            if not isinstance(group.slice, TenantPlan) or _in_a_mesh(group.slice)
            for one in group.manifests
        )

    @property
    def manifests(self) -> Iterator[Manifest]:
        """All objects of the cluster."""
        return (one for group in self.groups for one in group.manifests)


def _in_a_mesh(tenant: TenantPlan) -> bool:
    return any(namespace.mesh for namespace in tenant.namespaces)


def _in_order(apps: tuple[AppPlan, ...]) -> list[AppPlan]:
    """What an app needs comes before it, so that nothing waits for what is not begun (N2)."""
    by_name = {app.name: app for app in apps}
    needs = {app.name: app.needs.apps if app.needs else () for app in apps}
    return [by_name[name] for name in in_order(needs)]


def _services(plan: Plan) -> Iterator[Group]:
    if plan.relays:
        yield Group("relays", plan.relays)
    if plan.egress_addresses:
        yield Group("egress-addresses", plan.egress_addresses)
    if plan.metallb:
        yield Group("address-pools", plan.metallb)


def compose(plan: Plan) -> Composition:
    """The composition of one zone. Pure."""
    logged, watched = plan_logging(plan), plan_monitoring(plan)
    groups = (
        Group("platform", plan),
        Group("admission", plan_admission(plan)),
        *(Group(pool.name, pool) for pool in plan.pools),
        *(Group(tenant.name, tenant) for tenant in plan.tenants),
        *_services(plan),
        *([Group("registry", plan.internal_registry)] if plan.internal_registry else []),
        *(Group(router.name, router) for router in plan.routers),
        *((Group("logging", logged),) if logged else ()),
        *((Group("monitoring", watched),) if watched else ()),
        *(Group(app.name, app) for app in _in_order(plan.apps)),
    )
    return Composition(plan=plan, groups=groups)
