"""New facts of a zone: nodes, pools and databases, each a line in its stack file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.authoring import proposals
from estate.authoring.inventory import with_nodes
from estate.authoring.present import Files, Present, with_list_item
from estate.authoring.values import Mistake, checked
from estate.declarations.stack import Stack
from estate.reader.addresses import Address, Port
from estate.reader.values import Name, NodeName, Zone
from estate.topics.nodes.declare import Node


@dataclass(frozen=True, kw_only=True)
class NewNode:
    """A node; what is None follows from the nodes that are there."""

    zone: Zone
    pool: str
    name: str | None = None
    address: str | None = None
    rack: str | None = None
    size: str | None = None


def node(present: Present, new: NewNode) -> Files:
    """A node more in a pool of the zone."""
    present.pool(new.zone, new.pool)
    nodes = present.stack(new.zone).nodes
    of_pool = [at for at, one in enumerate(nodes) if one.pool == new.pool] or [len(nodes) - 1]
    return with_nodes(present, new.zone, [proposed(present, new, ())], of_pool[-1])


def pool(
    present: Present,
    zone: Zone,
    name: str,
    *,
    tenant: str | None,
    app: str | None,
    nodes: Sequence[NewNode],
) -> Files:
    """A pool with its nodes: without any, it would hold no pod."""
    checked(Name, name)
    owner = f", tenant: {present.tenant(tenant)}" if tenant else ""
    owner += f", app: {checked(Name, app)}" if app else ""
    files = with_list_item(present, zone, "pools", f"{{name: {name}{owner}}}")
    made: list[Node] = []
    for new in nodes:
        made.append(proposed(present, new, made))
    last = len(present.stack(zone).nodes) - 1
    return with_nodes(present, zone, made, last, *files.values())


def database(
    present: Present, zone: Zone, name: str, *, address: str, port: int, tenants: Sequence[str]
) -> Files:
    """A database on machines of the zone, and the tenants whose apps may use it."""
    owners = ", ".join(present.tenant(tenant) for tenant in tenants)
    line = (
        f"{{name: {checked(Name, name)}, address: {checked(Address, address)}, "
        f"port: {checked(Port, port)}, tenants: [{owners}]}}"
    )
    return with_list_item(present, zone, "databases", line)


def proposed(present: Present, new: NewNode, others: Sequence[Node]) -> Node:
    """The node with what was left open; ``others`` come with it."""
    stack = present.stack(new.zone)
    every = [*stack.nodes, *others]
    of_pool = [one for one in every if one.pool == new.pool]
    model = (of_pool or _ordinary(stack))[-1]
    taken = {
        *proposals.written_addresses(present.root),
        *(one.address for one in others),
        stack.network.nodes.network_address,
    }
    names = proposals.node_names(present.loaded) | {one.name for one in others}
    address: IPv4Address = (
        checked(Address, new.address)
        if new.address
        else proposals.next_address([stack.network.nodes], taken, model.address)
    )
    size = new.size or model.size
    if size not in stack.node_sizes:
        raise Mistake(
            f"There is no size '{size}' of nodes in {new.zone}. "
            f"Allowed: {', '.join(stack.node_sizes)}."
        )
    return Node(
        name=checked(NodeName, new.name or proposals.names_like(names, model.name)),
        address=address,
        rack=checked(Name, new.rack or proposals.next_rack(of_pool, every)),
        size=size,
        pool=new.pool,
    )


def _ordinary(stack: Stack) -> list[Node]:
    """Nodes after which those of a new pool are named: of pools without a role, where there are."""
    roles = {pool.name for pool in stack.pools if pool.role}
    return [one for one in stack.nodes if one.pool not in roles] or list(stack.nodes)
