"""Checks of RPC apps on one node."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, Problem
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.plan.rpc_node import may_hold_host_port


def check_node(catalogue: Catalogue, declared: Declared[App], app: RpcApp) -> Iterator[Problem]:
    """A problem where the pods may not hold a port of the node, or could not all hold one."""
    if not may_hold_host_port(catalogue, app):
        yield declared.problem(
            "host-port",
            ("exposure",),
            "pods that register their node need a port of the node, which no pod may hold; with "
            "a node port another replica would answer",
            "cluster, routed, gateway",
            "It takes an exception from the rule host-port for a namespace of its own, with owner "
            f"and end, under estate:exceptions in {catalogue.stack_file(app.zone)}",
        )
        return
    nodes = catalogue.nodes_of(app.zone, catalogue.pool_of(app))
    if len(nodes) <= app.replicas or app.scale:
        count = f"{app.replicas} replicas" + (" or more" if app.scale else "")
        yield declared.problem(
            "host-port-nodes",
            ("exposure",),
            f"{count} need a node each, and its pool has {len(nodes)}",
            "one node more than replicas, and no 'scale'",
            "Each node holds the port once: without one more, the loss of a node stops a replica",
        )
    for other in catalogue.apps:
        callee = any(peer.app == app.app for peer in other.value.peers)
        if callee and other.value.zone == app.zone and other.value.state == "active":
            yield declared.problem(
                "rpc-exposure",
                ("exposure",),
                f"'{other.value.app}' of the cluster would be sent to a node's address, which "
                "no pod may connect to",
                "cluster, routed or gateway, where apps of the cluster call it",
            )
