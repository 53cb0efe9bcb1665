"""Dubbo providers that register their node: what that takes (K1, X12, B3).

Such a pod holds a port of its node, so that a consumer with the node's address reaches exactly this
replica. One node holds one such pod, which pools have to have room for.
"""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App


def may_hold_host_port(catalogue: Catalogue, app: App) -> bool:
    """Whether the exception register allows the app's pods their port of the node."""
    if not isinstance(app, ServingApp):  # it listens nowhere
        return False
    port = app.listen.port
    return any(
        exception.rule == "host-port"
        and (exception.namespace, exception.account) == (namespace_of(app), app.app)
        and port in exception.ports
        for exception in catalogue.stack(app.zone).exceptions
    )
