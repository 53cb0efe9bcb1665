"""Nodes and pools: what people write about them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address
from estate.reader.amounts import Cpu, Memory, Resources
from estate.reader.values import Interface, Model, Name, NodeName, Owner
from estate.topics.exposure.declare.load_balancers import PreemptDelay
from estate.topics.network.declare.peers import VirtualRouterId


class NodeSize(Model):
    """A size of node: the machine's resources, and the kubelet's reserves for the system."""

    cpu: Cpu = Field(examples=[8])
    """Cores of the machine."""
    memory: Memory = Field(examples=["32Gi"])
    """Memory of the machine."""
    pods: int = Field(default=110, ge=1, le=500)
    """How many pods the kubelet admits."""
    reserved: Resources = Field(examples=[{"cpu": "500m", "memory": "2Gi"}])
    """The kubelet's reserves for the system."""


Role = Literal["router", "egress", "logging", "monitoring", "infra"]
"""What a pool of the platform's own is for."""


class DaemonSet(Resources):
    """What one daemon set of the platform takes on every node."""

    name: Name = Field(examples=["security-agent"])
    """The daemon set's name."""


class MovingAddress(Model):
    """A virtual address that one of a pool's nodes holds at a time."""

    address: Address = Field(examples=["10.10.1.201"])
    """The address; from the range of nodes, and no node's own."""
    virtual_router: VirtualRouterId = Field(examples=[61])
    """The VRRP number (VRID) under which it moves; once among all nodes."""


class PoolKeepalived(Model):
    """Virtual addresses that keepalived moves between a pool's nodes."""

    interface: Interface = Field(examples=["eth0"])
    """The nodes' interface that carries their own and the virtual addresses."""
    addresses: tuple[MovingAddress, ...] = Field(
        min_length=1, examples=[[{"address": "10.10.1.201", "virtual_router": 61}]]
    )
    """The addresses; use as many as nodes to load all of them."""
    preempt_delay: PreemptDelay = 300
    """Seconds after which a node that comes back takes the address that it holds first."""
    taken_virtual_routers: tuple[VirtualRouterId, ...] = Field(default=(), examples=[[1, 2]])
    """Numbers that other teams' devices use in the nodes' segment."""


class Pool(Model):
    """Nodes with one label; with a tenant or a role, no other pods run there."""

    name: Name = Field(examples=["shared"])
    """The pool's name; it becomes the label of its nodes."""
    tenant: Name | None = Field(default=None, examples=["life"])
    """With a tenant, only that tenant's pods run there."""
    app: Name | None = Field(default=None, examples=["policy-portal"])
    """With an app, only that app of the tenant runs there, in a namespace of its own."""
    role: Role | None = Field(default=None, examples=["router"])
    """With a role, only the platform's own pods of that role run there."""
    keepalived: PoolKeepalived | None = Field(
        default=None,
        examples=[
            {
                "interface": "eth0",
                "addresses": [
                    {"address": "10.10.1.201", "virtual_router": 61},
                    {"address": "10.10.1.202", "virtual_router": 62},
                ],
            }
        ],
    )
    """Virtual addresses that move between its nodes, as members of the load balancer; of a pool
    of routers only."""


class TimeServers(Model):
    """The servers that nodes and masters set their clocks by."""

    servers: tuple[Address, ...] = Field(
        min_length=1, max_length=8, examples=[["10.10.2.123", "10.10.2.124"]]
    )
    """Their addresses (NTP, UDP 123)."""
    owner: Owner = Field(examples=["network@insurer.example"])
    """The mailbox of their owner."""


class Node(Model):
    """One node of the inventory."""

    name: NodeName = Field(examples=["dmz-n01"])
    """The node's name, as it registers."""
    address: Address = Field(examples=["10.10.1.11"])
    """The node's own address; a firewall sees it."""
    rack: Name = Field(examples=["rack-a"])
    """The rack that it stands in; replicas spread over racks."""
    size: Name = Field(examples=["medium"])
    """One of estate:node_sizes."""
    pool: Name = Field(examples=["shared"])
    """One of estate:pools."""
