"""MetalLB: virtual addresses that Services ask for, and the nodes that answer for them (E9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.as3 import Member, VirtualServer
from estate.proof.readers.nodes import Nodes
from estate.proof.readers.selectors import Labelled, Selector
from estate.proof.readers.strict import Loose, Metadata, Strict, Troubles, mapping
from estate.reader.addresses import EVERYBODY

ADVERTISEMENTS = ("BGPAdvertisement", "L2Advertisement")
ASKED = "metallb.io/loadBalancerIPs"


class _Allocation(Strict):
    namespaces: tuple[str, ...] = Field(min_length=1)
    """Without any, Services of every namespace might have the addresses."""


class _PoolSpec(Strict):
    addresses: tuple[IPv4Network, ...]
    autoAssign: Literal[False]
    """Otherwise any Service that asks for none in particular would get one."""
    serviceAllocation: _Allocation


class _AdvertisementSpec(Strict):
    ipAddressPools: tuple[str, ...] = Field(min_length=1)
    nodeSelectors: tuple[Selector, ...] = Field(min_length=1)
    peers: tuple[str, ...] = ()


class _Port(Loose):
    port: int
    protocol: Literal["TCP", "UDP"] = "TCP"
    nodePort: int | None = None


class _ServiceSpec(Loose):
    ports: tuple[_Port, ...]
    allocateLoadBalancerNodePorts: Literal[False]
    """Otherwise the API server would choose node ports."""
    loadBalancerClass: Literal["metallb.io/metallb"]
    """Otherwise nobody, or somebody else, would answer."""
    loadBalancerSourceRanges: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True)
class _Pool:
    place: Place
    namespace: str
    name: str
    spec: _PoolSpec


@dataclass(frozen=True)
class _Advertisement:
    place: Place
    namespace: str
    spec: _AdvertisementSpec


def read_balanced(emitted: Emitted, nodes: Nodes, troubles: Troubles) -> Iterator[VirtualServer]:
    """A virtual server for each port of each Service that MetalLB gives an address to."""
    pools = [*_pools(emitted, troubles)]
    taken: set[IPv4Address] = set()
    told = [*_advertisements(emitted, troubles)]
    for place, body in emitted.of_kind("Service"):
        if mapping(body["spec"]).get("type") != "LoadBalancer":
            continue
        metadata = troubles.read(Metadata, body["metadata"], place)
        if metadata is None:
            continue
        try:
            address = IPv4Address(metadata.annotations.get(ASKED, ""))
        except ValueError:
            found = f"it asks for no one address in its annotation {ASKED}"
            troubles.refuse(place.at("type"), found)
            continue
        spec = troubles.read(_ServiceSpec, body["spec"], place)
        if spec is None:
            continue
        pool = _pool_of(address, metadata.namespace, pools, place, troubles)
        if pool is not None:
            taken.add(address)
            members = {*_answering(pool, told, nodes)}
            yield from _servers(place, address, spec, sorted(members, key=_by_address))
    for pool in pools:
        for block in pool.spec.addresses:
            if block.num_addresses > 1 or block[0] not in taken:
                troubles.refuse(
                    pool.place.at(f"addresses {block}"),
                    "there is an address in it that no declared Service has",
                    "Every address of a pool has to be some Service's",
                )


def _by_address(found: tuple[Place, IPv4Address]) -> tuple[IPv4Address, Place]:
    return found[1], found[0]


def _pools(emitted: Emitted, troubles: Troubles) -> Iterator[_Pool]:
    for place, body in emitted.of_kind("IPAddressPool"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_PoolSpec, body["spec"], place)
        if metadata and spec:
            yield _Pool(place, metadata.namespace, metadata.name, spec)


def _advertisements(emitted: Emitted, troubles: Troubles) -> Iterator[_Advertisement]:
    for place, body in emitted.of_kind(*ADVERTISEMENTS):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_AdvertisementSpec, body["spec"], place)
        if spec and not all(selector.keys for selector in spec.nodeSelectors):
            troubles.refuse(place.at("nodeSelectors"), "it also selects undeclared nodes")
        if metadata and spec:
            yield _Advertisement(place, metadata.namespace, spec)


def _pool_of(
    address: IPv4Address, namespace: str, pools: list[_Pool], place: Place, troubles: Troubles
) -> _Pool | None:
    """The pool that the address is taken from: MetalLB refuses addresses that stand in two."""
    found = [pool for pool in pools if any(address in block for block in pool.spec.addresses)]
    if len(found) != 1:
        troubles.refuse(
            place,
            f"{len(found)} address pools have {address}, which it asks for",
            "Exactly one IPAddressPool has to list it",
        )
    elif namespace not in found[0].spec.serviceAllocation.namespaces:
        troubles.refuse(
            found[0].place,
            f"{address} is not for Services of namespace {namespace}",
            "serviceAllocation has to name the namespace",
        )
    else:
        return found[0]
    return None


def _answering(
    pool: _Pool, told: list[_Advertisement], nodes: Nodes
) -> Iterator[tuple[Place, IPv4Address]]:
    names = list(nodes.labels)
    labelled = Labelled([nodes.labels[name] for name in names])
    for advertisement in told:
        if (
            advertisement.namespace != pool.namespace
            or pool.name not in advertisement.spec.ipAddressPools
        ):
            continue
        chosen = 0
        for selector in advertisement.spec.nodeSelectors:
            chosen |= labelled.matching(selector)
        for number, name in enumerate(names):
            if chosen >> number & 1 and name in nodes.addresses:
                yield advertisement.place, nodes.addresses[name]


def _servers(
    place: Place,
    address: IPv4Address,
    spec: _ServiceSpec,
    members: list[tuple[Place, IPv4Address]],
) -> Iterator[VirtualServer]:
    clients = spec.loadBalancerSourceRanges or (EVERYBODY,)
    for port in spec.ports:
        yield VirtualServer(
            place=place.at(f"{address}:{port.port}"),
            address=address,
            port=port.port,
            protocol=port.protocol,
            clients=tuple((place.at(f"clients {network}"), network) for network in clients),
            translates=False,
            members=tuple(
                Member(place=told.at(str(node)), address=node, port=port.nodePort or 0)
                for told, node in members
            ),
            monitored=True,
            at_nodes=True,
        )
