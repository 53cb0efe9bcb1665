"""The platform's own namespaces: the same in both zones."""

from __future__ import annotations

PLATFORM_NAMESPACES = ("estate-ingress", "estate-logging", "estate-monitoring")
"""Where platform services run; tenants' policies name them as peers."""

ADMISSION_NAMESPACE = "estate-admission"
"""Where admission's parameters stand and enforcement is observed; no pod ever runs in it."""
