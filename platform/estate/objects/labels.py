"""Labels and annotations, the same on every object that the estate makes."""

from __future__ import annotations

MANAGED = {"app.kubernetes.io/managed-by": "estate"}

ALONE = "estate/alone"
"""Annotation of what runs one pod: why one is enough."""

OWNER = "estate/owner"
"""Annotation: the mailbox of the team that answers for the object."""

CONTACT = "estate/contact"
"""Annotation: the contact when it breaks."""
BUSINESS_UNIT = "estate/business-unit"
COST_CENTRE = "estate/cost-centre"

METRICS = "metrics"
"""The name of the port that Prometheus reads, of a Service and of its pods."""

METRICS_PATH = "estate/metrics-path"
"""Annotation of a Service with such a port: the HTTP path to ask."""

SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
"""Claims and Services are not waited for: workloads are, each with its own budget."""


def zone_labels(zone: str) -> dict[str, str]:
    """Labels of what belongs to the platform itself."""
    return {**MANAGED, "estate/zone": zone}


def tenant_labels(zone: str, tenant: str) -> dict[str, str]:
    """Labels of what belongs to a tenant."""
    return {**zone_labels(zone), "estate/tenant": tenant}


def app_labels(zone: str, tenant: str, app: str) -> dict[str, str]:
    """Labels of what belongs to an app."""
    return {
        **tenant_labels(zone, tenant),
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/part-of": tenant,
        "estate/app": app,
    }


def app_selector(app: str) -> dict[str, str]:
    """The stable subset that selects an app's pods: its identity, never its version."""
    return {"estate/app": app}
