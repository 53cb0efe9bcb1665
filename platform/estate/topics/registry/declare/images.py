"""Images of the platform's own: ``images.yaml``, the one place where their versions stand (G8)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Model, Name
from estate.topics.registry.declare.control_plane_images import Release
from estate.topics.registry.declare.references import ImagePath, Repository, Tag


class PlatformImage(Model):
    """One image: where it comes from, and what the zones' registries hold it as."""

    source: Repository = Field(examples=["quay.io/prometheus/prometheus"])
    """The repository that it is mirrored from, with the registry's host."""
    version: Tag = Field(examples=["v3.5.0"])
    """The tag there. What it led to stands in images.lock.yaml."""
    image: ImagePath = Field(examples=["platform/prometheus"])
    """The path in the zones' registries, which hold it by the source's digest."""
    base: Name | None = Field(default=None, examples=["base-java"])
    """The image of this file that it is built on (G7)."""


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
    """By the name that the program knows them by."""
    control_planes: dict[Release, dict[Name, Tag]] = Field(
        default_factory=dict[str, dict[str, str]],
        examples=[{"1.36.3": {"kube-apiserver": "v1.36.3"}}],
    )
    """By release of Kubernetes, what kubeadm asks for: the tag of each image (A3)."""
