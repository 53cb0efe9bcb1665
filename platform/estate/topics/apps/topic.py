"""The entry of the topic apps."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.apps.checks.alone import check_alone
from estate.topics.apps.checks.beside import check_beside
from estate.topics.apps.checks.connections import check_connections
from estate.topics.apps.checks.containers import check_containers
from estate.topics.apps.checks.environment import check_environment
from estate.topics.apps.checks.health import check_health
from estate.topics.apps.checks.log_files import check_log_files
from estate.topics.apps.checks.name_register import check_name_register
from estate.topics.apps.checks.needs import check_needs
from estate.topics.apps.checks.reserved_names import check_reserved
from estate.topics.apps.checks.rpc import check_rpc
from estate.topics.apps.checks.service_names import check_service_names
from estate.topics.apps.flows import flows_of_apps
from estate.topics.apps.manifests.app import app as app_manifests
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.apps import plan_app
from estate.topics.apps.plan.connections import plan_connections
from estate.topics.apps.plan.model import AppPlan
from estate.topics.apps.plan.needs import in_order
from estate.topics.nodes.plan import NodesPlan

_APP = Kind[AppPlan](family="apps", stage=Stage.APPS, manifests=app_manifests, component="apps:app")


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    catalogue = given.catalogue
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    connections = plan_connections(catalogue, zone)
    declared = (one.value for one in catalogue.apps if one.value.zone == zone)
    yield AppsPlan(
        apps=tuple(
            plan_app(catalogue, app, pools[catalogue.pool_of(app)], connections) for app in declared
        )
    )


def _groups(plan: Plan) -> Iterator[Group]:
    """What an app needs comes before it, so that nothing waits for what is not begun (N2)."""
    by_name = {app.name: app for app in plan.of(AppsPlan).apps}
    needs = {app.name: app.needs.apps if app.needs else () for app in by_name.values()}
    return (_APP.group(name, by_name[name]) for name in in_order(needs))


TOPIC = Topic(
    name="apps",
    checks=(
        lambda given: check_connections(given.catalogue, given.loaded),
        lambda given: check_containers(given.catalogue),
        lambda given: list(check_environment(given.catalogue)),
        lambda given: check_health(given.catalogue),
        lambda given: check_alone(given.catalogue),
        lambda given: check_beside(given.catalogue),
        lambda given: check_log_files(given.catalogue),
        lambda given: check_name_register(given.catalogue, given.loaded),
        lambda given: check_needs(given.catalogue),
        lambda given: check_reserved(given.catalogue),
        lambda given: check_rpc(given.catalogue),
        lambda given: check_service_names(given.catalogue),
    ),
    derive=_derive,
    virtual_servers=lambda given, zone, plan: (
        server
        for app in plan.of(AppsPlan).apps
        if app.exposure
        for server in app.exposure.virtual_servers
    ),
    groups=_groups,
    flows=flows_of_apps,
)
