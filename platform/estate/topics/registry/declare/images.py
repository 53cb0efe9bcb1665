"""Images of the platform's own: ``images.yaml``, the one place where their versions stand (G8).

Further requirements: A3, G7.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Image, Model, Name
from estate.topics.registry.declare.control_plane_images import Release, TaggedDigest


class PlatformImage(Model):
    """One image: its source, and its path in the zones' registries."""

    source: str = Field(min_length=1, max_length=255, examples=["quay.io/prometheus/prometheus"])
    """The repository that it is mirrored from, with the registry's host."""
    version: str = Field(min_length=1, max_length=64, examples=["v3.5.0"])
    """The version at its source; the digest decides."""
    image: Image = Field(examples=[f"platform/prometheus@sha256:{'0' * 64}"])
    """The path in the zones' registries, by digest: mirrored by digest, it is the source's."""
    base: Name | None = Field(default=None, examples=["base-java"])
    """The image of this file that it is built on."""


class Images(Model):
    """All images that the platform itself runs."""

    images: dict[Name, PlatformImage] = Field(
        examples=[
            {
                "prometheus": {
                    "source": "quay.io/prometheus/prometheus",
                    "version": "v3.5.0",
                    "image": f"platform/prometheus@sha256:{'0' * 64}",
                }
            }
        ]
    )
    """By their names in the program."""
    control_planes: dict[Release, dict[Name, TaggedDigest]] = Field(
        default_factory=dict[str, dict[str, str]],
        examples=[{"1.36.3": {"kube-apiserver": f"v1.36.3@sha256:{'0' * 64}"}}],
    )
    """By release of Kubernetes: the tag and digest of each image of kubeadm."""
