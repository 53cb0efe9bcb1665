"""Checks of RPC apps and their registries."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES
from estate.topics.apps.checks.rpc_node import check_node
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp, WebApp
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.rpc import ensemble_of, registry_of


def check_rpc(catalogue: Catalogue) -> list[Problem]:
    """A problem for each provider whose registered address its consumers could not reach."""
    problems: list[Problem] = []
    for declared in catalogue.apps:
        app = declared.value
        if app.state != "active":
            continue
        if isinstance(app, RpcApp):
            problems += _registry(catalogue, declared, app)
            problems += _exposure(catalogue, declared, app)
        problems += _asked(catalogue, declared)
    return problems


def _registry(catalogue: Catalogue, declared: Declared[App], app: RpcApp) -> Iterator[Problem]:
    registry = app.registry
    if (registry.app is None) == (registry.ensemble is None):
        found = "both are named" if registry.app else "neither app nor ensemble is named"
        yield declared.problem("registry-choice", ("registry",), found, "app or ensemble")
        return
    if registry.ensemble is not None:
        path: KeyPath = ("registry", "ensemble")
        known = {ensemble.name: ensemble for ensemble in catalogue.stack(app.zone).ensembles}
        if registry.ensemble not in known:
            yield unknown(declared, "unknown-ensemble", path, registry.ensemble, known)
        return
    path = ("registry", "app")
    other = catalogue.app(app.zone, str(registry.app))
    zookeepers = [
        one.value.app
        for one in catalogue.apps
        if one.value.zone == app.zone
        and isinstance(one.value, StatefulApp)
        and one.value.preset == "zookeeper"
    ]
    if other is None or other.value.app not in zookeepers or other.value.state == "retired":
        hint = "A provider registers with a stateful app of preset zookeeper that is active"
        yield unknown(declared, "unknown-registry", path, str(registry.app), zookeepers, hint)
    else:
        yield from _consents(declared, path, other)


def _consents(declared: Declared[App], path: KeyPath, other: Declared[App]) -> Iterator[Problem]:
    app, registry = declared.value, other.value
    if not isinstance(registry, StatefulApp) or registry.tenant == app.tenant:
        return
    if app.tenant not in registry.serves:
        yield declared.problem(
            "peer-of-others",
            path,
            f"'{registry.app}' of the tenant '{registry.tenant}', the registry, does not serve "
            f"'{app.tenant}'",
            f"registries of '{app.tenant}', and those that serve it",
            f"Its team adds '{app.tenant}' to serves in {other.positions.file}",
        )


def _asked(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    """Who calls a provider has to ask its registry, and that takes the registry's consent."""
    app = declared.value
    for index, peer in enumerate(app.connects_to):
        if peer not in app.peers:
            continue
        provider = catalogue.app(app.zone, peer.app)
        path: KeyPath = ("connects_to", index, "app")
        if provider and (registry := registry_of(catalogue, provider.value)):
            yield from _consents(declared, path, registry)
    stack = catalogue.stack(app.zone)
    for one in [app, *(p.value for x in app.peers if (p := catalogue.app(app.zone, x.app)))]:
        ensemble = ensemble_of(stack, one)
        if ensemble and app.tenant not in ensemble.tenants:
            path = ("registry", "ensemble") if one is app else ("connects_to",)
            yield declared.problem(
                "ensemble-of-others",
                path,
                f"the ensemble '{ensemble.name}' does not serve the tenant '{app.tenant}'",
                ", ".join(ensemble.tenants),
                f"Its owner adds the tenant in {catalogue.stack_file(app.zone)}",
            )


def _exposure(catalogue: Catalogue, declared: Declared[App], app: RpcApp) -> Iterator[Problem]:
    if app.consumers and app.exposure in ("cluster", "gateway"):
        yield declared.problem(
            "rpc-exposure",
            ("consumers",),
            "pods register their own addresses, which no host outside the cluster reaches",
            "exposure: routed, or gateway without consumers",
        )
    if not app.consumers and app.exposure == "routed":
        yield declared.problem(
            "rpc-exposure",
            ("exposure",),
            "a route to the pods is requested, but no consumer outside is named",
            "consumers: the networks that call it; or exposure: cluster",
        )
    if app.gateway and app.exposure != "gateway":
        found = f"with exposure: {app.exposure} consumers look up the provider itself"
        yield declared.problem("rpc-exposure", ("gateway",), found, "exposure: gateway")
    if app.exposure == "routed":
        yield from _routed(catalogue, declared, app)
    elif app.exposure == "gateway":
        yield from _gateway(catalogue, declared, app)
    elif app.exposure == "node":
        yield from check_node(catalogue, declared, app)


def _routed(catalogue: Catalogue, declared: Declared[App], app: RpcApp) -> Iterator[Problem]:
    network = catalogue.stack(app.zone).network
    if network.encapsulation != "none":
        yield declared.problem(
            "pods-not-routed",
            ("exposure",),
            f"packets between pods travel in {network.encapsulation}: nodes would not take "
            "packets for pods from outside",
            f"encapsulation: none in {catalogue.stack_file(app.zone)}, or exposure: gateway",
        )
    for index, consumer in enumerate(app.consumers):
        for zone in ZONES:
            other = catalogue.stack(zone).network
            ranges = (other.nodes, other.pods, other.services)
            if zone != app.zone and any(consumer.overlaps(one) for one in ranges):
                yield declared.problem(
                    "route-across-zones",
                    ("consumers", index),
                    f"{consumer} is in zone '{zone}': a route from there to pods would pass by "
                    "the firewall's rules, which name nodes",
                    f"networks of zone '{app.zone}'",
                )


def _gateway(catalogue: Catalogue, declared: Declared[App], app: RpcApp) -> Iterator[Problem]:
    """Pods register their own addresses: a Service's would hide replicas from Dubbo's balancing."""
    if app.gateway is None:
        yield declared.problem(
            "rpc-gateway", ("exposure",), "the gateway is not named", "gateway: an app of the zone"
        )
        return
    path: KeyPath = ("gateway",)
    found = catalogue.app(app.zone, app.gateway)
    if found is None or found.value.state == "retired":
        known = [
            one.value.app
            for one in catalogue.apps
            if one.value.zone == app.zone and isinstance(one.value, TraditionalApp | WebApp)
        ]
        yield unknown(declared, "unknown-app", path, app.gateway, known)
        return
    gateway = found.value
    if not isinstance(gateway, TraditionalApp | WebApp):
        yield declared.problem(
            "rpc-gateway",
            path,
            f"'{gateway.app}' is of kind '{gateway.kind}', which has no clients outside",
            "an app of kind traditional or web",
        )
    elif namespace_of(gateway) != namespace_of(app) and app.app not in {
        peer.app for peer in gateway.peers
    }:
        yield declared.problem(
            "rpc-gateway",
            path,
            f"'{gateway.app}' does not connect to '{app.app}'",
            f"a gateway that has '{app.app}' in connects_to",
            f"Its team adds {{app: {app.app}}} in {found.positions.file}",
        )
