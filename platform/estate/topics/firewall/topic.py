"""The entry of the topic firewall."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.apps.plan import AppsPlan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.firewall.checks import check_firewalls
from estate.topics.firewall.documents.request import firewall_documents
from estate.topics.firewall.flows import flows_through_firewalls
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.known import known_firewalls, under_orders
from estate.topics.firewall.plan.node_needs import node_needs
from estate.topics.firewall.plan.outgoing import outgoing_rows, plan_outgoing
from estate.topics.firewall.plan.peers import peer_rows, peers_of
from estate.topics.firewall.plan.rows import plan_firewall_rows
from estate.topics.firewall.plan.sets import named_sets
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
    needs = node_needs(stack, plan.of(VirtualServersPlan).virtual_servers)
    rows = (*rows, *outgoing_rows(zone, outgoing), *peer_rows(stack))
    known = known_firewalls(given.catalogue, zone)
    apps = {app.value.app: app.value for app in given.catalogue.apps if app.value.zone == zone}
    yield FirewallPlan(
        firewalls=stack.firewalls,
        known=known,
        sets=named_sets(stack, zone),
        rows=tuple(under_orders(rows, apps, known)),
        needs=tuple(needs),
        outgoing=outgoing,
        peers=tuple(peers_of(stack)),
    )


TOPIC = Topic(
    name="firewall",
    checks=(lambda given: check_firewalls(given.catalogue),),
    conclude=_conclude,
    documents=(firewall_documents,),
    flows=flows_through_firewalls,
)
