"""What a tenant's team writes: ``tenants/<tenant>.yaml``.

Requirements: B8, I8, K5, L4.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.stacks import Differences, OnlyIn
from estate.reader.values import CostCentre, GroupName, Line, Model, Name, Owner, State, Words, Zone
from estate.topics.mesh.declare import Mesh
from estate.topics.tenancy.declare.quota import AnyQuota
from estate.topics.tenancy.declare.receivers import Receiver


class Namespace(Model):
    """A namespace of the tenant: where its pods run, and how much they may request."""

    pool: Name = Field(examples=["shared"])
    """The pool of nodes that its pods run on, as the zone's stack file names it."""
    quota: AnyQuota = Field(examples=["M", {"cpu": 8, "memory": "16Gi", "pods": 20}])
    """The sum of its pods' requests: S, M, L, or cpu, memory and pods."""
    mesh: Mesh | None = Field(default=None, examples=[{"mode": "ambient", "mtls": "permissive"}])
    """Whether its pods are in the zone's service mesh; without it they are not."""


class SharedNamespace(Namespace):
    """The tenant's own namespace in a zone: apps without their own pool share it."""

    namespaces: dict[Name, Namespace] = Field(
        default_factory=dict[Name, Namespace],
        examples=[{"batch": {"pool": "shared", "quota": "S"}}],
    )
    """More namespaces, which apps choose by name; each is called ``<tenant>-<name>``."""


class TenantGroups(Model):
    """The tenant's groups by role, as the identity provider names them."""

    admin: GroupName | None = Field(default=None, examples=["life-admins"])
    """Reads secrets and opens a shell in the tenant's namespaces, and all that the others may."""
    developer: GroupName | None = Field(default=None, examples=["life-developers"])
    """Reads everything but secrets, logs too, and forwards ports to pods."""
    operator: GroupName | None = Field(default=None, examples=["life-operators"])
    """Reads everything but secrets, logs too, and restarts pods."""
    auditor: GroupName | None = Field(default=None, examples=["life-auditors"])
    """Reads everything but secrets and logs, and who has which right."""
    log_reader: GroupName | None = Field(default=None, examples=["life-support"])
    """Reads pods and their logs, and nothing else."""


class Deployer(Model):
    """The tenant's pipeline, which may change its apps' images ahead of the declarations."""

    issuer: Name = Field(examples=["gitlab"])
    """The issuer that signs the pipeline's short-lived tokens, one of estate:identity."""
    subject: Line = Field(
        min_length=1,
        max_length=200,
        examples=["project_path:life/deployment:ref_type:branch:ref:main"],
    )
    """Their subject (``sub``): one project and one protected branch, for GitLab."""


class Tenant(Model):
    """A team that runs apps on the platform."""

    tenant: Name = Field(examples=["life"])
    """The tenant's name, which is also the file's."""
    owner: Owner = Field(examples=["life-platform@insurer.example"])
    """The mailbox of its team."""
    contact: Words = Field(examples=["+49 89 5550 1200, round the clock"])
    """The contact for the platform team when something of the tenant breaks."""
    business_unit: Words = Field(examples=["Life Insurance"])
    """The part of the company that the tenant belongs to."""
    cost_centre: CostCentre = Field(examples=["CC-4711"])
    """The cost centre that pays."""
    state: State = "active"
    """``retired`` is the first of two steps by which a tenant leaves; then its file goes."""
    zones: dict[Zone, SharedNamespace] = Field(default_factory=dict[Zone, SharedNamespace])
    """Its shared namespace by zone; a zone where each app has its own pool needs no entry."""
    groups: TenantGroups = Field(
        default_factory=TenantGroups, examples=[{"developer": "life-developers"}]
    )
    """The tenant's groups by role, in both zones."""
    deployer: Deployer | None = Field(
        default=None,
        examples=[
            {
                "issuer": "gitlab",
                "subject": "project_path:life/deployment:ref_type:branch:ref:main",
            }
        ],
    )
    """Its pipeline, in zones that have the issuer; without it, only the platform's account changes
    anything."""
    alerts: Receiver = Field(
        default_factory=Receiver, examples=[{"email": "life-oncall@insurer.example"}]
    )
    """The receivers of alerts about its apps; without it, the owner's mailbox."""
    only_in: OnlyIn = None
    """The environments that have the tenant; without it, all."""
    differences: Differences = Field(
        default=None,
        alias="in",
        examples=[{"test": {"zones": {"dmz": {"pool": "shared", "quota": "S"}}}}],
    )
    """What differs, by environment: any key but those that say who the tenant is. Mappings are
    merged key by key; ``without`` lists keys that the environment does not have."""
