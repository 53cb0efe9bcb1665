"""The shipped estate with namespaces of its intranet in a mesh."""

from __future__ import annotations

from tests.estates import Estate

INTRANET = "Pulumi.intranet.yaml"
AMBIENT = "mesh: {mode: ambient, mtls: permissive}\n"


def with_mesh(estate: Estate) -> Estate:
    """Two shared namespaces, one of which calls the other, and that of an app with its own pool."""
    estate.edit(INTRANET, "  estate:removal:", "  estate:mesh: istio\n  estate:removal:")
    for tenant in ("motor", "life"):
        shared = "  intranet:\n    pool: shared\n"
        estate.edit(f"tenants/{tenant}.yaml", shared, f"{shared}    {AMBIENT}")
    portal = "pool: policy-portal\n"
    estate.edit("apps/policy-portal-intranet.yaml", portal, portal + AMBIENT)
    estate.edit("apps/rating-intranet.yaml", "health: ", "serves: [life]\nhealth: ")
    return estate.edit(
        "apps/underwriting-intranet.yaml", "health: ", "connects_to: [{app: rating}]\nhealth: "
    )
