"""What the plan says of masters: values only (A3)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.topics.control_plane.declare.masters import Audit, Backups
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.registry.plan.control_plane_images import ControlPlaneImage

API_PORT = 6443
"""Where each master's own API server listens."""

ETCD_METRICS = 2381
"""Where each master's etcd answers with metrics and health, and nothing else."""


AUDIT_FILE_MB = 200
"""How large one file of the audit log grows."""

METRICS = "/var/lib/estate/metrics"
"""Where machines leave figures of their own for node-exporter."""


def audit_files(audit: Audit) -> int:
    """How many files beside the one that is written hold the declared days."""
    return -(-audit_daily(audit) * audit.days // (AUDIT_FILE_MB * 2**20))


def audit_daily(audit: Audit) -> int:
    """Bytes that one API server writes down in a day."""
    return audit.events_per_second * audit.bytes_per_event * 86_400


@dataclass(frozen=True, kw_only=True)
class MasterPlan:
    """One of them."""

    name: str
    address: IPv4Address
    rack: str


@dataclass(frozen=True, kw_only=True)
class MastersPlan:
    """The masters and the endpoint in front of them."""

    owner: str
    release: str
    host: str
    """The endpoint's name; its address and port are the cluster's."""
    images: str
    """The repository that kubeadm takes the control plane's images from."""
    control_plane: tuple[ControlPlaneImage, ...]
    """The images that it asks for there."""
    pods: int
    """How many pods each kubelet admits."""
    reserved_cpu: int
    """Millicores."""
    reserved_memory: int
    """Bytes."""
    size: str
    masters: tuple[MasterPlan, ...]
    """As declared: the first one begins the cluster, the others join."""
    backups: Backups | None
    """Where snapshots of etcd go."""
    audit: Audit
    """As declared."""
    pair: HAProxyPair | None
    """The masters as hosts of HAProxy and keepalived; None with a load balancer in front."""
