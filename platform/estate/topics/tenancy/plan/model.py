"""Tenants: owners, namespaces, receivers of alerts."""

from __future__ import annotations

from dataclasses import dataclass

from estate.reader.values import Zone
from estate.topics.egress.plan.model import DatabaseName
from estate.topics.identity.plan.bindings import BindingPlan
from estate.topics.mesh.declare import Mesh
from estate.topics.nodes.plan.model import Amount


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """Owner, contact and cost centre of a namespace."""

    owner: str
    """A mailbox."""
    contact: str
    business_unit: str
    cost_centre: str


@dataclass(frozen=True, kw_only=True)
class NamespacePlan:
    """A namespace: exactly one tenant, exactly one pool, a quota (C1)."""

    name: str
    tenant: str
    zone: Zone
    pool: str
    ownership: Ownership
    quota: Amount
    """What its pods may request together, and how many there may be."""
    alone: bool = False
    """One app is alone in it, on nodes of its own: they bound what its pods request, and the
    quota counts only how many there are."""
    unlimited_cpu: bool = False
    """An app of it has no limit of CPU."""
    node_ports: int
    """How many node ports are declared here; the quota equals it."""
    load_balancers: int = 0
    """How many Services of type LoadBalancer; the quota equals it (E9)."""
    protected: bool
    """Pulumi refuses to delete it; otherwise its objects may go with it."""
    version: str
    """Kubernetes version whose Pod Security standard holds."""
    bindings: tuple[BindingPlan, ...]
    """Who may do what here; nobody else has any right but the platform."""
    pipeline: str = ""
    """The user that may ask for the deployer's tokens; without one there is no deployer (L4)."""
    loosened: bool = False
    """An exception opens what Pod Security would refuse: our own rules hold the rest."""
    databases: tuple[DatabaseName, ...] = ()
    """The databases that its apps find by name."""
    mesh: Mesh | None = None
    """What the zone's mesh does for its pods; None where they are not in it."""


@dataclass(frozen=True, kw_only=True)
class ReceiverPlan:
    """The receivers of alerts of a tenant, or of the platform (I8)."""

    email: str
    webhook: str | None
    """By its name in the zone."""


@dataclass(frozen=True, kw_only=True)
class TenantPlan:
    """A tenant's namespaces in this zone."""

    name: str
    zone: Zone
    namespaces: tuple[NamespacePlan, ...]
    alerts: ReceiverPlan
