"""From a host name and a path, by the one shard that serves it, to an app's pods (C5, E13).

A router serves the rules of its class within the namespaces of its arguments. So a host is in
exactly one shard if exactly one controller has the class of the one rule for it.
"""

from __future__ import annotations

from estate.flows.model import RouteFlow
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.gateways import GatewayListener
from estate.proof.readers.ingresses import Published
from estate.proof.readers.ports import port


def follow_route(trail: Trail, flow: RouteFlow) -> None:
    """Host and path, the one rule that has them, the one shard that serves it, the app's pods."""
    view = trail.view
    rules = [one for one in view.published if (one.host, one.path) == (flow.host, flow.path)]
    pods = trail.pods(flow.pods)
    routers = trail.pods(flow.routers)
    if len(rules) != 1:
        trail.broken(
            rules[1].place if rules else Place(f"{view.zone}/manifests", f"host {flow.host}"),
            f"{len(rules) or 'no'} rules publish {flow.host}{flow.path}",
            "One Ingress or HTTPRoute has to have a rule with this host and path",
        )
        return
    (rule,) = rules
    _served(trail, flow, rule)
    if rule.listener:
        _attached(trail, flow, rule.listener, rule.namespace)
    service = next(
        (
            service_port
            for service_port in view.services
            if (service_port.namespace, service_port.service) == (rule.namespace, rule.service)
            and rule.port in (service_port.name, service_port.port)
        ),
        None,
    )
    if service is None:
        trail.broken(
            rule.place,
            f"no Service {rule.namespace}/{rule.service} has a port '{rule.port}'",
            "The rule has to name the app's Service and its port",
        )
        return
    leads_to_pods(trail, service, pods, port(flow.pod_port))
    trail.hop(f"{flow.host}{flow.path} -> {flow.pods.name}", rule.place, service.place)
    runs_on(trail, pods)
    runs_on(trail, routers)


def _served(trail: Trail, flow: RouteFlow, rule: Published) -> None:
    """Exactly one controller answers for the rule, and it is that of the tenant's shard."""
    serving = [controller for controller in trail.view.controllers if controller.serves(rule)]
    if len(serving) != 1:
        trail.broken(
            rule.place,
            f"{len(serving) or 'no'} router shards serve {flow.host}",
            "One controller has to answer for its class and look into its namespace",
        )
        return
    (one,) = serving
    if one.namespace != flow.routers.namespace or not set(flow.routers.labels) <= set(
        one.labels.items()
    ):
        trail.broken(
            rule.place,
            f"{flow.host} is served by {one.namespace}/{one.place.item}, another tenant's shard",
            f"Its class has to be that of {flow.routers.name}",
        )


def _attached(trail: Trail, flow: RouteFlow, listener: GatewayListener, namespace: str) -> None:
    """Of an HTTPRoute: routers open its listener's port, and HTTP there redirects to HTTPS."""
    _opened(trail, flow, listener)
    text = f"listener {listener.name} of Gateway {listener.of} on {listener.port}"
    trail.hop(text, listener.place, listener.lets(namespace))
    for gateway in trail.view.gateways if listener.secure else ():
        if gateway.of == listener.of and not gateway.secure:
            _opened(trail, flow, gateway)
            _leads_on(trail, gateway)


def _opened(trail: Trail, flow: RouteFlow, listener: GatewayListener) -> None:
    matrix = trail.view.matrix
    for number in members(trail.view.find(flow.routers) & ~matrix.by_hand):
        one = matrix.pods[number]
        if one.named.get(listener.name) != port(listener.port):
            trail.broken(
                listener.place,
                f"{one.full_name} has no port {listener.port} by the name '{listener.name}'",
                "The controller opens what its Gateway says: the routers have to declare it",
            )


def _leads_on(trail: Trail, plain: GatewayListener) -> None:
    redirects = [redirect.place for redirect in trail.view.redirects if redirect.listener == plain]
    if len(redirects) != 1:
        trail.broken(
            plain.place,
            f"{len(redirects) or 'no'} HTTPRoutes redirect HTTP to HTTPS",
            "The HTTP listener of a Gateway with TLS has to redirect to it",
        )
    trail.hop("HTTP redirects to HTTPS", plain.place, plain.lets(plain.namespace), *redirects)
