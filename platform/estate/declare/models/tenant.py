"""What a tenant's team writes: ``tenants/<tenant>.yaml``."""

from __future__ import annotations

from pydantic import Field

from estate.declare.models.values import Model, Name, Owner, Resources, State, Zone


class Quota(Resources):
    """What all pods of the tenant's shared namespace may request together."""

    pods: int = Field(ge=1, le=1000)


class SharedNamespace(Model):
    """The tenant's own namespace in a zone: apps without a pool of their own share it."""

    pool: Name
    quota: Quota


class Tenant(Model):
    """A team that runs apps on the platform."""

    tenant: Name
    owner: Owner
    state: State = "active"
    zones: dict[Zone, SharedNamespace] = Field(default_factory=dict[Zone, SharedNamespace])
    """By zone; a zone in which each app has a pool of its own needs no entry."""
