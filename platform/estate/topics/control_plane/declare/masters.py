"""Masters: the machines that the cluster is governed from, and how clients reach them (A3).

Further requirements: I5.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Host
from estate.reader.values import Interface, Model, Name, NodeName, Owner
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
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.40.0.0/16"]])
    """The networks that people and pipelines connect from; every address where none is declared.
    The zone's own nodes always may."""
