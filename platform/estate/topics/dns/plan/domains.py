"""The domain of a zone."""

from __future__ import annotations

from collections.abc import Iterable

CLUSTER_DOMAIN = "cluster.local"
"""What Services are called in; what kubeadm and kubelets assume."""


def domain_of(name: str, domains: Iterable[str]) -> str | None:
    """The innermost of ``domains`` that ``name`` is in."""
    around = [domain for domain in domains if name == domain or name.endswith(f".{domain}")]
    return max(around, key=len, default=None)


def host_of(node: str, node_domain: str) -> str:
    """A node's host name: its own where it is qualified with the nodes' domain already."""
    return node if node.endswith(f".{node_domain}") else f"{node}.{node_domain}"
