"""Services: how an app is found, each port with a name and a protocol that meshes know (A8)."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.labels import SKIP_AWAIT, app_selector
from estate.plan.model import AppPlan, PortPlan
from estate.workload.own import own
from estate.workload.routes import stickiness
from estate.workload.zookeeper import peer_ports, peers_service

METRICS = "metrics"
"""The port name that the zone's Prometheus looks for."""

METRICS_PATH = "estate/metrics-path"
"""Annotation of a Service with such a port: the HTTP path that Prometheus asks."""


def services(plan: AppPlan) -> list[Manifest]:
    """The Service that callers use, and one for Prometheus where there are metrics.

    They are two, since a node port Service would give metrics a node port, too.
    """
    found: list[Manifest] = []
    if plan.listen:
        annotations = {**SKIP_AWAIT, **stickiness(plan)}
        found.append(
            own(plan, "v1", "Service", _service(plan, plan.listen), annotations=annotations)
        )
    if plan.stateful and plan.listen:
        ports = (plan.listen, *peer_ports(plan))
        fields = headless(plan, *ports)
        name = peers_service(plan)
        found.append(own(plan, "v1", "Service", fields, name=name, annotations=SKIP_AWAIT))
    if plan.metrics:
        port = PortPlan(number=plan.metrics.port, name=METRICS, protocol="http")
        found.append(
            own(
                plan,
                "v1",
                "Service",
                headless(plan, port),
                name=f"{plan.name}-{METRICS}",
                annotations={**SKIP_AWAIT, METRICS_PATH: plan.metrics.path},
            )
        )
    return found


def _service(plan: AppPlan, listen: PortPlan) -> JsonObject:
    port = _port(listen)
    spec: JsonObject = {
        "type": "ClusterIP",
        "selector": app_selector(plan.name),
        "ports": [port],
    }
    if plan.exposure:
        port["nodePort"] = plan.exposure.node_port
        spec["type"] = "NodePort"
        spec["externalTrafficPolicy"] = plan.exposure.traffic_policy
    return {"spec": spec}


def headless(plan: AppPlan, *ports: PortPlan) -> JsonObject:
    """Pods by their own addresses, ready or not."""
    return {
        "spec": {
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": app_selector(plan.name),
            "ports": [_port(port) for port in ports],
        }
    }


def _port(port: PortPlan) -> JsonObject:
    return {
        "name": port.name,
        "protocol": "TCP",
        "appProtocol": port.protocol,
        "port": port.number,
        "targetPort": port.name,
    }
