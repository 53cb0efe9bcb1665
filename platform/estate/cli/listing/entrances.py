"""What people and devices reach a zone by, as tables: addresses, ports, names."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.apps.plan.name_claims import name_claims
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.balancers import carrier
from estate.topics.node_ports.documents import COLUMNS, register_rows
from estate.topics.routers.plan import RoutersPlan


def _virtual_servers(stack: Stack) -> Iterator[Row]:
    declared = stack.given.catalogue.stack(stack.plan.zone)
    for server in stack.plan.of(VirtualServersPlan).virtual_servers:
        yield {
            "virtual_server": server.name,
            "partition": server.partition,
            "address": str(server.address),
            "port": server.port,
            "protocol": server.protocol,
            "names": server.names,
            "on": carrier(declared, server.partition).name,
            "members": len(server.members),
            "member_port": server.member_port,
            "clients": tuple(str(client) for client in server.clients) or ("everybody",),
            "state": "running" if server.running else "retired",
            "owner": server.owner,
        }


def _node_ports(stack: Stack) -> Iterator[Row]:
    return register_rows(stack.plan)


def _names(stack: Stack) -> Iterator[Row]:
    loaded = stack.given.loaded
    for claim in name_claims(loaded.stacks, loaded.apps):
        if claim.zone == stack.plan.zone:
            yield {
                "name": claim.name,
                "scope": claim.scope,
                "held_by": claim.what,
                "tenant": claim.owner,
                "address": str(claim.address or ""),
                "declared_in": str(claim.place),
            }


def _routers(stack: Stack) -> Iterator[Row]:
    plan = stack.plan.find(RoutersPlan)
    for router in plan.routers if plan else ():
        yield {
            "router": router.name,
            "api": router.api,
            "pods": router.replicas,
            "pool": router.placement.pool,
            "addresses": tuple(
                f"{server.address}:{server.port}" for server in router.virtual_servers
            ),
            "apps": tuple(backend.app for backend in router.backends),
            "owner": router.owner,
        }


VIRTUAL_SERVERS = Listing(
    name="virtual-servers",
    what="addresses that load balancers answer at",
    columns=(
        *("virtual_server", "partition", "address", "port", "protocol", "names", "on"),
        *("members", "member_port", "clients", "state", "owner"),
    ),
    rows=_virtual_servers,
)
NODE_PORTS = Listing(
    name="node-ports",
    what="the register of node ports",
    columns=COLUMNS[1:],
    rows=_node_ports,
)
NAMES = Listing(
    name="names",
    what="the register of names",
    columns=("name", "scope", "held_by", "tenant", "address", "declared_in"),
    rows=_names,
)
ROUTERS = Listing(
    name="routers",
    what="router shards and the apps that they publish",
    columns=("router", "api", "pods", "pool", "addresses", "apps", "owner"),
    rows=_routers,
)
