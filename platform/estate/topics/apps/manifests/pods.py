"""From an app's plan to its container and pod template."""

from __future__ import annotations

from estate.objects.container import Container, ContainerPort, Mount
from estate.objects.labels import METRICS, app_selector
from estate.objects.manifest import JsonObject
from estate.objects.pod import TMP, Placement, pod_template, spread
from estate.topics.apps.manifests.environment import entry, environment, groups
from estate.topics.apps.manifests.log_files import readers
from estate.topics.apps.manifests.objects import labels_of
from estate.topics.apps.manifests.services import DATAGRAMS
from estate.topics.apps.manifests.settings import mounts
from estate.topics.apps.plan.containers import FurtherPlan
from estate.topics.apps.plan.ensemble import is_ensemble, peer_ports
from estate.topics.apps.plan.model import AppPlan, NeedsPlan
from estate.topics.apps.plan.needs import CONTAINER
from estate.topics.nodes.plan.amounts import DISK, cpu_quantity, memory_quantity
from estate.topics.nodes.plan.pools import POOL_LABEL


def template(plan: AppPlan) -> JsonObject:
    """The template of the app's pods, on its pool's nodes and no others (C6, D2)."""
    return pod_template(
        _container(plan),
        labels=labels_of(plan),
        service_account=plan.name,
        placement=Placement(
            node_selector={POOL_LABEL: plan.pool},
            tolerations=tuple(
                {
                    "key": taint.key,
                    "operator": "Equal",
                    "value": taint.value,
                    "effect": taint.effect,
                }
                for taint in plan.tolerations
            ),
        ),
        spread=_spread(plan),
        anti_affinity=app_selector(plan.name) if is_ensemble(plan) else None,
        first=_first(plan),
        restart="Never" if plan.schedule else "",
        user=plan.user,
        group=plan.group,
        tmp=plan.tmp,
        stop_within=plan.stop_within,
        host_aliases=_aliases(plan),
    )


def _aliases(plan: AppPlan) -> list[JsonObject]:
    """The users' names of apps in the other zone, at the addresses that pods connect to: the
    zone's name service does not give them (J4), and TLS and routers go by them."""
    found: dict[str, set[str]] = {}
    for one in plan.other_zone:
        if one.relay_port is None and one.hosts:
            found.setdefault(str(one.address), set()).update(one.hosts)
    return [{"ip": address, "hostnames": sorted(names)} for address, names in found.items()]


def _spread(plan: AppPlan) -> list[JsonObject]:
    if plan.schedule or is_ensemble(plan):
        return []
    revision = "controller-revision-hash" if plan.stateful else "pod-template-hash"
    return spread(app_selector(plan.name), revision)


def _first(plan: AppPlan) -> list[Container]:
    """What starts before the app's container: sidecars first, for those that run and end."""
    return [
        *([_waiting(plan.needs)] if plan.needs else []),
        *(_further(plan, one, stays=True) for one in plan.sidecars),
        *(_further(plan, one, stays=False) for one in plan.before),
        *readers(plan),
    ]


def _further(plan: AppPlan, one: FurtherPlan, *, stays: bool) -> Container:
    """It sees what the app's container sees."""
    return Container(
        name=one.name,
        image=one.image,
        cpu=cpu_quantity(one.size.cpu),
        memory=memory_quantity(one.size.memory),
        ready=one.ready,
        alive=one.alive,
        command=one.process.command,
        arguments=one.process.arguments,
        directory=one.process.directory,
        environment=tuple(entry(variable) for variable in one.process.variables),
        environment_from=tuple(groups(one.process)),
        mounts=_all_mounts(plan),
        stays=stays,
    )


def _waiting(needs: NeedsPlan) -> Container:
    """Runs before the app's container, until what it needs answers or the time is over (N2)."""
    return Container(
        name=CONTAINER,
        image=needs.image,
        cpu="10m",
        memory="32Mi",
        arguments=(f"--within={needs.within}", *needs.targets),
    )


def _container(plan: AppPlan) -> Container:
    ports: list[ContainerPort] = []
    if plan.listen:
        on_node = plan.rpc is not None and plan.rpc.holds_host_port
        port = ContainerPort(name=plan.listen.name, number=plan.listen.number, on_node=on_node)
        ports.append(port)
    if plan.exposure and (udp := plan.exposure.datagrams):
        ports.append(ContainerPort(name=DATAGRAMS, number=udp.number, protocol="UDP"))
    ports += [ContainerPort(name=port.name, number=port.number) for port in peer_ports(plan)]
    if plan.metrics:
        ports.append(ContainerPort(name=METRICS, number=plan.metrics.port))
    return Container(
        name=plan.name,
        image=plan.image,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        limits=_limits(plan),
        ports=tuple(ports),
        ready=plan.ready,
        alive=plan.alive,
        host=plan.host,
        start_within=plan.ready_within or Container.start_within,
        command=plan.process.command,
        arguments=plan.process.arguments,
        directory=plan.process.directory,
        environment=tuple(environment(plan)),
        environment_from=tuple(groups(plan.process)),
        mounts=_all_mounts(plan),
    )


def _all_mounts(plan: AppPlan) -> tuple[Mount, ...]:
    return (*mounts(plan), *_log_mounts(plan), *_replica_mounts(plan), *_writable(plan))


def _limits(plan: AppPlan) -> dict[str, str]:
    """By resource. Of the node's disk a namespace's containers get ``DISK``; what the app declares
    to write comes on top, as its empty directories count against that limit."""
    found = {"cpu": cpu_quantity(plan.limits.cpu)} if plan.limits.cpu else {}
    found["memory"] = memory_quantity(plan.limits.memory)
    more = sum(one.size for one in plan.writable) + max(0, plan.tmp - TMP)
    if more:
        found["ephemeral-storage"] = memory_quantity(DISK + more)
    return found


def _writable(plan: AppPlan) -> list[Mount]:
    return [
        Mount(
            name=f"writable-{index}",
            path=one.path,
            volume={"emptyDir": {"sizeLimit": memory_quantity(one.size)}},
        )
        for index, one in enumerate(plan.writable)
    ]


def _replica_mounts(plan: AppPlan) -> list[Mount]:
    volumes = plan.stateful.volumes if plan.stateful else ()
    return [Mount(name=volume.name, path=volume.path, volume={}) for volume in volumes]


def _log_mounts(plan: AppPlan) -> list[Mount]:
    """Each kind of file below the pod's own directory, all on one volume (H1)."""
    if plan.logs is None:
        return []
    claim: JsonObject = {"persistentVolumeClaim": {"claimName": f"{plan.name}-logs"}}
    return [
        Mount(name="logs", path=path, volume=claim, sub_path=f"$(POD_NAME)/{kind}")
        for kind, path in plan.logs.mounts
    ]
