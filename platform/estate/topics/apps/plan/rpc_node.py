"""Dubbo providers that register their node: what that takes (K1, X12, B3).

Such a pod holds a port of its node, so that a consumer with the node's address reaches exactly this
replica. One node holds one such pod, which pools have to have room for.
"""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.topics.apps.declare.kinds import App


def may_hold_host_port(catalogue: Catalogue, app: App) -> bool:
    """Whether the exception register allows the app's namespace a port of its nodes."""
    return any(
        one.rule == "host-port" and one.namespace == namespace_of(app)
        for one in catalogue.stack(app.zone).exceptions
    )
