"""What the blackbox exporter asks: virtual servers, registry machines, nodes."""

from __future__ import annotations

from ipaddress import IPv4Address

from estate.objects.manifest import JsonObject
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.monitoring.manifests.blackbox import module_of
from estate.topics.monitoring.manifests.scrape.relabelling import OF_NODE, discovery, label
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import PLATFORM, MonitoringPlan
from estate.topics.monitoring.plan.probes import PROXY, REGISTRY


def probes(plan: MonitoringPlan) -> JsonObject:
    """Each virtual server as its clients reach it, asked as its load balancer asks members."""
    return _probing(
        plan, "probe", [_probe(virtual_server) for virtual_server in plan.virtual_servers]
    )


def machines(plan: MonitoringPlan) -> JsonObject:
    """Each machine of the registry, asked as its load balancer asks it."""
    found = [
        _target(
            machine.address,
            machine.port,
            machine.monitor,
            # Each has its own copy of the certificate: one may be renewed and the other not.
            {"machine": machine.name, "virtual_server": f"{REGISTRY} on {machine.name}"},
        )
        for machine in plan.machines
    ]
    return _probing(plan, "registry-machines", found)


def proxy(plan: MonitoringPlan) -> JsonObject:
    """Whether each node forwards to services, by the blackbox exporter."""
    target = {
        "source_labels": ["__meta_kubernetes_node_address_InternalIP"],
        "target_label": "__param_target",
        "regex": "(.+)",
        "replacement": f"{PROXY.kind}://$1:{names.NODE.proxy_health}{PROXY.path}",
    }
    return {
        "job_name": "kube-proxy",
        "metrics_path": "/probe",
        "params": {"module": [module_of(PROXY)]},
        "kubernetes_sd_configs": [discovery("node")],
        "relabel_configs": [target, *OF_NODE, _through_blackbox(plan)],
    }


def _probing(plan: MonitoringPlan, job: str, targets: list[JsonObject]) -> JsonObject:
    return {
        "job_name": job,
        "metrics_path": "/probe",
        "static_configs": targets,
        "relabel_configs": [
            label("__param_target", "__address__"),
            label("instance", "__param_target"),
            _through_blackbox(plan),
        ],
    }


def _through_blackbox(plan: MonitoringPlan) -> JsonObject:
    host = f"{names.BLACKBOX}.{plan.placement.namespace}.svc:{names.PORTS[names.BLACKBOX]}"
    return {"target_label": "__address__", "replacement": host}


def _probe(server: VirtualServerPlan) -> JsonObject:
    labels = {"virtual_server": server.name, "partition": server.partition}
    if server.partition != PLATFORM:
        labels["tenant"] = server.partition
    return _target(server.address, server.port, server.monitor, labels)


def _target(
    address: IPv4Address, port: int, monitor: MonitorPlan, labels: dict[str, str]
) -> JsonObject:
    target = f"{address}:{port}"
    found = {**labels, "__param_module": module_of(monitor)}
    if monitor.kind != "tcp":
        target = f"{monitor.kind}://{target}{monitor.path}"
        if monitor.host:
            found["__param_hostname"] = monitor.host
    return {"targets": [target], "labels": found}
