"""Services: how an app is found, each port with a name and a protocol that meshes know (A8)."""

from __future__ import annotations

from estate.objects.labels import METRICS, METRICS_PATH, SKIP_AWAIT, app_selector
from estate.objects.manifest import JsonObject, Manifest
from estate.topics.apps.manifests.objects import own
from estate.topics.apps.manifests.routes import settings
from estate.topics.apps.plan.ensemble import peer_ports, peers_service
from estate.topics.apps.plan.model import AppPlan, PortPlan
from estate.topics.apps.plan.service_names import VIP
from estate.topics.exposure.plan.model import Exposure

VIP_ANNOTATION = "metallb.io/loadBalancerIPs"
"""Which virtual address MetalLB gives to a Service (E9)."""

VIP_CLASS = "metallb.io/metallb"
"""Which of several that give addresses to Services is meant: MetalLB, and nobody else (E9)."""

DATAGRAMS = "datagrams"
"""The name of a UDP port."""


def services(plan: AppPlan) -> list[Manifest]:
    """The Service that callers use, one for users by MetalLB, one for Prometheus' metrics.

    Metrics have one of their own, since a node port Service would give them a node port, too; so
    have users by MetalLB, since their port is another than callers'.
    """
    found: list[Manifest] = []
    if plan.listen:
        annotations = {**SKIP_AWAIT, **settings(plan)}
        found.append(
            own(plan, "v1", "Service", _service(plan, plan.listen), annotations=annotations)
        )
    if plan.exposure and plan.exposure.by_metallb and plan.listen:
        address = plan.exposure.virtual_server.address
        found.append(
            own(
                plan,
                "v1",
                "Service",
                _balanced(plan, plan.listen, plan.exposure),
                name=f"{plan.name}-{VIP}",
                annotations={**SKIP_AWAIT, VIP_ANNOTATION: str(address)},
            )
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
    if plan.exposure and not plan.exposure.by_metallb:
        port["nodePort"] = plan.exposure.node_port
        spec["ports"] = [port, *_datagrams(plan.exposure)]
        spec["type"] = "NodePort"
        spec["externalTrafficPolicy"] = plan.exposure.traffic_policy
    return {"spec": spec}


def _balanced(plan: AppPlan, listen: PortPlan, exposure: Exposure) -> JsonObject:
    """Reached at the virtual address; its node port stays the register's, and none is chosen."""
    server = exposure.virtual_server
    tcp = exposure.connections
    port = {**_port(listen), "port": server.port, "nodePort": exposure.node_port}
    spec: JsonObject = {
        "type": "LoadBalancer",
        "allocateLoadBalancerNodePorts": False,
        "loadBalancerClass": VIP_CLASS,
        "externalTrafficPolicy": exposure.traffic_policy,
        "selector": app_selector(plan.name),
        "ports": [*([port] if tcp else []), *_datagrams(exposure)],
    }
    if server.clients:
        spec["loadBalancerSourceRanges"] = [str(client) for client in server.clients]
    return {"spec": spec}


def _datagrams(exposure: Exposure) -> list[JsonObject]:
    """UDP at the number that users know; for callers inside there is none."""
    udp = exposure.datagrams
    if udp is None:
        return []
    return [
        {
            "name": DATAGRAMS,
            "protocol": "UDP",
            "port": udp.virtual_server.port,
            "targetPort": DATAGRAMS,
            "nodePort": udp.node_port,
        }
    ]


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
