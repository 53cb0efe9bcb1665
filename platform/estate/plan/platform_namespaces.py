"""The platform's own namespaces: the same in both zones."""

from __future__ import annotations

from collections.abc import Mapping

from estate.declare.models.stack import Role

PLATFORM_ROLES: Mapping[str, Role] = {
    "estate-egress": "egress",
    "estate-ingress": "router",
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
