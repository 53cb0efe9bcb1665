"""The entry of the topic firewall."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.apps.plan import AppsPlan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.firewall.checks import check_firewalls
from estate.topics.firewall.documents import firewall_documents
from estate.topics.firewall.flows import flows_through_firewalls
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.node_needs import node_needs
from estate.topics.firewall.plan.outgoing import outgoing_rows, plan_outgoing
from estate.topics.firewall.plan.rows import plan_firewall_rows
from estate.topics.nodes.plan import NodesPlan


def _conclude(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    rows = plan_firewall_rows(
        given.catalogue,
        zone,
        plan.of(AppsPlan).apps,
        plan.of(VirtualServersPlan).virtual_servers,
        plan.of(NodesPlan).pools,
        plan.of(ExposurePlan).log_intake,
    )
    stack = given.catalogue.stack(zone)
    outgoing = plan_outgoing(given.catalogue, zone, plan)
    needs = node_needs(
        stack.dns,
        plan.of(VirtualServersPlan).virtual_servers,
        masters_answer=bool(stack.masters and stack.masters.keepalived),
    )
    yield FirewallPlan(
        firewalls=stack.firewalls,
        rows=(*rows, *outgoing_rows(zone, outgoing)),
        needs=tuple(needs),
        outgoing=outgoing,
    )


TOPIC = Topic(
    name="firewall",
    checks=(lambda given: check_firewalls(given.catalogue),),
    conclude=_conclude,
    documents=(firewall_documents,),
    flows=flows_through_firewalls,
)
