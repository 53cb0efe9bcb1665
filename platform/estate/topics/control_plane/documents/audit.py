"""What the API servers write down: who did what, and never what a secret holds (B6)."""

from __future__ import annotations

Json = dict[str, object]

_WRITES = ("create", "update", "patch", "delete", "deletecollection")


def audit_policy() -> Json:
    """The audit policy: the first rule that matches counts.

    Bodies are kept for changes of rights, and nowhere else: bodies
    of secrets, configuration and tokens would carry them into the log.
    """
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            # Health and heartbeats: most of the requests, none of the news.
            {
                "level": "None",
                "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/version", "/openapi/*"],
            },
            {
                "level": "None",
                "resources": [
                    _of("coordination.k8s.io", "leases"),
                    _of("", "events"),
                    _of("events.k8s.io", "events"),
                ],
            },
            {
                "level": "None",
                "userGroups": ["system:nodes"],
                "verbs": ["get", "list", "watch"],
                "resources": [_of("", "nodes", "nodes/status", "pods", "services")],
            },
            {
                "level": "Request",
                "verbs": list(_WRITES),
                "resources": [
                    _of("rbac.authorization.k8s.io"),
                    _of("admissionregistration.k8s.io"),
                    _of("networking.k8s.io"),
                    _of("certificates.k8s.io"),
                ],
            },
            {"level": "Metadata"},
        ],
    }


def _of(group: str, *resources: str) -> Json:
    return {"group": group, **({"resources": list(resources)} if resources else {})}
