"""The entry of the topic exposure."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.exposure.checks.addresses import check_addresses
from estate.topics.exposure.checks.balancers import check_balancers
from estate.topics.exposure.checks.clients import check_clients
from estate.topics.exposure.checks.keepalived import check_keepalived
from estate.topics.exposure.checks.metallb import check_metallb
from estate.topics.exposure.checks.network_ends import check_network_ends
from estate.topics.exposure.checks.virtual_servers import check_exposure
from estate.topics.exposure.documents.as3 import f5_documents
from estate.topics.exposure.documents.cutover import cutover_documents
from estate.topics.exposure.documents.haproxy import haproxy_documents
from estate.topics.exposure.documents.keepalived import keepalived_documents
from estate.topics.exposure.manifests import metallb
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.log_intake import plan_log_intake
from estate.topics.exposure.plan.masters_pair import masters_pair
from estate.topics.exposure.plan.metallb import plan_metallb
from estate.topics.exposure.plan.model import MetalLBPlan

_ADDRESS_POOLS = Kind[MetalLBPlan](
    family="services", stage=Stage.SERVICES, manifests=metallb, component="exposure:address_pools"
)


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    stack = given.catalogue.stack(zone)
    yield ExposurePlan(
        load_balancer=stack.load_balancer,
        platform_load_balancer=stack.platform_load_balancer,
        masters_pair=masters_pair(stack),
        metallb=plan_metallb(given.catalogue, zone),
        log_intake=plan_log_intake(given.catalogue, zone),
    )


def _groups(plan: Plan) -> Iterator[Group]:
    if metallb := plan.of(ExposurePlan).metallb:
        yield _ADDRESS_POOLS.group("address-pools", metallb)


TOPIC = Topic(
    name="exposure",
    checks=(
        lambda given: check_addresses(given.catalogue),
        lambda given: check_balancers(given.catalogue),
        lambda given: check_clients(given.catalogue),
        lambda given: check_exposure(given.catalogue),
        lambda given: check_keepalived(given.catalogue),
        lambda given: check_metallb(given.catalogue),
        lambda given: check_network_ends(given.catalogue),
    ),
    derive=_derive,
    groups=_groups,
    documents=(cutover_documents, f5_documents, haproxy_documents, keepalived_documents),
)
