"""From a host name and a path, by the one shard that serves it, to an app's pods (C5, E13).

A router serves what its class leads to and its arguments let it see. So a host is in exactly one
shard where exactly one controller answers for the class of the one rule that has it.
"""

from __future__ import annotations

from estate.proof.reach.clients import leads_to_pods, runs_on
from estate.proof.reach.emitted import Place
from estate.proof.reach.flows import RouteFlow
from estate.proof.reach.ports import port
from estate.proof.reach.published import Published
from estate.proof.reach.trail import Trail


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
            "One Ingress has to have a rule with this host and path",
        )
        return
    (rule,) = rules
    _served(trail, flow, rule)
    service = next(
        (
            one
            for one in view.services
            if (one.namespace, one.service, one.name)
            == (rule.namespace, rule.service, rule.port_name)
        ),
        None,
    )
    if service is None:
        trail.broken(
            rule.place,
            f"no Service {rule.namespace}/{rule.service} has a port '{rule.port_name}'",
            "The rule has to lead to the app's Service by the name of its port",
        )
        return
    leads_to_pods(trail, service, pods, port(flow.pod_port))
    trail.hop(f"{flow.host}{flow.path} -> {flow.pods.name}", rule.place, service.place)
    runs_on(trail, pods)
    runs_on(trail, routers)


def _served(trail: Trail, flow: RouteFlow, rule: Published) -> None:
    """Exactly one controller answers for the rule, and it is that of the tenant's shard."""
    serving = [
        one
        for one in trail.view.controllers
        if rule.answers and one.answers == rule.answers and rule.namespace in one.sees
    ]
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
