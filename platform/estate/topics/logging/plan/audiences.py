"""Audiences: who sees which stream, and nothing of any other (C7, H5, H8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from estate.objects.roles import Role
from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.groups import qualified, with_groups
from estate.topics.logging.declare import Logging, Stream, StreamName
from estate.topics.tenancy.plan.model import TenantPlan

READS_LOGS: tuple[Role, ...] = ("tenant-admin", "developer", "operator", "log-reader")
"""A tenant's roles that read its pods' logs in the cluster: the same read them here (B8)."""

STREAMS: dict[StreamName, str] = {
    "access": "estate-access",
    "infrastructure": "estate-infrastructure",
    "application": "estate-application",
}


def application_stream(tenant: str) -> str:
    """A tenant's own data stream. Rights name it in full: no pattern could match another's."""
    return f"{STREAMS['application']}-{tenant}"


@dataclass(frozen=True, kw_only=True, order=True)
class Reader:
    """A group of people, as its identity provider names it."""

    issuer: str
    group: str


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Those who see one data stream, in a space of their own."""

    name: str
    """Also the space's: ``access``, ``infrastructure``, or ``tenant-`` and the tenant's."""
    title: str
    kind: StreamName
    stream: str
    """The data stream."""
    flow: Stream
    """How much comes, and how long it is kept; of all tenants together."""
    readers: tuple[Reader, ...]

    @property
    def role(self) -> str:
        """What its readers are in Elasticsearch."""
        return f"estate-{self.name}"


def plan_audiences(
    declared: Logging, identity: Identity, tenants: Iterable[TenantPlan]
) -> tuple[Audience, ...]:
    """Operations, the platform's people, and each tenant with a namespace in the zone."""
    streams = declared.streams
    return (
        Audience(
            name="access",
            title="Access logs",
            kind="access",
            stream=STREAMS["access"],
            flow=streams.access,
            readers=_readers(identity, streams.access.readers),
        ),
        Audience(
            name="infrastructure",
            title="Infrastructure logs",
            kind="infrastructure",
            stream=STREAMS["infrastructure"],
            flow=streams.infrastructure,
            readers=_readers(identity, streams.infrastructure.readers),
        ),
        *(
            Audience(
                name=f"tenant-{tenant.name}",
                title=f"Logs of {tenant.name}",
                kind="application",
                stream=application_stream(tenant.name),
                flow=streams.application,
                readers=tuple(sorted({*_of_tenant(tenant)})),
            )
            for tenant in sorted(tenants, key=lambda one: one.name)
            if tenant.namespaces
        ),
    )


def _readers(identity: Identity, groups: Iterable[str]) -> tuple[Reader, ...]:
    """Groups of issuers that the zone has."""
    found = (qualified(identity, group) for group in groups)
    here = with_groups(identity)
    return tuple(sorted(Reader(issuer=at, group=name) for at, name in found if at in here))


def _of_tenant(tenant: TenantPlan) -> Iterator[Reader]:
    """From the rights in its namespaces: each group with its issuer's name before it."""
    for namespace in tenant.namespaces:
        for binding in namespace.bindings:
            if binding.role in READS_LOGS:
                issuer, _, group = binding.group.partition(":")
                yield Reader(issuer=issuer, group=group)
