"""What the estate says already of the servers, pools and tenants that apps name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.declarations.load import Loaded
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import TraditionalApp


@dataclass(frozen=True, kw_only=True)
class DatabaseSite:
    """A declared database."""

    name: str
    zone: Zone


@dataclass(frozen=True, kw_only=True)
class Site:
    """One zone, and the tenant whose apps are imported."""

    zone: Zone
    tenant: str
    owner: str
    """The tenant's mailbox; empty where its file does not say it."""
    tenants: tuple[str, ...]
    namespaces: Mapping[str, str]
    """Of the tenant in the zone, with the pool of each."""
    databases: Mapping[tuple[IPv4Address, int], DatabaseSite]
    relays: Mapping[int, str]
    """The database behind each relay's port."""
    relayed_apps: Mapping[int, str]
    """The app of the other zone behind each relay's port."""
    other_zone: Mapping[tuple[IPv4Address, int], str]
    """The app of the other zone at each of its virtual addresses."""
    delivery: Mapping[tuple[IPv4Address, int], str]
    filers: Mapping[str, str]
    """By address."""
    ensembles: Mapping[str, str]
    """By the address and port of each server."""

    def tenant_of(self, namespace: str) -> str:
        """The declared tenant that the namespace belongs to; empty where there is none."""
        fits = [one for one in self.tenants if namespace == one or namespace.startswith(f"{one}-")]
        return max(fits, key=len, default="")

    def space_of(self, namespace: str) -> str:
        """The namespace of the estate that apps of a namespace go to: apps of one namespace reach
        each other."""
        return namespace if self.tenant_of(namespace) else self.tenant


def site_of(loaded: Loaded, zone: Zone, tenant: str) -> Site:
    """As far as the declarations can be read."""
    stack = loaded.stacks[zone].value if zone in loaded.stacks else None
    known = {one.value.tenant: one.value for one in loaded.tenants}
    spaces: dict[str, str] = {}
    if tenant in known and (shared := known[tenant].zones.get(zone)):
        spaces[tenant] = shared.pool
        spaces |= {f"{tenant}-{name}": one.pool for name, one in shared.namespaces.items()}
    return Site(
        zone=zone,
        tenant=tenant,
        owner=known[tenant].owner if tenant in known else "",
        tenants=tuple(known),
        namespaces=spaces,
        databases={
            (one.address, one.port): DatabaseSite(name=one.name, zone=where)
            for where, declared in loaded.stacks.items()
            for one in declared.value.databases
        },
        relays={one.port: one.database for one in stack.egress.relays if one.database}
        if stack
        else {},
        relayed_apps={one.port: one.app for one in stack.egress.relays if one.app} if stack else {},
        other_zone={
            (app.vip.address, app.vip.port): app.app
            for app in (one.value for one in loaded.apps)
            if isinstance(app, TraditionalApp) and app.vip.port and app.zone != zone
        },
        delivery={(one.address, one.port): one.name for one in stack.delivery} if stack else {},
        filers={str(one.address): one.name for one in stack.nfs_filers} if stack else {},
        ensembles={
            f"{server.address}:{server.port}": one.name
            for one in (stack.ensembles if stack else ())
            for server in one.servers
        },
    )
