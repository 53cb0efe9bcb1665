"""Workloads as apps: one declaration for each Deployment, StatefulSet and CronJob."""

from __future__ import annotations

from collections.abc import Iterator

from estate.importing.apps.connections import (
    carry_connections,
    carry_init_containers,
    carry_registry,
)
from estate.importing.apps.containers import carry_container, main_container
from estate.importing.apps.draft import Draft, Left, mapping_of
from estate.importing.apps.exposure import carry_routes, carry_services, services_of
from estate.importing.apps.finished import ImportedApp, ImportedApps, finished
from estate.importing.apps.further import carry_further
from estate.importing.apps.objects import Json, KubeObject, Objects, mapping, mappings
from estate.importing.apps.placement import carry_placement
from estate.importing.apps.probes import carry_probes
from estate.importing.apps.site import Site
from estate.importing.apps.volumes import carry_volumes
from estate.objects.labels import ALONE, OWNER

WORKLOADS = ("Deployment", "StatefulSet", "CronJob")
_DERIVED = frozenset(
    {
        *("ServiceAccount", "PodDisruptionBudget", "ReplicaSet", "Pod", "Job", "Endpoints"),
        *("EndpointSlice", "ControllerRevision", "Namespace", "Event", "LimitRange"),
        "ResourceQuota",
    }
)
"""Kinds that the estate or Kubernetes makes from others."""


def imported_apps(objects: Objects, site: Site) -> ImportedApps:
    """An app for each workload."""
    apps: list[ImportedApp] = []
    left: list[Left] = []
    used: set[str] = set()
    names: set[str] = set()
    for one in objects.of(*WORKLOADS):
        used.add(one.title)
        if one.name in names:
            why = "a second workload of this name: an app is unique in its zone"
            left.append(Left(object=one.title, field="", why=why))
            continue
        names.add(one.name)
        draft = _draft(one, objects, site)
        _carry(draft)
        apps.append(finished(draft))
        used |= draft.used
    left += _rest(objects, used)
    return ImportedApps(apps=tuple(apps), left=tuple(left))


def _draft(one: KubeObject, objects: Objects, site: Site) -> Draft:
    spec = one.spec
    if one.kind == "CronJob":
        spec = mapping_of(mapping_of(spec, "jobTemplate"), "spec")
    template = mapping_of(spec, "template")
    draft = Draft(source=one, template=template, container={}, objects=objects, site=site)
    targets: dict[object, object] = {}
    for service in services_of(objects, one.namespace, draft.labels):
        for port in mappings(service.spec.get("ports")):
            targets[port.get("targetPort", port.get("port"))] = service
    draft.container = main_container(draft, targets)
    return draft


def _carry(draft: Draft) -> None:
    keys, source, site = draft.keys, draft.source, draft.site
    keys |= {"app": draft.app, "tenant": site.tenant, "zone": site.zone}
    owner = source.annotations.get(OWNER) or site.owner
    keys |= {"owner": owner} if owner else {}
    variables = {str(one.get("name")) for one in mappings(draft.container.get("env"))}
    if source.kind == "CronJob":
        keys["kind"] = "batch"
        _schedule(draft)
    else:
        services = services_of(draft.objects, source.namespace, draft.labels)
        kind, names = carry_services(draft, services)
        if source.kind == "StatefulSet" and source.spec.get("volumeClaimTemplates"):
            keys["kind"] = "stateful"
        elif "DUBBO_REGISTRY_ADDRESS" in variables:
            keys["kind"] = "rpc"
        else:
            keys["kind"] = "web" if kind == "service" and carry_routes(draft, names) else kind
        carry_probes(draft)
        if keys["kind"] == "service" and "listen" not in keys:
            _work(draft)
        _replicas(draft)
    carry_container(draft)
    carry_placement(draft)
    carry_init_containers(draft)
    carry_further(draft)
    carry_volumes(draft)
    carry_connections(draft)
    if keys["kind"] == "rpc":
        carry_registry(draft)
    if keys["kind"] == "stateful":
        _stateful(draft, variables)


def _work(draft: Draft) -> None:
    """It listens nowhere: a worker, of which a command alone can say whether it lives."""
    draft.keys["kind"] = "worker"
    health: object = draft.keys.pop("health", None)
    alive = mapping_of(mapping(health), "alive")
    if "command" in alive:
        draft.keys["health"] = {"alive": alive}
    if health and health != draft.keys.get("health") and health != {"alive": "none"}:
        where = f"containers[{draft.container.get('name')}].readinessProbe"
        draft.omit(where, "nobody connects to a worker, so nobody asks whether it is ready")


