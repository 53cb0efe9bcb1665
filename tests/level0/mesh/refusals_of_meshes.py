"""Meshes that are refused, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, MOTOR, PORTAL, QUOTE, Edit, Refusal

_IN_THE_DMZ = "  dmz:\n    pool: shared\n"
_IN_THE_INTRANET = "  intranet:\n    pool: shared\n"


def _mesh(place: str, mesh: str) -> Edit:
    return (MOTOR, place, f"{place}    mesh: {mesh}\n")


_DMZ_HAS_ONE = (DMZ, "  estate:removal:", "  estate:mesh: istio\n  estate:removal:")
_INTRANET_HAS_ONE = (INTRANET, "  estate:removal:", "  estate:mesh: istio\n  estate:removal:")

_STRICT = "mesh: {mode: ambient, mtls: «strict}\n"
_PERMISSIVE = "mesh: {mode: ambient, mtls: permissive}\n"

REFUSALS = (
    Refusal(
        code="no-mesh",
        edits=(_mesh(_IN_THE_DMZ, "«{mode: ambient, mtls: permissive}"),),
        key_path="zones.dmz.mesh",
        found="zone 'dmz' has no service mesh",
        hint="add estate:mesh to Pulumi.dmz.yaml once it runs there",
        neighbour=(_mesh(_IN_THE_DMZ, "{mode: ambient, mtls: permissive}"), _DMZ_HAS_ONE),
    ),
    Refusal(
        code="mesh-sidecar",
        edits=(_mesh(_IN_THE_DMZ, "{mode: «sidecar, mtls: permissive}"), _DMZ_HAS_ONE),
        key_path="zones.dmz.mesh.mode",
        found="a proxy in each pod takes CPU and memory that no quota and no pool here counts",
        allowed="ambient",
    ),
    Refusal(
        code="mesh-strict",
        edits=(_mesh(_IN_THE_DMZ, "{mode: ambient, mtls: «strict}"), _DMZ_HAS_ONE),
        key_path="zones.dmz.mesh.mtls",
        found="routers ask pods of 'quote' without the mesh, and would be shut out",
        allowed="permissive",
        neighbour=(_mesh(_IN_THE_DMZ, "{mode: ambient, mtls: permissive}"), _DMZ_HAS_ONE),
    ),
    Refusal(
        code="mesh-strict",
        edits=(_mesh(_IN_THE_INTRANET, "{mode: ambient, mtls: «strict}"), _INTRANET_HAS_ONE),
        key_path="zones.intranet.mesh.mtls",
        found="Prometheus reads the pods of 'rating' without the mesh",
        allowed="permissive",
    ),
    Refusal(
        code="mesh-shared",
        edits=((QUOTE, "kind: web\n", "kind: web\nmesh: «{mode: ambient, mtls: permissive}\n"),),
        key_path="mesh",
        found="'quote' shares the namespace 'motor' with other apps",
        allowed="mesh in the tenant's file, below the namespace",
    ),
    Refusal(
        code="mesh-strict",
        edits=(
            (PORTAL, "kind: traditional\n", f"kind: traditional\n{_STRICT}"),
            _DMZ_HAS_ONE,
        ),
        key_path="mesh.mtls",
        found="the load balancer and its monitor ask pods of 'policy-portal' without the mesh",
        allowed="permissive",
        neighbour=(
            (PORTAL, "kind: traditional\n", f"kind: traditional\n{_PERMISSIVE}"),
            _DMZ_HAS_ONE,
        ),
    ),
)
