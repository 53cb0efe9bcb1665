"""The entry of the topic logging."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.logging.checks.logging import check_logging
from estate.topics.logging.documents import logging_documents
from estate.topics.logging.flows import flows_of_logging
from estate.topics.logging.manifests.logging import logging
from estate.topics.logging.plan.kibana import kibana_virtual_server
from estate.topics.logging.plan.logging import LoggingPlan, plan_logging
from estate.topics.logging.plan.sizes import logging_pods

_LOGGING = Kind[LoggingPlan](
    family="services", stage=Stage.SERVICES, manifests=logging, component="logging:logging"
)


def _virtual_servers(given: Given, zone: Zone, plan: Plan) -> Iterator[VirtualServerPlan]:
    if server := kibana_virtual_server(given.catalogue, zone):
        yield server


def _conclude(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    if found := plan_logging(plan, given.catalogue.stack(zone).logging):
        yield found


def _groups(plan: Plan) -> Iterator[Group]:
    if found := plan.find(LoggingPlan):
        yield _LOGGING.group("logging", found)


TOPIC = Topic(
    name="logging",
    checks=(lambda given: check_logging(given.catalogue, given.pools),),
    virtual_servers=_virtual_servers,
    conclude=_conclude,
    pods=(("logging", lambda catalogue, zone: logging_pods(catalogue.stack(zone))),),
    groups=_groups,
    documents=(logging_documents,),
    flows=flows_of_logging,
)
