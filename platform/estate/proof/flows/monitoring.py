"""Monitoring: to its parts, to nodes and masters, to virtual servers, to receivers (I2)."""

from __future__ import annotations

from estate.flows.model import NodeFlow, ServedFlow
from estate.flows.pods import PodGroup
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.ports import port


def follow_nodes(trail: Trail, flow: NodeFlow) -> None:
    """Pod, its own policy, every range of the nodes' network."""
    view = trail.view
    pods = trail.pods(flow.pods)
    for number in members(view.matrix.space.bits(flow.nodes)):
        trail.admitted(pods, len(view.matrix.pods) + number, port(flow.port))
    if flow.held_by is not None:
        _held(trail, flow, flow.held_by)
    runs_on(trail, pods)


def _held(trail: Trail, flow: NodeFlow, group: PodGroup) -> None:
    """On its node's network no policy selects a pod: it is looked for among all."""
    found = [
        pod
        for pod in trail.view.pods
        if pod.namespace == group.namespace and dict(group.labels).items() <= pod.labels.items()
    ]
    if not any(pods.host_network and port(flow.port) in pods.held for pods in found):
        place = Place(f"{trail.view.zone}/manifests", f"pods of {group.name}")
        trail.broken(place, f"nothing holds port {flow.port} of the nodes", "hostPort")
    for pods in found:
        trail.hop(f"node -> {pods.full_name}", pods.place.at(f"hostPort {flow.port}"))


def follow_served(trail: Trail, flow: ServedFlow) -> None:
    """An API server's own address, or its node's tunnel, to the pods."""
    view = trail.view
    pods = trail.pods(flow.pods)
    service = view.by_name.get((flow.pods.namespace, flow.service, flow.port))
    if service is not None:
        trail.hop(f"{flow.service}:{flow.port} -> {flow.pods.name}", service.place)
    for pod in members(pods):
        trail.admitted(view.addresses(flow.sources), pod, port(flow.pod_port))
    runs_on(trail, pods)
