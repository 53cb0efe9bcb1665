"""Dubbo: consumers reach the addresses that they find in the registry (K1, X12, X13)."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.declarations.stack import Stack
from estate.reader.problems import Declared
from estate.topics.apps.declare.ensembles import Ensemble
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.model import RpcPlan
from estate.topics.egress.plan.model import ServerPlan


def registry_of(catalogue: Catalogue, app: App) -> Declared[App] | None:
    """The app with which a provider registers; None for others, and for those outside."""
    if not isinstance(app, RpcApp) or app.registry.app is None:
        return None
    found = catalogue.app(app.zone, app.registry.app)
    return found if found and isinstance(found.value, StatefulApp) else None


def ensembles_of(catalogue: Catalogue, app: App) -> tuple[ServerPlan, ...]:
    """The servers outside that an app asks: as a provider, and as a consumer of providers."""
    others = (catalogue.app(app.zone, peer.app) for peer in app.peers)
    asked = [app, *(other.value for other in others if other)]
    found = {
        ServerPlan(address=server.address, port=server.port)
        for one in asked
        if (ensemble := ensemble_of(catalogue.stack(app.zone), one))
        for server in ensemble.servers
    }
    return tuple(sorted(found, key=lambda server: (server.address, server.port)))


def ensemble_of(stack: Stack, app: App) -> Ensemble | None:
    name = app.registry.ensemble if isinstance(app, RpcApp) else None
    return next((ensemble for ensemble in stack.ensembles if ensemble.name == name), None)


def plan_rpc(catalogue: Catalogue, app: App) -> RpcPlan | None:
    """How a provider registers; None for apps that speak no Dubbo."""
    if not isinstance(app, RpcApp):
        return None
    servers: list[str] = []
    if registry := registry_of(catalogue, app):
        zookeeper = registry.value
        assert isinstance(zookeeper, StatefulApp)
        peers = f"{zookeeper.app}-peers.{namespace_of(zookeeper)}.svc:{zookeeper.listen.port}"
        servers = [f"{zookeeper.app}-{n}.{peers}" for n in range(1, zookeeper.replicas + 1)]
    elif ensemble := ensemble_of(catalogue.stack(app.zone), app):
        servers = [f"{server.address}:{server.port}" for server in ensemble.servers]
    return RpcPlan(
        exposure=app.exposure, registry=tuple(servers), consumers=tuple(sorted(app.consumers))
    )
