"""Checks of the control plane's images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.registry.declare.images import Images
from estate.topics.registry.declare.resolved_images import CONTROL_PLANE_SOURCES as SOURCES
from estate.topics.registry.plan.control_plane_images import OF_THE_RELEASE, release_of


def check_control_plane_images(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem where masters could not begin, for want of an image that nobody mirrors."""
    declared = catalogue.images.control_planes
    for stack in catalogue.stacks.values():
        masters = stack.value.masters
        if masters and (release := release_of(stack.value, masters)) not in declared:
            yield stack.problem(
                "no-control-plane-images",
                ("masters", "patch"),
                f"images.yaml does not say which images kubeadm {release} asks for",
                f'"{release}" below control_planes',
                f"`kubeadm config images list --kubernetes-version v{release}` names them",
            )
    if loaded.images:
        for release, images in declared.items():
            yield from _of_release(loaded.images, release, images)


def _of_release(
    images: Declared[Images], release: str, declared: Mapping[str, str]
) -> Iterator[Problem]:
    path: KeyPath = ("control_planes", release)
    if declared.keys() != SOURCES.keys():
        missing, more = SOURCES.keys() - declared.keys(), declared.keys() - SOURCES.keys()
        said = [f"without {one}" for one in sorted(missing)]
        said += [f"with {one}" for one in sorted(more)]
        yield images.problem(
            "control-plane-images", path, ", ".join(said), f"exactly {', '.join(sorted(SOURCES))}"
        )
    for name in OF_THE_RELEASE:
        tag = declared.get(name, "").partition("@")[0]
        if tag and tag != f"v{release}":
            yield images.problem(
                "control-plane-tag",
                (*path, name),
                f"kubeadm {release} asks for another tag than '{tag}'",
                f"v{release}",
            )