def _replicas(draft: Draft) -> None:
    source = draft.source
    replicas = source.spec.get("replicas", 1)
    for one in draft.objects.of("HorizontalPodAutoscaler", namespace=source.namespace):
        target = mapping_of(one.spec, "scaleTargetRef")
        if (target.get("kind"), target.get("name")) != (source.kind, source.name):
            continue
        draft.used.add(one.title)
        replicas = one.spec.get("minReplicas", 1)
        scale: Json = {"max": one.spec.get("maxReplicas")}
        cpu = one.spec.get("targetCPUUtilizationPercentage")
        for metric in mappings(one.spec.get("metrics")):
            resource = mapping_of(metric, "resource")
            goal = mapping_of(resource, "target").get("averageUtilization")
            if resource.get("name") == "cpu" and goal:
                cpu = goal
            else:
                draft.omit("spec.metrics", "apps scale by the use of their processors", one)
        scale |= {"cpu": cpu} if cpu not in (None, 70) else {}
        draft.keys["scale"] = scale
    draft.keys["replicas"] = replicas
    recreate = mapping_of(source.spec, "strategy").get("type") == "Recreate"
    if replicas == 1:
        _alone(draft, recreate)
    elif recreate:
        why = "updates replace one pod after the other: two versions run at the same time"
        draft.omit("spec.strategy", why)


def _alone(draft: Draft, recreate: bool) -> None:
    """One pod takes a reason, which only the estate's own objects say."""
    why = draft.source.annotations.get(ALONE)
    if why is None:
        return
    if recreate or draft.keys["kind"] == "stateful":
        draft.keys["alone"] = why
    else:
        draft.keys["alone"] = {"why": why, "overlap": True}


def _schedule(draft: Draft) -> None:
    spec = draft.source.spec
    job = mapping_of(mapping_of(spec, "jobTemplate"), "spec")
    draft.keys["schedule"] = spec.get("schedule")
    for key, value, default in (
        ("time_zone", spec.get("timeZone"), "Etc/UTC"),
        ("time_limit", job.get("activeDeadlineSeconds"), 3600),
        ("start_within", spec.get("startingDeadlineSeconds"), 600),
        # Of Kubernetes 6, where nothing is said; of a declaration 0.
        ("retries", job.get("backoffLimit", 6), 0),
    ):
        if value not in (None, default):
            draft.keys[key] = value
    if spec.get("concurrencyPolicy", "Allow") != "Forbid":
        draft.omit("spec.concurrencyPolicy", "one run at a time: a run that is due is skipped")
    if spec.get("suspend"):
        draft.omit("spec.suspend", "an app runs, or is retired")
    for key in ("parallelism", "completions"):
        if job.get(key, 1) != 1:
            draft.omit(f"spec.jobTemplate.spec.{key}", "a run is one pod")


def _stateful(draft: Draft, variables: set[str]) -> None:
    if draft.source.spec.get("podManagementPolicy") == "Parallel":
        draft.keys["start"] = "parallel"
    listen = mapping_of(draft.keys, "listen")
    if draft.own and "ZOO_MY_ID" in variables:
        draft.keys["preset"] = "zookeeper"
        config = draft.keys.pop("config", [])
        own = [one for one in config if not one["path"].startswith("/etc/zookeeper/estate/")]
        draft.keys |= {"config": own} if own else {}
        listen.pop("protocol", None)
    if listen.get("protocol") == "tcp":
        del listen["protocol"]


def _rest(objects: Objects, used: set[str]) -> Iterator[Left]:
    """Objects that no app took in."""
    for one in objects.all:
        if one.title in used or one.kind in _DERIVED or _is_derived(one):
            continue
        why = {
            "DaemonSet": "an app runs a number of replicas, not a pod on each node",
            "ConfigMap": "no app of these files reads it",
            "Secret": "no app of these files reads it",
            "Service": "it selects no pods of these files",
            "PersistentVolumeClaim": "no app of these files has it as a volume",
        }.get(one.kind, "the estate declares no objects of this kind for apps")
        yield Left(object=one.title, field="", why=why)


def _is_derived(one: KubeObject) -> bool:
    """What the cluster itself puts into each namespace."""
    if one.kind == "ConfigMap":
        return one.name in ("kube-root-ca.crt", "openshift-service-ca.crt")
    return one.kind == "Secret" and str(one.body.get("type", "")) in (
        "kubernetes.io/service-account-token",
        "helm.sh/release.v1",
    )
