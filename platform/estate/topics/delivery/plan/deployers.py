"""Pipelines of tenants: who each is, and that it is nobody else's (L4, B2)."""

from __future__ import annotations

from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.groups import with_groups
from estate.topics.tenancy.declare.tenants import Tenant


def pipeline_of(identity: Identity, tenant: Tenant) -> str:
    """The tenant's pipeline as API servers know it; empty where the zone lacks its issuer."""
    deployer = tenant.deployer
    if deployer is None or tenant.state != "active" or deployer.issuer not in with_groups(identity):
        return ""
    return f"{deployer.issuer}:{deployer.subject}"
