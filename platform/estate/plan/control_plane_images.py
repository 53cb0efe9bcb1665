"""The control plane's images: what kubeadm of the masters' release asks for (A3, G5, X11).

They are in the registry outside before there is a cluster, below the path that kubeadm is told. It
asks for them by tag, so each is mirrored by digest and given its tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.declare import Declared, Loaded, Problem
from estate.declare.models import Images, Masters, Stack
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue

DIRECTORY = "kubernetes"
"""Their path in the zone's registry."""

OF_THE_RELEASE = ("kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler")
"""Whose tag is the release."""

SOURCES = {
    **{name: f"registry.k8s.io/{name}" for name in (*OF_THE_RELEASE, "etcd", "pause")},
    "coredns": "registry.k8s.io/coredns/coredns",
}
"""By name, where kubeadm would ask for them by itself."""


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


def control_plane_images(release: str, images: Images | None) -> tuple[ControlPlaneImage, ...]:
    """The images that kubeadm of a release asks for; that they are declared has been checked."""
    declared = images.control_planes.get(release, {}) if images else {}
    return tuple(
        ControlPlaneImage(
            path=f"{DIRECTORY}/{name}", tag=tag, digest=digest, source=SOURCES[name], name=name
        )
        for name in sorted(declared)
        for tag, _, digest in [declared[name].partition("@")]
    )


def check_control_plane_images(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem where masters could not begin, for want of an image that nobody mirrors."""
    declared = catalogue.images.control_planes if catalogue.images else {}
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
    images: Declared[Images], release: str, declared: dict[str, str]
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
