"""Checks of namespaces in the mesh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.declarations.catalogue import Catalogue, declared_namespaces, namespace_of
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.common import RunningApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp, WebApp
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.mesh.declare import Mesh
from estate.topics.mesh.plan import mesh_of
from estate.topics.tenancy.declare.tenants import Tenant


def check_mesh(catalogue: Catalogue) -> list[Problem]:
    """A problem for each namespace whose mesh is not there, or shuts declared callers out."""
    problems: list[Problem] = []
    for tenant in catalogue.tenants.values():
        for zone, declared in tenant.value.zones.items():
            for name, place, namespace in declared_namespaces(tenant.value.tenant, declared):
                if namespace.mesh:
                    path: KeyPath = ("zones", zone, *place, "mesh")
                    apps = catalogue.sharing(zone, name)
                    problems += _namespace(catalogue, zone, tenant, path, apps, namespace.mesh)
    for app in catalogue.apps:
        if app.value.mesh:
            problems += _of_app(catalogue, app, app.value.mesh)
    return problems


def _of_app(catalogue: Catalogue, app: Declared[App], mesh: Mesh) -> Iterator[Problem]:
    if app.value.pool:
        yield from _namespace(catalogue, app.value.zone, app, ("mesh",), (app.value,), mesh)
        return
    yield app.problem(
        "mesh-shared",
        ("mesh",),
        f"'{app.value.app}' shares the namespace '{namespace_of(app.value)}' with other apps, and "
        "a namespace is in the mesh as a whole",
        "mesh in the tenant's file, below the namespace",
    )


def _namespace(
    catalogue: Catalogue,
    zone: Zone,
    declared: Declared[Tenant] | Declared[App],
    path: KeyPath,
    apps: Iterable[App],
    mesh: Mesh,
) -> Iterator[Problem]:
    if catalogue.stack(zone).mesh is None:
        yield declared.problem(
            "no-mesh",
            path,
            f"zone '{zone}' has no service mesh",
            hint="Leave the key out, or add estate:mesh to "
            f"{catalogue.stack_file(zone)} once it runs there",
        )
    if mesh.mode == "sidecar":
        yield declared.problem(
            "mesh-sidecar",
            (*path, "mode"),
            "a proxy in each pod takes CPU and memory that no quota and no pool here counts, and "
            "is put there by a container that wants NET_ADMIN, which Pod Security refuses",
            "ambient",
        )
    if mesh.mtls == "strict":
        for app in apps:
            if app.state == "active":
                for who in _plain(catalogue, app):
                    yield declared.problem(
                        "mesh-strict",
                        (*path, "mtls"),
                        f"{who} of '{app.app}' without the mesh, and would be shut out",
                        "permissive",
                    )


def _plain(catalogue: Catalogue, app: App) -> Iterator[str]:
    """Each kind of client of its pods outside the mesh, in words."""
    if isinstance(app, TraditionalApp):
        yield "the load balancer and its monitor ask pods"
    if isinstance(app, WebApp):
        yield "routers ask pods"
    if isinstance(app, RunningApp) and app.metrics:
        yield "Prometheus reads the pods"
    if isinstance(app, RpcApp) and app.consumers:
        yield "consumers outside the cluster call pods"
    callers = [one.value for one in catalogue.apps if one.value.zone == app.zone]
    for caller in callers:
        called = caller.state == "active" and any(peer.app == app.app for peer in caller.peers)
        if called and mesh_of(catalogue, app.zone, namespace_of(caller)) is None:
            yield f"'{caller.app}' calls pods"
