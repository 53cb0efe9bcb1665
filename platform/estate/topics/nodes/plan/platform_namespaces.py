"""The platform's own namespaces: the same in both zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from estate.reader.values import Zone
from estate.topics.nodes.declare import Role

ExposureKind = Literal["external", "internal"]

EXPOSURE: Mapping[Zone, ExposureKind] = {"dmz": "external", "intranet": "internal"}
"""The zone's exposure of what is reached from outside its cluster (A2)."""

INGRESS_NAMESPACE = "estate-ingress"
"""Where routers run."""

PLATFORM_ROLES: Mapping[str, Role] = {
    "estate-egress": "egress",
    INGRESS_NAMESPACE: "router",
    "estate-logging": "logging",
    "estate-monitoring": "monitoring",
    "estate-registry": "infra",
}
"""Where platform services run, and on pools of which role."""

PLATFORM_NAMESPACES = tuple(PLATFORM_ROLES)
"""Tenants' policies name them as peers."""

EGRESS_NAMESPACE = "estate-egress"
"""Where the relays to databases stand."""

ADMISSION_NAMESPACE = "estate-admission"
"""Where admission's parameters stand and enforcement is observed; no pod ever runs in it."""


PROMETHEUS = ("estate-monitoring", {"app.kubernetes.io/name": "prometheus"})
"""Namespace and labels of the pods that read metrics."""
