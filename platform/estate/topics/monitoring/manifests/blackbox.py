"""How the blackbox exporter asks: one module for each way in which members are asked."""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.exposure.plan.model import MonitorPlan
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.monitoring.plan.probes import PROXY


def module_of(monitor: MonitorPlan) -> str:
    """The module's name, which says what it accepts."""
    if monitor.kind == "tcp":
        return "tcp"
    return "-".join([monitor.kind, *(str(status) for status in sorted(monitor.statuses))])


def blackbox_configuration(plan: MonitoringPlan) -> JsonObject:
    """The modules that the zone's virtual servers, machines and nodes need."""
    asked = (PROXY, *(one.monitor for one in (*plan.virtual_servers, *plan.machines)))
    found = {module_of(monitor): _module(monitor) for monitor in asked}
    return {"modules": dict(sorted(found.items()))}


def _module(monitor: MonitorPlan) -> JsonObject:
    if monitor.kind == "tcp":
        return {"prober": "tcp", "timeout": "5s", "tcp": {"preferred_ip_protocol": "ip4"}}
    http: JsonObject = {
        "preferred_ip_protocol": "ip4",
        "valid_status_codes": sorted(monitor.statuses),
        "follow_redirects": False,
    }
    if monitor.kind == "https":
        # No data is sent to the other side, and an expired certificate must still be read.
        http["tls_config"] = {"insecure_skip_verify": True}
    return {"prober": "http", "timeout": "5s", "http": http}
