"""Programs of others that a zone's cluster runs: each follows from a declaration (A7, G5).

kubeadm's own images stand in ``control_planes`` of images.yaml; the platform's in ``images``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.declarations.stack import Stack
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.registry.declare.resolved_images import ResolvedImage, ResolvedImages

CERT_MANAGER = "cert-manager"
GATEWAY_API = "gateway-api"
METALLB = "metallb"
SNAPSHOTS = "csi-snapshotter"


@dataclass(frozen=True, kw_only=True)
class ProgramPlan:
    """One of them."""

    name: str
    declared_by: str
    """The key of the stack that brings it into the cluster."""
    version: str
    """Empty where images.yaml does not have it."""
    images: tuple[ResolvedImage, ...]


def needed_programs(stack: Stack) -> Iterator[tuple[str, str]]:
    """The name of each, and the key that it follows from."""
    yield stack.network.cni, "estate:network.cni"
    if isinstance(stack.load_balancer, MetalLB):
        yield METALLB, "estate:load_balancer.kind"
    if stack.logging and stack.logging.certificates.cert_manager:
        yield CERT_MANAGER, "estate:logging.certificates.cert_manager"
    if stack.routers and any(shard.api == "gateway" for shard in stack.routers.shards):
        yield GATEWAY_API, "estate:routers.shards"
    if stack.mesh:
        yield stack.mesh, "estate:mesh"
    for backend in stack.storage.csi:
        yield backend.driver, "estate:storage.csi"
    if any(backend.snapshots for backend in stack.storage.csi):
        yield SNAPSHOTS, "estate:storage.csi"
    for daemon_set in stack.daemon_sets:
        yield daemon_set.name, "estate:daemon_sets"


def plan_programs(stack: Stack, images: ResolvedImages) -> tuple[ProgramPlan, ...]:
    """By name, each once."""
    found: dict[str, ProgramPlan] = {}
    for name, key in needed_programs(stack):
        known = images.programs.get(name)
        plan = ProgramPlan(
            name=name,
            declared_by=key,
            version=known.version if known else "",
            images=known.images if known else (),
        )
        found.setdefault(name, plan)
    return tuple(found[name] for name in sorted(found))
