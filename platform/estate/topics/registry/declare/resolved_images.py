"""Images with their digests: ``images.yaml`` and ``images.lock.yaml`` held together (G5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from estate.reader.problems import KeyPath
from estate.topics.registry.declare.images import Images
from estate.topics.registry.declare.images_lock import ImagesLock

UNRESOLVED = f"sha256:{'0' * 64}"
"""Stands where no digest is known: no registry has it, and nobody takes it for one."""

CONTROL_PLANE_SOURCES = {
    **{
        name: f"registry.k8s.io/{name}"
        for name in (
            "kube-apiserver",
            "kube-controller-manager",
            "kube-proxy",
            "kube-scheduler",
            "etcd",
            "pause",
        )
    },
    "coredns": "registry.k8s.io/coredns/coredns",
}
"""By name, where kubeadm would ask for them by itself (cmd/kubeadm/app/images, v1.36.3)."""


@dataclass(frozen=True, kw_only=True)
class ResolvedImage:
    """One image with its source and tag."""

    source: str
    version: str
    path: str
    """In the zones' registries."""
    digest: str
    """:data:`UNRESOLVED` where none is known."""
    base: str | None

    @property
    def image(self) -> str:
        """Path and digest."""
        return f"{self.path}@{self.digest}"


@dataclass(frozen=True, kw_only=True)
class ResolvedProgram:
    """A program of others in its release."""

    version: str
    images: tuple[ResolvedImage, ...]


@dataclass(frozen=True, kw_only=True)
class ResolvedImages:
    """All of them; none where there is no ``images.yaml``."""

    images: Mapping[str, ResolvedImage] = field(default_factory=dict[str, ResolvedImage])
    """By name."""
    control_planes: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict[str, Mapping[str, str]]
    )
    """By release and name, the tag with its digest."""
    programs: Mapping[str, ResolvedProgram] = field(default_factory=dict[str, ResolvedProgram])
    """By name."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A reference and the place where it is declared."""

    reference: str
    path: KeyPath
    """Of the version in ``images.yaml``."""


def references(images: Images) -> Iterator[Named]:
    """Every reference that needs a digest, in the file's order."""
    for name, image in images.images.items():
        yield Named(reference=f"{image.source}:{image.version}", path=("images", name, "version"))
    for release, tags in images.control_planes.items():
        for name, tag in tags.items():
            if name in CONTROL_PLANE_SOURCES:  # any other has been refused
                reference = f"{CONTROL_PLANE_SOURCES[name]}:{tag}"
                yield Named(reference=reference, path=("control_planes", release, name))
    for name, program in images.programs.items():
        for path, reference in program.images.items():
            yield Named(reference=reference, path=("programs", name, "images", path))


def digest_of(reference: str, lock: ImagesLock | None) -> str:
    """What the lock file has for it, or :data:`UNRESOLVED`."""
    pin = lock.digests.get(reference) if lock else None
    return pin.digest if pin else UNRESOLVED


def resolved(images: Images, lock: ImagesLock | None) -> ResolvedImages:
    """Every declared image with what the lock file has for it."""
    return ResolvedImages(
        images={
            name: ResolvedImage(
                source=image.source,
                version=image.version,
                path=image.image,
                digest=digest_of(f"{image.source}:{image.version}", lock),
                base=image.base,
            )
            for name, image in images.images.items()
        },
        control_planes={
            release: {
                name: f"{tag}@{digest_of(f'{CONTROL_PLANE_SOURCES.get(name, name)}:{tag}', lock)}"
                for name, tag in tags.items()
            }
            for release, tags in images.control_planes.items()
        },
        programs={
            name: ResolvedProgram(
                version=program.version,
                images=tuple(
                    _of_program(path, reference, lock)
                    for path, reference in sorted(program.images.items())
                ),
            )
            for name, program in images.programs.items()
        },
    )


def _of_program(path: str, reference: str, lock: ImagesLock | None) -> ResolvedImage:
    source, _, tag = reference.rpartition(":")
    digest = digest_of(reference, lock)
    return ResolvedImage(source=source, version=tag, path=path, digest=digest, base=None)
