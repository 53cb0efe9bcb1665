"""NFS exports: which addresses may mount which directory; and which directory a pod mounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import address
from estate.proof.readers.pods import Pods
from estate.proof.readers.strict import Loose, Metadata, Troubles


@dataclass(frozen=True, kw_only=True)
class Export:
    """A directory that one client may mount."""

    place: Place
    filer: str
    directory: str
    client: IPv4Address


@dataclass(frozen=True, kw_only=True)
class Mount:
    """The volume of a claim: a directory of a filer, or a disk of certain nodes."""

    place: Place
    server: str = ""
    directory: str = ""
    nodes: tuple[str, ...] | None = None
    """Where it can be used; None where everywhere."""


def read_exports(emitted: Emitted, troubles: Troubles) -> Iterator[Export]:
    """Each line of each filer's list, client by client."""
    for name, text in emitted.texts.items():
        if not (name.startswith("nfs/") and name.endswith(".exports")):
            continue
        place = emitted.document(name)
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            directory, *words = line.split()
            clients = [word for word in words if not word.startswith("-")]
            if not clients:
                troubles.refuse(place.at(directory), "a line without clients exports to every host")
            for client in clients:
                at = place.at(f"{directory} {client}")
                try:
                    yield Export(
                        place=at,
                        filer=name.removeprefix("nfs/").removesuffix(".exports"),
                        directory=directory,
                        client=address(client),
                    )
                except ValueError:
                    troubles.refuse(at, f"'{client}' is not the address of one node")


class _Nfs(Loose):
    server: str
    path: str


class _Term(Loose):
    key: str
    operator: str
    values: tuple[str, ...] = ()


class _Terms(Loose):
    matchExpressions: tuple[_Term, ...] = ()


class _Required(Loose):
    nodeSelectorTerms: tuple[_Terms, ...] = ()


class _Affinity(Loose):
    required: _Required = _Required()


class _Reference(Loose):
    namespace: str
    name: str


class _Volume(Loose):
    nfs: _Nfs | None = None
    claimRef: _Reference | None = None
    nodeAffinity: _Affinity | None = None


class _Claim(Loose):
    volumeName: str = ""


def read_mounts(emitted: Emitted, troubles: Troubles) -> dict[tuple[str, str], Mount]:
    """By namespace and name of a claim: what it is bound to, from both ends alike."""
    volumes: dict[str, tuple[Place, _Volume]] = {}
    for place, body in emitted.of_kind("PersistentVolume"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        volume = troubles.read(_Volume, body["spec"], place)
        if metadata and volume:
            volumes[metadata.name] = place, volume
    found: dict[tuple[str, str], Mount] = {}
    for place, body in emitted.of_kind("PersistentVolumeClaim"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        claim = troubles.read(_Claim, body["spec"], place)
        if metadata is None or claim is None or not claim.volumeName:
            continue
        key = (metadata.namespace, metadata.name)
        at, volume = volumes.get(claim.volumeName, (place, _Volume()))
        if volume.claimRef and (volume.claimRef.namespace, volume.claimRef.name) == key:
            found[key] = _mount(at, volume)
        else:
            volume_name = f"volume '{claim.volumeName}'"
            troubles.refuse(place, f"{volume_name} is not there, or bound to another claim")
    return found


def _mount(place: Place, volume: _Volume) -> Mount:
    nodes = None
    if volume.nodeAffinity:
        nodes = tuple(
            value
            for term in volume.nodeAffinity.required.nodeSelectorTerms
            for expression in term.matchExpressions
            if expression.key == "kubernetes.io/hostname" and expression.operator == "In"
            for value in expression.values
        )
    if volume.nfs is None:
        return Mount(place=place, nodes=nodes)
    return Mount(
        place=place, server=volume.nfs.server, directory=volume.nfs.path.rstrip("/"), nodes=nodes
    )


def pinned(pods: Pods, mounts: Mapping[tuple[str, str], Mount]) -> tuple[tuple[str, ...], ...]:
    """Of each replica with disks of its own: the nodes that it can only stand on."""
    found: list[tuple[str, ...]] = []
    for replica in range(pods.first, pods.first + pods.replicas):
        for claim in pods.own_claims:
            mount = mounts.get((pods.namespace, f"{claim}-{pods.name}-{replica}"))
            if mount and mount.nodes is not None:
                found.append(mount.nodes)
    return tuple(found)
