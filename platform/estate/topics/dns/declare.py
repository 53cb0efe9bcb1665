"""Names: the servers of the cluster's name service, and the records of the zone (J1 to J4)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address, Host
from estate.reader.values import Model, Owner

MOST_SERVERS = 15
"""CoreDNS takes no more servers behind one forward."""

Servers = tuple[Address, ...]


class Forward(Model):
    """Domains whose names other servers resolve."""

    domains: tuple[Host, ...] = Field(min_length=1, examples=[["harbour.example"]])
    """The domains; names below them, too."""
    servers: Servers = Field(
        min_length=1, max_length=MOST_SERVERS, examples=[["10.10.2.53", "10.10.2.54"]]
    )
    """Their servers, tried in this order."""


class NameServer(Model):
    """A name server of the zone's domains."""

    name: Host = Field(examples=["ns1.harbour.example"])
    """Its name."""
    address: Address = Field(examples=["10.10.2.55"])
    """Its address, for the zone file of its own domain."""


class Dns(Model):
    """The zone's names: the servers that the cluster queries, and the records of the zone."""

    resolvers: Servers = Field(
        min_length=1, max_length=MOST_SERVERS, examples=[["10.10.2.55", "10.10.2.56"]]
    )
    """The servers for all names outside of the cluster and of the forwards' domains."""
    forwards: tuple[Forward, ...] = Field(
        default=(), examples=[[{"domains": ["harbour.example"], "servers": ["10.10.2.53"]}]]
    )
    """Domains that other servers answer for."""
    domains: tuple[Host, ...] = Field(min_length=1, examples=[["harbour.example"]])
    """The domains in which the zone gives names: a zone file each, in this zone's view."""
    node_domain: Host = Field(examples=["nodes.dmz.harbour.example"])
    """What stands behind a node's name; in one of the domains."""
    name_servers: tuple[NameServer, ...] = Field(
        min_length=1, examples=[[{"name": "ns1.harbour.example", "address": "10.10.2.55"}]]
    )
    """The servers that answer for the domains; the first is the primary."""
    owner: Owner = Field(examples=["hostmaster@harbour.example"])
    """The mailbox of the domains' owner."""
