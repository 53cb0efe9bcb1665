"""What admission has to know of a zone: the register that each rule is held against (C6, E2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.admission.declare.exceptions import RuleException
from estate.topics.admission.declare.rules import RuleName
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.apps.plan import AppsPlan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Taint
from estate.topics.nodes.plan.platform_namespaces import (
    EXPOSURE,
    INGRESS_NAMESPACE,
    PLATFORM_ROLES,
    ExposureKind,
)
from estate.topics.registry.plan import RegistryPlan
from estate.topics.routers.plan import RoutersPlan
from estate.topics.tenancy.plan import TenancyPlan

MUTATES_FROM = (1, 36)
"""The first version that serves MutatingAdmissionPolicy as v1."""


@dataclass(frozen=True, kw_only=True)
class AdmissionPlan:
    """The register of one zone, by namespace."""

    zone: Zone
    version: str
    """Kubernetes' version."""
    registry: str
    """The registry's host."""
    exposure: ExposureKind
    placements: Mapping[str, Placement]
    """Where the pods of each namespace run. A namespace that is not in it runs none."""
    node_ports: Mapping[str, tuple[str, ...]]
    """Protocol and port, as ``TCP/30010``, of each namespace that has a node port."""
    virtual_addresses: Mapping[str, tuple[str, ...]]
    """Those that MetalLB gives to Services of each namespace; no other may ask for one (E9)."""
    routes: Mapping[str, NamespaceRoutes]
    """What each namespace publishes by name; one that is not in it publishes nothing."""
    servers: Mapping[str, tuple[str, ...]]
    """Addresses and host names that Services of each namespace may point to: those of servers that
    its apps declare, and of relays."""
    exceptions: tuple[RuleException, ...]
    excluded: tuple[str, ...]
    """Namespaces in which no rule holds."""
    protected: bool
    """Whether Pulumi refuses to delete the namespace that the parameters stand in."""

    @property
    def mutates(self) -> bool:
        """Whether the cluster can put the pool on pods that do not name it."""
        major, minor = self.version.split(".")
        return (int(major), int(minor)) >= MUTATES_FROM

    def excepted(self, rule: RuleName) -> tuple[str, ...]:
        """Where the rule does not hold: namespaces, with the service account for rules of pods."""
        return tuple(
            sorted(
                f"{exception.namespace}/{exception.account}"
                if exception.account
                else exception.namespace
                for exception in self.exceptions
                if exception.rule == rule
            )
        )

    def opened(self, rule: RuleName) -> Mapping[str, tuple[str, ...]]:
        """What the rule lets pass nevertheless, by namespace and account with a dot between."""
        return {
            f"{exception.namespace}.{exception.account}": exception.opens
            for exception in self.exceptions
            if exception.rule == rule and exception.opens
        }


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The pool of a namespace, and the taints that keep others out of it."""

    pool: str
    taints: tuple[Taint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NamespaceRoutes:
    """What the Ingresses or HTTPRoutes of a namespace may say (A2, C5)."""

    classes: tuple[str, ...]
    """What Ingresses name: that of its tenant's shard. Of the routers' own: what Gateways name."""
    parents: tuple[str, ...]
    """The listeners that HTTPRoutes attach to, as namespace/gateway/listener."""
    hosts: tuple[str, ...]
    """The names that its apps declare; ``*`` is for the routers' own."""


def plan_admission(plan: Plan) -> AdmissionPlan:
    """The register of the zone, from what is planned for it."""
    taints = {pool.name: pool.taints for pool in plan.of(NodesPlan).pools}
    ports: dict[str, list[str]] = {}
    for node_port in plan.of(NodePortsPlan).node_ports:
        if node_port.namespace and node_port.state == "in use":
            ports.setdefault(node_port.namespace, []).append(
                f"{node_port.protocol}/{node_port.port}"
            )
    return AdmissionPlan(
        zone=plan.zone,
        version=plan.of(ControlPlanePlan).cluster.version,
        registry=plan.of(RegistryPlan).host,
        exposure=EXPOSURE[plan.zone],
        placements={
            namespace: Placement(pool=pool, taints=taints[pool]) for namespace, pool in _pools(plan)
        },
        node_ports={namespace: tuple(sorted(found)) for namespace, found in ports.items()},
        virtual_addresses=_virtual_addresses(plan),
        routes=_routes(plan),
        servers=_servers(plan),
        exceptions=plan.of(ExceptionsPlan).exceptions,
        excluded=plan.of(ExceptionsPlan).excluded,
        protected=plan.protected,
    )


def _servers(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    return {
        namespace.name: tuple(
            sorted(
                {
                    str(database.address) if database.address else database.relays
                    for database in namespace.databases
                }
            )
        )
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
        if namespace.databases
    }


def _virtual_addresses(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for app in plan.of(AppsPlan).apps:
        if app.running and app.exposure and app.exposure.by_metallb:
            found.setdefault(app.namespace, []).append(str(app.exposure.virtual_server.address))
    return {namespace: tuple(sorted(addresses)) for namespace, addresses in found.items()}


def _routes(plan: Plan) -> dict[str, NamespaceRoutes]:
    """By namespace, whose apps all belong to one tenant and so to one shard."""
    found: dict[str, NamespaceRoutes] = {}
    for app in plan.of(AppsPlan).apps:
        if app.running and app.route:
            before = found.get(app.namespace)
            hosts = {*(before.hosts if before else ()), *app.route.hosts}
            at = app.route.listener
            found[app.namespace] = NamespaceRoutes(
                classes=() if at else (app.route.class_name,),
                parents=(f"{at.namespace}/{at.gateway}/{at.listener}",) if at else (),
                hosts=tuple(sorted(hosts)),
            )
    if gateways := [router for router in plan.of(RoutersPlan).routers if router.api == "gateway"]:
        found[INGRESS_NAMESPACE] = NamespaceRoutes(
            classes=tuple(gateway.class_name for gateway in gateways),
            parents=tuple(
                f"{INGRESS_NAMESPACE}/{gateway.name}/http"
                for gateway in gateways
                if gateway.certificate
            ),
            hosts=("*",),
        )
    return found


def _pools(plan: Plan) -> Iterator[tuple[str, str]]:
    """Namespace and pool. Without a pool of its role a platform namespace runs nothing yet."""
    for tenant in plan.of(TenancyPlan).tenants:
        for namespace in tenant.namespaces:
            yield namespace.name, namespace.pool
    of_role = {pool.role: pool.name for pool in reversed(plan.of(NodesPlan).pools) if pool.role}
    for name, role in PLATFORM_ROLES.items():
        if role in of_role:
            yield name, of_role[role]
