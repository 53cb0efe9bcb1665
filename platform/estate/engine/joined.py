"""Read before anything is written: which declared nodes have joined the cluster (D2, D5).

A server-side apply creates what it does not find, so a patch of a node that has not joined makes
an empty Node object. The kubelet that finds its Node there never sets ``registerWithTaints``
(pkg/kubelet/kubelet_node_status.go, ``tryRegisterWithAPIServer``): a dedicated node would join
without its taint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Set

import pulumi

from estate.engine import live_nodes


async def joined(pools: Mapping[str, Iterable[str]], context: str) -> Set[str]:
    """The names of the cluster's nodes; warns of declared ones that are not among them.

    ``pools``: the declared nodes' names, by pool. ``context`` is of the kubeconfig. Raises
    :class:`pulumi.RunError` where the nodes cannot be read.
    """
    try:
        found = await asyncio.to_thread(live_nodes.names, context)
    except Exception as trouble:
        raise pulumi.RunError(
            "Nothing was written, because it cannot be seen which nodes the cluster behind the "
            f"context '{context}' has: {trouble}"
        ) from None
    warning = absence({name: tuple(nodes) for name, nodes in pools.items()}, found)
    if warning:
        pulumi.warn(warning)
    return found


def absence(pools: Mapping[str, tuple[str, ...]], found: Set[str]) -> str:
    """What to say of declared nodes that are not ``found``; empty when all are."""
    absent = {pool: [node for node in nodes if node not in found] for pool, nodes in pools.items()}
    named = [f"{node} (pool {pool})" for pool, nodes in absent.items() for node in nodes]
    if not named:
        return ""
    many = len(named) > 1
    lines = [
        f"{len(named)} declared node{'s have' if many else ' has'} not joined the cluster: "
        f"{', '.join(named)}. This run leaves {'them' if many else 'it'} out. "
        f"Let {'each' if many else 'it'} join with its kubelet configuration "
        "(kubelet/nodes.csv of the documents), then run `pulumi up` again: it sets the label of "
        "the pool.",
        "A node that had its label and is gone: run `pulumi refresh` first, so that the label "
        "leaves the state without a request for the node.",
    ]
    empty = [pool for pool, nodes in pools.items() if nodes and len(absent[pool]) == len(nodes)]
    if empty:
        lines.append(
            f"No node of {'pools' if len(empty) > 1 else 'pool'} {', '.join(empty)} has joined: "
            "pods of their namespaces stay Pending, and `pulumi up` waits for them until their "
            "time is over."
        )
    return "\n".join(lines)
