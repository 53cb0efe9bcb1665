"""Images of the platform's own: ``images.yaml``, the one place where their versions stand (G8).

Further requirements: A3, G7.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Model, Name
from estate.topics.registry.declare.control_plane_images import Release
from estate.topics.registry.declare.references import ImagePath, Repository, Tag


class PlatformImage(Model):
    """One image: its source, and its path in the zones' registries."""

    source: Repository = Field(examples=["quay.io/prometheus/prometheus"])
    """The repository that it is mirrored from, with the registry's host."""
    version: Tag = Field(examples=["v3.5.0"])
    """The tag at its source. images.lock.yaml has its digest."""
    image: ImagePath = Field(examples=["platform/prometheus"])
    """The path in the zones' registries, which hold it by the source's digest."""
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
                    "image": "platform/prometheus",
                }
            }
        ]
    )
    """By their names in the program."""
    control_planes: dict[Release, dict[Name, Tag]] = Field(
        default_factory=dict[str, dict[str, str]],
        examples=[{"1.36.3": {"kube-apiserver": "v1.36.3"}}],
    )
    """By release of Kubernetes: the tag of each image of kubeadm."""
