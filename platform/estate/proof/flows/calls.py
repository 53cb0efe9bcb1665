"""From pods to pods of the same cluster: by Service, by name, as neighbours (C3, C4)."""

from __future__ import annotations

from estate.flows.model import CallFlow, ClusterFlow, NameFlow, NeighbourFlow, ProbeFlow
from estate.flows.pods import NAME_SERVICE
from estate.objects.mesh import PROBES
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.ports import EVERY, port


def follow_call(trail: Trail, flow: CallFlow) -> None:
    """Caller, Service, callee."""
    view = trail.view
    namespace = flow.callees.namespace
    callees = trail.pods(flow.callees)
    callers = trail.pods(flow.callers) if flow.callers else view.matrix.in_namespace(namespace)
    service = view.by_name.get((namespace, flow.service, flow.port))
    if service is None:
        trail.broken(
            Place(f"{view.zone}/manifests", f"Service {namespace}/{flow.service}"),
            f"there is no Service {namespace}/{flow.service} with port {flow.port}",
            "Callers find the app by this name and port",
        )
    else:
        leads_to_pods(trail, service, callees, port(flow.pod_port))
        trail.hop(
            f"{flow.service}:{flow.port} -> {flow.callees.name}:{flow.pod_port}", service.place
        )
    for pod in members(callees):
        for number in (flow.pod_port, *flow.beside):
            trail.admitted(callers, pod, port(number))
    runs_on(trail, callees)
    if flow.callers and flow.callers != flow.callees:
        runs_on(trail, callers)


def follow_neighbours(trail: Trail, flow: NeighbourFlow) -> None:
    """Every pod of a namespace to every other, on every port."""
    pods = trail.view.matrix.in_namespace(flow.namespace)
    for pod in members(pods):
        for ports in EVERY:
            trail.admitted(pods, pod, ports)


def follow_probes(trail: Trail, flow: ProbeFlow) -> None:
    """One address to every pod of a namespace, on every port."""
    view = trail.view
    probes = view.addresses([PROBES])
    for pod in members(view.matrix.in_namespace(flow.namespace)):
        for ports in EVERY:
            trail.admitted(probes, pod, ports)


def follow_names(trail: Trail, flow: NameFlow) -> None:
    """Every pod of a namespace to the cluster's name service."""
    view = trail.view
    pods = view.matrix.in_namespace(flow.namespace)
    trail.hop(f"{flow.namespace} -> {NAME_SERVICE.name}", assumed=("cluster-dns",))
    for server in members(view.find(NAME_SERVICE)):
        for ports in (port(53, "UDP"), port(53)):
            trail.admitted(pods, server, ports)


def follow_cluster(trail: Trail, flow: ClusterFlow) -> None:
    """Caller, its own policy, and whatever selects pods that come with the cluster."""
    view = trail.view
    callers = trail.pods(flow.callers)
    trail.hop(f"{flow.callers.name} -> {flow.callees.name}", assumed=("cluster-dns",))
    for pod in members(view.find(flow.callees)):
        trail.admitted(callers, pod, port(flow.port))
    runs_on(trail, callers)
