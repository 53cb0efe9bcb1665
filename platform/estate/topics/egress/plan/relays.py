"""The zone's egress: relays on two nodes, or addresses that move between them (F3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.plan.destinations import destinations_of, egress_pool, relay_of
from estate.topics.egress.plan.model import (
    Destination,
    EgressAddressesPlan,
    RelayedDatabase,
    RelaysPlan,
)
from estate.topics.nodes.plan.model import Amount, ServicePlacement
from estate.topics.nodes.plan.pods import Pod

RELAY = "relay"
"""What the relays are called, and the name among the platform's images that they run."""

HEALTH_PORT, METRICS_PORT = 8404, 8405
"""Where relays say that they live, and how they are; they listen for no database there."""

_MEBIBYTE = 2**20
_SIZES = {
    "S": (Amount(cpu=250, memory=256 * _MEBIBYTE, pods=1), 2_000),
    "M": (Amount(cpu=1_000, memory=512 * _MEBIBYTE, pods=1), 8_000),
    "L": (Amount(cpu=2_000, memory=1_024 * _MEBIBYTE, pods=1), 20_000),
}
"""What one relay requests and how many connections it takes: two buffers of 16 KiB for each."""


def plan_relays(
    catalogue: Catalogue, zone: Zone, placement: ServicePlacement | None
) -> RelaysPlan | None:
    """The relays of a zone, as many as egress nodes; None where no app connects by them."""
    databases = tuple(_relayed(catalogue, zone))
    image = catalogue.image(zone, RELAY)
    if not databases or placement is None or image is None:
        return None
    size, connections = _SIZES[catalogue.stack(zone).egress.size]
    return RelaysPlan(
        placement=placement,
        image=image,
        replicas=len(catalogue.nodes_of(zone, placement.pool)),
        size=size,
        connections=connections,
        databases=databases,
    )


def _relayed(catalogue: Catalogue, zone: Zone) -> Iterator[RelayedDatabase]:
    """What some app connects to by the relays, each with its apps, by name."""
    found: dict[str, RelayedDatabase] = {}
    for app, one in _by_relays(catalogue, zone):
        relay = relay_of(catalogue, zone, one)
        assert relay
        before = found[one.name].callers if one.name in found else ()
        found[one.name] = RelayedDatabase(
            name=one.name,
            address=one.address,
            port=one.port,
            relay_port=relay.port,
            callers=tuple(sorted({*before, (namespace_of(app), app.app)})),
        )
    yield from (found[name] for name in sorted(found))


def _by_relays(catalogue: Catalogue, zone: Zone) -> Iterator[tuple[App, Destination]]:
    for app in _active(catalogue, zone):
        for one in destinations_of(catalogue, app):
            if relay_of(catalogue, zone, one):
                yield app, one


def relay_pods(catalogue: Catalogue, zone: Zone) -> list[Pod]:
    """The relays' pods, which their pool has to carry with a node less, too (X4)."""
    pool = egress_pool(catalogue, zone)
    if pool is None or not any(_by_relays(catalogue, zone)):
        return []
    size, _ = _SIZES[catalogue.stack(zone).egress.size]
    return [Pod(RELAY, size)] * len(catalogue.nodes_of(zone, pool))


def plan_egress_addresses(catalogue: Catalogue, zone: Zone) -> EgressAddressesPlan | None:
    """The addresses that servers see; None where no app's connections leave by them."""
    stack, pool = catalogue.stack(zone), egress_pool(catalogue, zone)
    pods = {
        (namespace_of(app), app.app)
        for app in _active(catalogue, zone)
        if any(one.way == "egress" for one in destinations_of(catalogue, app))
    }
    if stack.network.pod_egress_identity != "egress" or pool is None or not pods:
        return None
    return EgressAddressesPlan(
        zone=zone,
        pool=pool,
        addresses=tuple(sorted(stack.egress.addresses)),
        pods=tuple(sorted(pods)),
    )


def _active(catalogue: Catalogue, zone: Zone) -> Iterator[App]:
    for declared in catalogue.apps:
        if declared.value.zone == zone and declared.value.state == "active":
            yield declared.value
