"""What a cluster says of itself, as far as the doctor asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from estate.proof.live_nodes import LiveNode


@dataclass(frozen=True, kw_only=True)
class Service:
    """A Service of the system."""

    namespace: str
    name: str
    address: str
    """Its cluster address; ``None`` where it is headless."""


@dataclass(frozen=True, kw_only=True)
class LiveCluster:
    """The answers of one API server."""

    version: str
    """``gitVersion``, such as ``v1.36.3``."""
    labels: Mapping[str, str]
    """Of the namespace ``kube-system``."""
    uid: str
    """Of the namespace ``kube-system``."""
    nodes: tuple[LiveNode, ...]
    services: tuple[Service, ...] = ()
    """Of ``kube-system``, and ``default/kubernetes``."""
    daemon_sets: frozenset[str] = frozenset()
    """The names of those outside of the estate's own namespaces."""
    kube_proxy: str = ""
    """The file ``config.conf`` of its ConfigMap; empty where there is none."""
    storage_classes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Provisioner by name."""
    resource_metrics: str = ""
    """``namespace/name`` of the Service behind ``metrics.k8s.io``; empty where there is none."""
    served: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By API version, its kinds; none for a version that is not served."""
    refused_ports: Mapping[int, str] = field(default_factory=dict[int, str])
    """By node port that was tried in a dry run, why the API server refuses it."""
    ports_not_tried: str = ""
    """Why the dry run says nothing about node ports; empty where it does."""
    refused_rights: tuple[str, ...] = ()
    """What the caller may not do, as ``create deployments.apps``."""
    clock_skew: float = 0
    """Seconds that the API server's clock is ahead of this machine's."""
