"""Images of the platform's own: ``images.yaml``, the one place where their versions stand (G8).

Further requirements: A3, A7, G7.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Model, Name
from estate.topics.registry.declare.control_plane_images import Release
from estate.topics.registry.declare.references import (
    ImagePath,
    ProgramName,
    Reference,
    Repository,
    Tag,
)


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


class Program(Model):
    """A program of others that clusters run, in one release, with every image of it."""

    version: Tag = Field(examples=["v3.32.1"])
    """Its release."""
    images: dict[ImagePath, Reference] = Field(
        default_factory=dict[str, str], examples=[{"calico/node": "quay.io/calico/node:v3.32.1"}]
    )
    """By path in the zones' registries, the repository and tag that they are mirrored from; none
    where the release consists of definitions only. Pods ask for them by this path and tag."""


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
    programs: dict[ProgramName, Program] = Field(
        default_factory=dict[str, Program],
        examples=[
            {
                "calico": {
                    "version": "v3.32.1",
                    "images": {"calico/node": "quay.io/calico/node:v3.32.1"},
                }
            }
        ],
    )
    """Programs of others that zones run: the network plugin, MetalLB, cert-manager, CSI drivers by
    the name that they register, daemon sets of estate:daemon_sets."""
