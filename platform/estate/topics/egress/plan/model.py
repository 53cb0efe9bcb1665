"""How apps reach what stands outside: by themselves, by relays, by addresses that move."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.reader.problems import KeyPath
from estate.reader.values import Zone
from estate.topics.nodes.plan.model import Amount, ServicePlacement


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A server outside of an app's cluster that the app declares: a database, or another app."""

    kind: Literal["database", "app"]
    """``app``: one of the other zone."""
    target: str
    """The database's name, or the other app's."""
    name: str
    """What its Service in the app's namespace is called, and that of the relays."""
    zone: Zone
    address: IPv4Address
    port: int
    via: Literal["direct", "egress"] | None
    """The way, as the app declares it."""
    path: KeyPath
    """Its entry in the app's file."""
    hosts: tuple[str, ...] = ()
    """The names that users know the other app by, and that no app of the caller's zone has."""

    @property
    def way(self) -> Literal["direct", "egress"]:
        """By which way the app connects; directly where it does not say."""
        return self.via or "direct"


@dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """A database that the app's pods may connect to, and by which way (F1, F3)."""

    name: str
    address: IPv4Address
    port: int
    host: str
    """The name in the cluster that the app connects to, whichever way it is."""
    via: Literal["direct", "egress"]
    relay_port: int | None
    """Where the zone's relays listen for it; None where pods themselves connect to it."""
    seen_as: tuple[IPv4Network, ...]
    """The sources that the database's server, and a firewall before it, may see (X1)."""


@dataclass(frozen=True, kw_only=True)
class OtherZoneAccess(DatabaseAccess):
    """An app of the other zone that the app's pods may connect to, by its virtual address."""

    app: str
    zone: Zone
    hosts: tuple[str, ...]
    """Its users' names; the app's pods know them at ``address`` where no relay is between."""


@dataclass(frozen=True, kw_only=True)
class OtherZoneCaller:
    """An app of the other zone that connects to an app here."""

    app: str
    zone: Zone
    seen_as: tuple[IPv4Network, ...]
    """The sources that a firewall between the zones, and the load balancer, may see."""


@dataclass(frozen=True, kw_only=True)
class DatabaseName:
    """The name by which a namespace's apps find a database, or an app of the other zone (F4)."""

    name: str
    """The Service's in the namespace."""
    port: int
    address: IPv4Address | None
    """Its server; None if the name is that of the zone's relays."""
    relays: str = ""
    """The host name of the relays' Service."""


@dataclass(frozen=True, kw_only=True)
class RelayedDatabase:
    """A database, or an app of the other zone, that relays take connections for (F3)."""

    name: str
    address: IPv4Address
    port: int
    relay_port: int
    """Where every relay listens for it."""
    callers: tuple[tuple[str, str], ...]
    """Namespace and name of each app that may connect."""


@dataclass(frozen=True, kw_only=True)
class RelaysPlan:
    """TCP relays on the zone's egress nodes, whose addresses alone a firewall knows (F3)."""

    placement: ServicePlacement
    image: str
    replicas: int
    size: Amount
    """What one of them requests, which is its limit too."""
    connections: int
    """How many each takes at once."""
    databases: tuple[RelayedDatabase, ...]


@dataclass(frozen=True, kw_only=True)
class EgressAddressesPlan:
    """Addresses that OVN-Kubernetes gives to pods' connections, on any egress node (F3)."""

    zone: Zone
    pool: str
    """The pool whose nodes take them."""
    addresses: tuple[IPv4Address, ...]
    pods: tuple[tuple[str, str], ...]
    """Namespace and name of each app whose connections leave by them."""


@dataclass(frozen=True, kw_only=True)
class ServerPlan:
    """A server outside the cluster."""

    address: IPv4Address
    port: int
