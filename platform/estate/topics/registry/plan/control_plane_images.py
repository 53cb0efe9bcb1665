"""The control plane's images: what kubeadm of the masters' release asks for (A3, G5, X11).

They are in the registry outside before there is a cluster, below kubeadm's image path. It
uses tags, so each is mirrored by digest and given its tag.
"""

from __future__ import annotations

from dataclasses import dataclass

from estate.declarations.stack import Stack
from estate.topics.control_plane.declare.masters import Masters
from estate.topics.registry.declare.resolved_images import CONTROL_PLANE_SOURCES as SOURCES
from estate.topics.registry.declare.resolved_images import ResolvedImages

DIRECTORY = "kubernetes"
"""Their path in the zone's registry."""

OF_THE_RELEASE = ("kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler")
"""Whose tag is the release."""


@dataclass(frozen=True, kw_only=True, order=True)
class ControlPlaneImage:
    """One of them."""

    path: str
    """In the zone's registry."""
    tag: str
    """By which kubeadm asks for it."""
    digest: str
    source: str
    name: str


def release_of(stack: Stack, masters: Masters) -> str:
    """The release that the masters run: 1.36.3."""
    return f"{stack.cluster.version}.{masters.patch}"


def control_plane_images(release: str, images: ResolvedImages) -> tuple[ControlPlaneImage, ...]:
    """The images that kubeadm of a release asks for; that they are declared has been checked."""
    declared = images.control_planes.get(release, dict[str, str]())
    return tuple(
        ControlPlaneImage(
            path=f"{DIRECTORY}/{name}", tag=tag, digest=digest, source=SOURCES[name], name=name
        )
        for name in sorted(declared)
        for tag, _, digest in [declared[name].partition("@")]
    )
