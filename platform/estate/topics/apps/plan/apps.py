"""One app's plan: where it runs, what it gets, its clients and its destinations."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.topics.apps.declare.batch import BatchApp
from estate.topics.apps.declare.common import RunningApp, ScalingApp, ServingApp
from estate.topics.apps.declare.first_names import first_name
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.beside import plan_before, plan_sidecars
from estate.topics.apps.plan.connections import Connections
from estate.topics.apps.plan.health import plan_alive, plan_ready
from estate.topics.apps.plan.log_files import plan_collected
from estate.topics.apps.plan.model import (
    AlonePlan,
    AppPlan,
    ConfigPlan,
    LimitsPlan,
    LogVolume,
    MetricsPlan,
    PortPlan,
    ScalePlan,
    SchedulePlan,
    WritablePlan,
)
from estate.topics.apps.plan.needs import plan_needs
from estate.topics.apps.plan.peak import peak
from estate.topics.apps.plan.processes import plan_process
from estate.topics.apps.plan.rpc import ensembles_of, plan_rpc
from estate.topics.apps.plan.secrets import plan_secrets
from estate.topics.apps.plan.settings import plan_settings
from estate.topics.apps.plan.stateful import plan_stateful
from estate.topics.delivery.plan.deployers import pipeline_of
from estate.topics.delivery.plan.services import plan_delivery
from estate.topics.egress.plan.callers import callers_of
from estate.topics.egress.plan.destinations import plan_databases, plan_other_zone
from estate.topics.exposure.plan.virtual_servers import plan_exposure
from estate.topics.nodes.plan.model import Amount, PoolPlan
from estate.topics.routers.plan.routers import plan_route


def plan_app(found: Catalogue, app: App, pool: PoolPlan, connections: Connections) -> AppPlan:
    """The app's slice of its zone's plan."""
    stack = found.stack(app.zone)
    running = app.state == "active"
    return AppPlan(
        name=app.app,
        tenant=app.tenant,
        namespace=namespace_of(app),
        zone=app.zone,
        kind=app.kind,
        owner=app.owner,
        running=running,
        protected=running and stack.removal == "protected",
        image=f"{stack.registry.host}/{app.image}",
        replicas=peak(app).least,
        size=Amount(cpu=app.size.cpu, memory=app.size.memory, pods=1),
        limits=_limits(app),
        user=app.user,
        group=app.group or app.user,
        writable=tuple(
            WritablePlan(path=one.path, size=one.size)
            for one in sorted(app.writable, key=lambda one: one.path)
        ),
        tmp=app.tmp,
        stop_within=app.stop_within,
        alone=_alone(app),
        ready=plan_ready(app),
        alive=plan_alive(app),
        host=first_name(app),
        ready_within=app.ready_within if isinstance(app, RunningApp) else 0,
        listen=_listen(app),
        pool=pool.name,
        tolerations=pool.taints,
        exposure=plan_exposure(found, app),
        databases=plan_databases(found, app),
        other_zone=plan_other_zone(found, app),
        callers_of_the_other_zone=callers_of(found, app),
        delivery=plan_delivery(found, app),
        connects_to=connections.of_caller(app.app),
        connected_from=connections.of_callee(app.app),
        secrets=plan_secrets(app),
        settings=plan_settings(app),
        process=plan_process(app, app),
        sidecars=plan_sidecars(stack, app),
        before=plan_before(stack, app),
        config=tuple(
            ConfigPlan(path=config_file.path, content=config_file.content)
            for config_file in sorted(app.config, key=lambda config_file: config_file.path)
        ),
        logs=_logs(found, app),
        route=plan_route(found, app),
        metrics=_metrics(app),
        scale=_scale(found, app),
        schedule=_schedule(app),
        needs=plan_needs(found, app),
        stateful=plan_stateful(found, app),
        rpc=plan_rpc(found, app),
        ensembles=ensembles_of(found, app),
        deployed=bool(pipeline_of(stack.identity, found.tenants[app.tenant].value)),
    )


def _alone(app: App) -> AlonePlan | None:
    if not isinstance(app, RunningApp) or app.alone is None:
        return None
    return AlonePlan(why=app.alone.why, overlap=app.alone.overlap)


def _limits(app: App) -> LimitsPlan:
    cpu = app.limits.cpu or app.size.cpu
    return LimitsPlan(
        cpu=None if cpu == "none" else cpu, memory=app.limits.memory or app.size.memory
    )


def _listen(app: App) -> PortPlan | None:
    if not isinstance(app, ServingApp):
        return None
    if isinstance(app, RpcApp):
        protocol = "dubbo.apache.org/dubbo"
        return PortPlan(number=app.listen.port, name="tcp-dubbo", protocol=protocol)
    if not isinstance(app, StatefulApp):
        # One name either way: Services find the port of pods by it, of former pods too.
        protocol = "https" if isinstance(app, TraditionalApp) and app.listen.tls else "http"
        return PortPlan(number=app.listen.port, name="http", protocol=protocol)
    if app.preset == "zookeeper":
        protocol = "zookeeper.apache.org/zookeeper"
        return PortPlan(number=app.listen.port, name="tcp-zookeeper", protocol=protocol)
    protocol = app.listen.protocol
    return PortPlan(number=app.listen.port, name=protocol, protocol=protocol)


def _metrics(app: App) -> MetricsPlan | None:
    if not isinstance(app, RunningApp) or app.metrics is None:
        return None
    return MetricsPlan(port=app.metrics.port, path=app.metrics.path)


def _scale(found: Catalogue, app: App) -> ScalePlan | None:
    if not isinstance(app, ScalingApp) or app.scale is None:
        return None
    most = peak(app, found.ceilings.get((app.zone, app.app))).running
    return ScalePlan(most=most, cpu=app.scale.cpu)


def _schedule(app: App) -> SchedulePlan | None:
    if not isinstance(app, BatchApp):
        return None
    return SchedulePlan(
        cron=app.schedule,
        time_zone=app.time_zone,
        time_limit=app.time_limit,
        start_within=app.start_within,
        retries=app.retries,
        suspended=app.suspended,
    )


def _logs(found: Catalogue, app: App) -> LogVolume | None:
    if not isinstance(app, TraditionalApp) or app.logs is None:
        return None
    filer = found.filers[(app.zone, app.logs.filer)]
    return LogVolume(
        filer=filer.name,
        server=filer.address,
        directory=f"{filer.export.rstrip('/')}/{namespace_of(app)}/{app.app}",
        size=app.logs.size,
        keep_days=app.logs.keep_days,
        mounts=(
            ("middleware", app.logs.middleware),
            ("dump", app.logs.dump),
            ("application", app.logs.application),
        ),
        collected=plan_collected(found, app),
    )
