"""What stands on the first page, and on each zone's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.cli.graph.by_tenant import by_tenant
from estate.cli.graph.layout import Picture, picture
from estate.cli.graph.ways import ways
from estate.cli.listing.machines import loads, whose
from estate.cli.listing.model import Stack
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.apps.plan import AppsPlan
from estate.topics.capacity.plan.loads import PoolLoad
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import spoken
from estate.topics.nodes.plan.model import NodePlan
from estate.topics.tenancy.plan import TenancyPlan


@dataclass(frozen=True, kw_only=True)
class PoolView:
    """A pool with its load, and its nodes by rack."""

    name: str
    whose: str
    load: PoolLoad
    requested: str
    room: str
    racks: tuple[tuple[str, tuple[NodePlan, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class ZoneView:
    """A stack in figures and as a picture."""

    name: str
    version: str
    balancer: str
    counts: tuple[tuple[int, str, str], ...]
    """How many, of what, and the page that lists them."""
    pools: tuple[PoolView, ...]
    """The fullest after a loss first."""
    picture: Picture


def zone_view(stack: Stack) -> ZoneView:
    """One stack."""
    plan, folder = stack.plan, stack.name
    pools = sorted(map(_pool, loads(stack)), key=lambda pool: (-_after(pool.load), pool.name))
    title = f"Ways of connections in {stack.name}, by tenant"
    return ZoneView(
        name=stack.name,
        version=plan.of(ControlPlanePlan).cluster.version,
        balancer=plan.of(ExposurePlan).load_balancer.name,
        counts=(
            (len(plan.of(TenancyPlan).tenants), "tenants", f"{folder}/tenants.html"),
            (len(plan.of(AppsPlan).apps), "apps", f"{folder}/apps.html"),
            (len([*_nodes(stack)]), "nodes", f"{folder}/nodes.html"),
            (
                len(plan.of(VirtualServersPlan).virtual_servers),
                "virtual servers",
                f"{folder}/registers.html",
            ),
            (
                len(plan.of(ExceptionsPlan).exceptions),
                "exceptions",
                f"{folder}/exceptions.html",
            ),
        ),
        pools=tuple(pools),
        picture=picture(by_tenant(ways(stack, title, lambda _: True))),
    )


def _nodes(stack: Stack) -> Iterator[NodePlan]:
    for pool in stack.plan.of(NodesPlan).pools:
        yield from pool.nodes


def _after(load: PoolLoad) -> int:
    return load.worst.percent if load.worst else 0


def _pool(load: PoolLoad) -> PoolView:
    return PoolView(
        name=load.pool.name,
        whose=whose(load.pool),
        load=load,
        requested=spoken(load.requested),
        room=spoken(load.pool.room),
        racks=tuple(_racks(load)),
    )


def _racks(load: PoolLoad) -> Iterator[tuple[str, tuple[NodePlan, ...]]]:
    for rack in sorted({node.rack for node in load.pool.nodes}):
        yield rack, tuple(node for node in load.pool.nodes if node.rack == rack)
