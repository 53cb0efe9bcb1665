"""The entry of the topic egress."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.egress.checks import check_egress
from estate.topics.egress.documents import database_documents
from estate.topics.egress.manifests.egress_addresses import egress_addresses
from estate.topics.egress.manifests.relays import relays
from estate.topics.egress.plan import EgressPlan
from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan
from estate.topics.egress.plan.relays import plan_egress_addresses, plan_relays, relay_pods
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.placement import placement_of

_RELAYS = Kind[RelaysPlan](
    family="services", stage=Stage.SERVICES, manifests=relays, component="egress:relays"
)
_ADDRESSES = Kind[EgressAddressesPlan](
    family="services",
    stage=Stage.SERVICES,
    manifests=egress_addresses,
    component="egress:egress_addresses",
)


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    placement = placement_of(plan.of(NodesPlan).pools, "egress")
    yield EgressPlan(
        relays=plan_relays(given.catalogue, zone, placement),
        egress_addresses=plan_egress_addresses(given.catalogue, zone),
    )


def _groups(plan: Plan) -> Iterator[Group]:
    egress = plan.of(EgressPlan)
    if egress.relays:
        yield _RELAYS.group("relays", egress.relays)
    if egress.egress_addresses:
        yield _ADDRESSES.group("egress-addresses", egress.egress_addresses)


TOPIC = Topic(
    name="egress",
    checks=(lambda given: check_egress(given.catalogue, given.loaded),),
    derive=_derive,
    pods=(("egress", relay_pods),),
    groups=_groups,
    documents=(database_documents,),
)
