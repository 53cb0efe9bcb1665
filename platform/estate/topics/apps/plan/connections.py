"""Connections between apps of one zone, each declared once, by the caller (C3, C4).

The caller declares it, and that opens both sides. Across tenants this alone would
let one team open another's app, so the callee names the tenants that it serves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.reader.values import Zone
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.model import Connection
from estate.topics.apps.plan.rpc import registry_of
from estate.topics.mesh.plan import mesh_of


@dataclass(frozen=True)
class Connections:
    """A zone's connections, found from either side."""

    by_caller: Mapping[str, Sequence[Connection]]
    by_callee: Mapping[str, Sequence[Connection]]

    def of_caller(self, app: str) -> tuple[Connection, ...]:
        """Those in which the app is the caller, by callee."""
        return tuple(self.by_caller.get(app, ()))

    def of_callee(self, app: str) -> tuple[Connection, ...]:
        """Those in which the app is the callee, by caller."""
        return tuple(self.by_callee.get(app, ()))


def plan_connections(catalogue: Catalogue, zone: Zone) -> Connections:
    """What may connect to what; an app that is retired connects to nobody."""
    apps = {app.value.app: app.value for app in catalogue.apps if app.value.zone == zone}
    by_caller: dict[str, list[Connection]] = {}
    by_callee: dict[str, list[Connection]] = {}
    for name, caller in sorted(apps.items()):
        if caller.state != "active":
            continue
        for callee in sorted(_callees(catalogue, caller)):
            target = apps[callee]
            if not isinstance(target, ServingApp):
                continue  # which has been refused
            one = Connection(
                caller=name,
                caller_namespace=namespace_of(caller),
                callee=callee,
                callee_namespace=namespace_of(target),
                port=target.listen.port,
                meshed=all(mesh_of(catalogue, zone, namespace_of(one)) for one in (caller, target)),
            )
            by_caller.setdefault(name, []).append(one)
            by_callee.setdefault(callee, []).append(one)
    return Connections(by_caller, by_callee)


def _callees(catalogue: Catalogue, caller: App) -> set[str]:
    """The peers that it declares, and the registries that follow from them (K1, K3)."""
    peers = {peer.app for peer in caller.peers}
    asked = [caller, *(one.value for name in peers if (one := catalogue.app(caller.zone, name)))]
    registries = (registry_of(catalogue, app) for app in asked)
    return peers | {
        registry.value.app
        for registry in registries
        if registry and namespace_of(registry.value) != namespace_of(caller)
    }
