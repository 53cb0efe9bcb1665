"""Masters: the machines that the cluster is governed from, and how clients reach them (A3).

Further requirements: I5.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Host, HostName, Port
from estate.reader.amounts import Memory
from estate.reader.values import AbsolutePath, Interface, Line, Model, Name, NodeName, Owner
from estate.topics.network.declare.peers import VirtualRouterId


class Master(Model):
    """One master: an API server, a member of etcd, and what governs the cluster."""

    name: NodeName = Field(examples=["dmz-c01"])
    """The machine's name, as it registers."""
    address: Address = Field(examples=["10.10.1.6"])
    """Its own address, from the range of nodes."""
    rack: Name = Field(examples=["rack-a"])
    """The rack that it stands in: the loss of one must leave a majority."""


class MastersKeepalived(Model):
    """How the masters themselves hold the endpoint's address, with HAProxy behind it."""

    interface: Interface = Field(examples=["eth0"])
    """The masters' interface that carries their own address and the endpoint's."""
    virtual_router: VirtualRouterId = Field(examples=[63])
    """The VRRP number (VRID) under which it moves; once among all nodes."""


_HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZhY2FkZWZhY2FkZWZhY2FkZWZhY2FkZWZhY2FkZWZh"

HostKey = Annotated[
    Line, Field(pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+=*$")
]
"""A public key of an SSH server, as ``ssh-keyscan`` prints it behind the name."""


class Backups(Model):
    """The machine that snapshots of etcd are copied to, over SSH."""

    address: Address = Field(examples=["10.10.2.40"])
    """Its address; in the zone, behind the firewall before servers where there is one."""
    port: Port = 22
    """The port of its SSH server."""
    user: Name = Field(examples=["etcd-dmz"])
    """The account, which may add files below ``directory`` and nothing else."""
    directory: AbsolutePath = Field(examples=["/backups/etcd/dmz"])
    """Where it keeps them, a folder for each master."""
    host_key: HostKey = Field(
        examples=[
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvZ1b0QyZ5dJt4b3n4mE0dC0p0r0m4s1d2f3g4h5j6k"
        ]
    )
    """Its public key: masters copy to no other machine."""
    owner: Owner = Field(examples=["backup@insurer.example"])
    """The mailbox of its owner."""


class AuditReceiver(Model):
    """The server that keeps the audit log off the masters: syslog over TLS (RFC 5425)."""

    name: HostName = Field(examples=["audit.insurer.example"])
    """Its name, which its certificate bears: masters send to no other server."""
    address: Address = Field(examples=["10.10.2.50"])
    """Its address; in the zone, behind the firewall before servers where there is one."""
    port: Port = 6514
    """Its port; 6514 is registered for syslog over TLS."""
    authority: AbsolutePath = Field(examples=["/etc/ssl/certs/company-ca.pem"])
    """The file on each master with the authority that signed its certificate."""
    waiting: Memory = Field(default=2 * 2**30, examples=["2Gi"])
    """How much of the log waits on a master's disk while it does not answer."""
    days: int = Field(ge=1, le=3650, examples=[400])
    """How long it keeps events."""
    owner: Owner = Field(examples=["security@insurer.example"])
    """The mailbox of its owner."""


class Audit(Model):
    """How much API servers write down, and how long each master keeps it."""

    events_per_second: int = Field(default=40, ge=1, le=100_000)
    """On average over a day, of one API server."""
    bytes_per_event: int = Field(default=1200, ge=100, le=100_000)
    """Of one event at the level of metadata: 1,157 were measured of an API server of 1.36.3."""
    days: int = Field(default=7, ge=1, le=365)
    """How long a master keeps its own log."""
    receiver: AuditReceiver | None = Field(
        default=None,
        examples=[
            {
                "name": "audit.insurer.example",
                "address": "10.10.2.50",
                "authority": "/etc/ssl/certs/company-ca.pem",
                "days": 400,
                "owner": "security@insurer.example",
            }
        ],
    )
    """Where events go as well; without it they stay on the master that wrote them."""


class Masters(Model):
    """The masters of a cluster that kubeadm makes."""

    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of their owner."""
    name: Host = Field(examples=["api.dmz.insurer.example"])
    """The name of ``estate:cluster.api_server``, which certificates and zone files have, too."""
    patch: int = Field(ge=0, le=99, examples=[3])
    """The release of ``estate:cluster.version`` that they run: 3 for 1.36.3."""
    size: Name = Field(examples=["medium"])
    """One of estate:node_sizes: what their kubelets keep for the system."""
    nodes: tuple[Master, ...] = Field(
        min_length=1,
        examples=[
            [
                {"name": "dmz-c01", "address": "10.10.1.6", "rack": "rack-a"},
                {"name": "dmz-c02", "address": "10.10.1.7", "rack": "rack-b"},
                {"name": "dmz-c03", "address": "10.10.1.8", "rack": "rack-c"},
            ]
        ],
    )
    """The masters: an odd number, three or more. The first one begins the cluster."""
    keepalived: MastersKeepalived | None = Field(
        default=None, examples=[{"interface": "eth0", "virtual_router": 63}]
    )
    """With it the masters hold the endpoint's address themselves; without it, what carries the
    platform's own virtual addresses does."""
    backups: Backups | None = Field(
        default=None,
        examples=[
            {
                "address": "10.10.2.40",
                "user": "etcd-dmz",
                "directory": "/backups/etcd/dmz",
                "host_key": _HOST_KEY,
                "owner": "backup@insurer.example",
            }
        ],
    )
    """Where snapshots of etcd go; without it they stay on the master that made them."""
    audit: Audit = Field(default_factory=Audit, examples=[{"events_per_second": 40, "days": 7}])
    """The API servers' audit log, from which the room on each master follows."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.40.0.0/16"]])
    """The networks that people and pipelines connect from; every address where none is declared.
    The zone's own nodes always may."""
