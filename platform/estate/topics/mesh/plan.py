"""A mesh that namespaces opt into, and the clients that it would block (K5, X16)."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.mesh.declare import Mesh


def mesh_of(catalogue: Catalogue, zone: Zone, namespace: str) -> Mesh | None:
    """What the mesh does for a namespace, shared or an app's own."""
    declared = catalogue.namespaces.get((zone, namespace))
    if declared is None and (app := catalogue.alone_in(zone, namespace)):
        return app.mesh
    return declared.mesh if declared else None
