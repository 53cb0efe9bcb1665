"""The entry of the topic routers."""

from __future__ import annotations

from estate.topic import Kind, Stage, Topic
from estate.topics.routers.checks import check_routers
from estate.topics.routers.flows import flows_of_routers
from estate.topics.routers.manifests.router import router
from estate.topics.routers.plan import RoutersPlan
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import plan_routers, router_pods

_ROUTER = Kind[RouterPlan](
    family="services", stage=Stage.SERVICES, manifests=router, component="routers:router"
)

TOPIC = Topic(
    name="routers",
    checks=(lambda given: check_routers(given.catalogue, given.loaded),),
    derive=lambda given, zone, plan: (
        RoutersPlan(routers=plan_routers(given.catalogue, zone, given.pools[zone])),
    ),
    virtual_servers=lambda given, zone, plan: (
        server for router in plan.of(RoutersPlan).routers for server in router.virtual_servers
    ),
    pods=(("router", router_pods),),
    groups=lambda plan: (_ROUTER.group(one.name, one) for one in plan.of(RoutersPlan).routers),
    flows=flows_of_routers,
)
