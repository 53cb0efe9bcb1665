"""What an app becomes, in sentences: what runs, where, who reaches it, what it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from estate.cli.sentences import counted, listed
from estate.objects.pod import STOP_SECONDS, TMP, USER
from estate.objects.workloads import rollout_within
from estate.plan import Plan
from estate.topics.apps.declare.secrets import VALUE
from estate.topics.apps.plan.containers import ProcessPlan, VariablePlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.apps.plan.secret_plans import SecretPlan
from estate.topics.egress.plan.model import DatabaseAccess
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import cores, gibibytes
from estate.topics.nodes.plan.model import NodePlan
from estate.topics.storage.plan.volumes import DiskPlan, VolumePlan


def runs(app: AppPlan) -> Iterator[str]:
    """Its pods, and when."""
    if not app.running:
        yield "Nothing: it is retired. Its volume, port and address stay until its file goes."
        return
    if app.schedule:
        when = app.schedule
        yield (
            f"By the clock, {when.cron} ({when.time_zone}), one run at a time, ended after "
            f"{when.time_limit} seconds."
        )
        if when.suspended:
            yield "It is suspended: no run starts."
    yield (
        f"{counted(app.replicas, 'pod')} of {app.image.split('@')[0]}, each with "
        f"{cores(app.size.cpu)} and {gibibytes(app.size.memory)}, in namespace {app.namespace}."
    )
    yield from _alone(app)
    yield from _container(app)
    yield from _further(app)
    yield from _process(app.process)
    if app.scale:
        yield (
            f"Up to {app.scale.most} pods while they use more than {app.scale.cpu} % of that CPU."
        )
    if app.needs:
        yield (
            f"Before a pod starts, these must answer within {app.needs.within} seconds: "
            f"{listed(app.needs.targets)}."
        )
    if not app.schedule:
        yield (
            f"An update counts as failed when a new pod is not ready within {app.starts_within} "
            f"seconds; all of it takes "
            f"{rollout_within(app.most_replicas, app.starts_within, app.stop_within)} seconds at "
            "most."
        )


def _alone(app: AppPlan) -> Iterator[str]:
    if app.alone is None:
        return
    update = (
        "An update starts its next pod before it ends the old one."
        if app.alone.overlap
        else "An update ends its pod before it starts the next one: nothing runs in between."
    )
    yield (
        f"It runs alone: {app.alone.why.rstrip('.')}. {update} Nothing runs either while a drained "
        "node's pod starts elsewhere, or until Kubernetes replaces the pod of a lost node."
    )


def _container(app: AppPlan) -> Iterator[str]:
    """What it may use beyond its requests, and what differs from other containers."""
    cpu = app.limits.cpu
    if cpu is None or cpu > app.size.cpu:
        most = f"up to {cores(cpu)}" if cpu else "as much CPU as its node has left"
        yield f"Each pod may use {most}; quotas and pools count {cores(app.size.cpu)}."
    if more := app.limits.memory - app.size.memory:
        yield (
            f"Each pod may use up to {gibibytes(app.limits.memory)} of memory. All of them may "
            f"take {gibibytes(more * app.most_replicas)} more than quotas and pools count; a node "
            "that runs out of memory evicts pods above their requests first."
        )
    if (app.user, app.group) != (USER, USER):
        yield f"It runs as user {app.user}, group {app.group}."
    for one in app.writable:
        yield f"It may write {gibibytes(one.size)} to {one.path}, which goes with the pod."
    if app.tmp != TMP:
        yield f"It may write {gibibytes(app.tmp)} to /tmp."
    if app.stop_within != STOP_SECONDS:
        yield f"A pod has {app.stop_within} seconds to end."


def _further(app: AppPlan) -> Iterator[str]:
    """The containers beside its own, and those that run before it."""
    for text, further in (("Beside it runs", app.sidecars), ("Before it runs", app.before)):
        for one in further:
            yield (
                f"{text} {one.name} of {one.image.split('@')[0]}, with {cores(one.size.cpu)} and "
                f"{gibibytes(one.size.memory)}."
            )


def _process(process: ProcessPlan) -> Iterator[str]:
    """What its container runs, where it is not what the image says."""
    if process.command or process.arguments or process.directory:
        what = " ".join(process.command) or "the image's entry point"
        given = f" with {' '.join(process.arguments)}" if process.arguments else ""
        where = f", in {process.directory}" if process.directory else ""
        yield f"Its container runs {what}{given}{where}."
    for group in process.groups:
        of = f"secret {group.secret}" if group.secret else f"settings {group.settings}"
        yield f"Environment, all of {of}: {listed(group.names)}."
    if process.variables:
        yield f"Environment: {listed(map(_variable, process.variables))}."


def _variable(variable: VariablePlan) -> str:
    if variable.secret:
        key = "" if variable.key == VALUE else f", key {variable.key}"
        return f"{variable.name} (secret {variable.secret}{key})"
    if variable.pod:
        return f"{variable.name} (the pod's {variable.pod})"
    if variable.size:
        return f"{variable.name} (the container's {variable.size})"
    return f"{variable.name}={variable.value}"


def nodes(plan: Plan, app: AppPlan) -> Iterator[str]:
    """The nodes of its pool, and what becomes of it when one is gone."""
    (pool,) = (pool for pool in plan.of(NodesPlan).pools if pool.name == app.pool)
    whose = "the whole zone"
    if pool.app or pool.tenant:
        whose = f"the app {pool.app}" if pool.app else f"the tenant {pool.tenant}"
    yield f"Pool {pool.name}, which belongs to {whose}: {listed(map(_node, pool.nodes))}."
    if app.stateful and app.stateful.stays:
        yield "A replica stays with its disk: when its node is gone, the others carry on."
    else:
        yield "When any one of them is gone, everything pinned to the pool fits on the others."


def _node(node: NodePlan) -> str:
    return f"{node.name} ({node.address}, {node.rack})"


def reached(plan: Plan, app: AppPlan) -> Iterator[str]:
    """Everyone who may connect to it."""
    if app.exposure:
        if server := app.exposure.connections:
            balancer = plan.of(ExposurePlan).load_balancer.name
            yield (
                f"Users: {server.address}:{server.port} on {balancer}, which "
                f"forwards to node port {server.member_port} of "
                f"{counted(len(server.members), 'node')}, and so to port {app.port} of the pods."
            )
        if udp := app.exposure.datagrams:
            yield (
                f"{'And over' if app.exposure.connections else 'Users send'} UDP, "
                f"{udp.virtual_server.address}:{udp.virtual_server.port} by node "
                f"port {udp.node_port} to port {udp.number}."
            )
        sources = listed(str(source) for source in app.exposure.sources)
        yield f"The pods see these connections from {sources}, and admit no others."
    if app.route:
        scheme = "https" if app.route.secure else "http"
        names = listed(
            f"{scheme}://{host}{path}" for host in app.route.hosts for path in app.route.paths
        )
        yield (
            f"Users: {names}, by the routers {app.route.shard} at {app.route.address}; "
            "no other path is published."
        )
    for connection in app.connected_from:
        yield (
            f"The app {connection.caller} of namespace {connection.caller_namespace}, "
            f"on port {connection.port}."
        )
    for caller in app.callers_of_the_other_zone:
        yield (
            f"The app {caller.app} of zone {caller.zone}, by the same address as users, from "
            f"{listed(map(str, _singly(caller.seen_as)))}."
        )
    for network in app.rpc.consumers if app.rpc else ():
        yield f"Consumers in {network}, on port {app.port}."
    if app.metrics:
        yield f"Prometheus, on port {app.metrics.port}."
    if app.port:
        yield f"Pods of its own namespace {app.namespace}, on any port."


def reaches(app: AppPlan) -> Iterator[str]:
    """Everything that it may connect to."""
    for database in app.databases:
        way = "through the zone's egress" if database.via == "egress" else "directly"
        yield (
            f"The database {database.name} at {database.address}:{database.port}, as "
            f"{database.host}, {way}; it sees {listed(map(str, _addresses(database)))}."
        )
    for peer in app.connects_to:
        yield f"The app {peer.callee} of namespace {peer.callee_namespace}, on port {peer.port}."
    for one in app.other_zone:
        way = "through the zone's egress" if one.via == "egress" else "directly"
        known = "" if one.relay_port else "".join(f" or {host}" for host in one.hosts)
        yield (
            f"The app {one.app} of zone {one.zone} at {one.address}:{one.port}, as "
            f"{one.host}{known}, {way}; it sees {listed(map(str, _addresses(one)))}."
        )
    for system in app.delivery:
        name = f"{system.name}.{app.namespace}.svc"
        yield f"{system.name} at {system.address}:{system.port}, as {name}."
    for server in app.ensembles:
        yield f"The registry server {server.address}:{server.port}."
    yield f"Name service, and pods of its own namespace {app.namespace}; nothing else."


def _addresses(access: DatabaseAccess) -> Iterator[IPv4Address | IPv4Network]:
    return _singly(access.seen_as)


def _singly(networks: Iterable[IPv4Network]) -> Iterator[IPv4Address | IPv4Network]:
    for network in networks:
        yield network.network_address if network.prefixlen == network.max_prefixlen else network


def kept(app: AppPlan) -> Iterator[str]:
    """Its files, volumes, configuration and secrets."""
    if app.logs:
        yield (
            f"Files: {gibibytes(app.logs.size)} on {app.logs.filer} ({app.logs.server}:"
            f"{app.logs.directory}), a directory for each pod: "
            f"{listed(f'{kind} at {path}' for kind, path in app.logs.mounts)}."
        )
    for volume in app.stateful.volumes if app.stateful else ():
        yield _volume(volume)
    for config in app.config:
        yield f"Configuration: {config.path}; a change restarts the pods."
    for secret in app.secrets:
        yield _secret(secret)
    for group in app.settings:
        yield f"Settings: {listed(name for name, _ in group.values)}, in {group.name}."


def _secret(secret: SecretPlan) -> str:
    """Its files, and its keys where it has several."""
    files = [f"{secret.mount}/{one.file}" for one in secret.keys if one.file]
    where = listed(files) if secret.mount else "no files"
    if secret.keys[0].name == secret.name:
        return f"Secret: {secret.mount or where}, from {secret.name}."
    kept = "kept by the stack" if secret.stored else "generated"
    return (
        f"Secret: {where}, from {secret.name} with the keys "
        f"{listed(one.key for one in secret.keys)}, {kept} as {secret.keys[0].name} and so on."
    )


def _volume(volume: VolumePlan) -> str:
    where = listed(_disk(disk) for disk in volume.disks) or "made when a claim asks"
    return (
        f"Volume {volume.name} at {volume.path}: {gibibytes(volume.size)} of {volume.backend} "
        f"for each replica ({where})."
    )


def _disk(disk: DiskPlan) -> str:
    return f"{disk.replica}: {disk.node}" if disk.node else f"{disk.replica}: a LUN of its own"
