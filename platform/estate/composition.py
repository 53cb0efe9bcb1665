"""compose(plan): what the cluster gets, in ordered groups, and what other teams get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from estate.cluster import manifests as cluster
from estate.cluster.admission import admission
from estate.objects import Manifest
from estate.plan.admission import AdmissionPlan, plan_admission
from estate.plan.model import AppPlan, Plan, PoolPlan, TenantPlan
from estate.tenancy import manifests as tenancy
from estate.workload import manifests as workload

Slice = Plan | AdmissionPlan | PoolPlan | TenantPlan | AppPlan


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
                return 1 + sum(6 + len(one.bindings) for one in tenant.namespaces)
            case Plan() | AdmissionPlan():
                return 30
            case _:
                return 10


_BUILDERS: dict[type[Slice], Callable[..., tuple[Manifest, ...]]] = {
    Plan: cluster.platform,
    AdmissionPlan: admission,
    PoolPlan: cluster.node_pool,
    TenantPlan: tenancy.tenant,
    AppPlan: workload.app,
}

_FAMILIES: dict[type[Slice], str] = {
    Plan: "cluster",
    AdmissionPlan: "cluster",
    PoolPlan: "pools",
    TenantPlan: "tenants",
    AppPlan: "apps",
}


@dataclass(frozen=True)
class Composition:
    """Everything that a plan becomes."""

    plan: Plan
    groups: tuple[Group, ...]
    """In order: nothing needs an object of a later group."""

    @property
    def manifests(self) -> Iterator[Manifest]:
        """All objects of the cluster."""
        return (one for group in self.groups for one in group.manifests)


def compose(plan: Plan) -> Composition:
    """The composition of one zone. Pure."""
    groups = (
        Group("platform", plan),
        Group("admission", plan_admission(plan)),
        *(Group(pool.name, pool) for pool in plan.pools),
        *(Group(tenant.name, tenant) for tenant in plan.tenants),
        *(Group(app.name, app) for app in plan.apps),
    )
    return Composition(plan=plan, groups=groups)
