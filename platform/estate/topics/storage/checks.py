"""Checks of volumes, disks and quorums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.nodes.plan.amounts import memory_quantity
from estate.topics.storage.declare.volumes import Disk, FibreChannelLun, IscsiLun, LocalDisk
from estate.topics.storage.plan.backends import QUORATE, Backend, backends


def check_storage(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each disk that cannot be what it is assigned to, each volume without one."""
    problems: list[Problem] = []
    written = {(app.value.zone, app.value.app) for app in loaded.apps}
    for zone, stack in catalogue.stacks.items():
        known: dict[str, Backend] = {}
        for backend in backends(stack.value.storage):
            if known.setdefault(backend.name, backend) is not backend:
                path: KeyPath = (*backend.place, "name")
                line = stack.place((*known[backend.name].place, "name")).line
                found = f"the name '{backend.name}' stands here again (first in line {line})"
                problems.append(stack.problem("name-taken", path, found, "each name once"))
        # Of an app that has a problem of its own, or could not be read, enough has been said.
        wrong = {app for at, app in written if at == zone and catalogue.app(zone, app) is None}
        for problem, app in _inventory(catalogue, zone, stack, known):
            if app not in wrong and not loaded.unread:
                problems.append(problem)
        for declared in catalogue.apps:
            if declared.value.zone == zone:
                problems += _volumes(catalogue, declared, known)
    return problems


def _inventory(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], known: Mapping[str, Backend]
) -> Iterator[tuple[Problem, str]]:
    devices: dict[object, KeyPath] = {}
    replicas: dict[tuple[str, str, int], KeyPath] = {}
    for backend in known.values():
        for place, disk in backend.disks:
            for key, seen in ((device(backend, disk), devices), (_replica(disk), replicas)):
                first = seen.setdefault(key, place)  # type: ignore[arg-type]
                if first != place:
                    taken = stack.problem(
                        "disk-taken",
                        place,
                        f"this is assigned in line {stack.place(first).line} already",
                        "each disk to one replica of one volume, and one disk to each of them",
                    )
                    yield taken, disk.app
            for problem in _assigned(catalogue, zone, stack, backend, place, disk):
                yield problem, disk.app


def device(backend: Backend, disk: Disk) -> tuple[object, ...]:
    """What the disk is, whichever backend declares it."""
    if isinstance(disk, LocalDisk):
        return "local", disk.node, disk.path
    if isinstance(disk, FibreChannelLun):
        return "fc", disk.wwid
    assert isinstance(disk, IscsiLun) and backend.iscsi
    return "iscsi", backend.iscsi.iqn, disk.lun


def _replica(disk: Disk) -> tuple[str, str, int]:
    return disk.app, disk.volume, disk.replica


def _assigned(
    catalogue: Catalogue,
    zone: Zone,
    stack: Declared[Stack],
    backend: Backend,
    place: KeyPath,
    disk: Disk,
) -> Iterator[Problem]:
    declared = catalogue.app(zone, disk.app)
    app = declared.value if declared else None
    if not isinstance(app, StatefulApp):
        known = [one.value.app for one in catalogue.apps if isinstance(one.value, StatefulApp)]
        hint = "Of an app that has left, take its disks away too"
        yield unknown(stack, "unknown-app", (*place, "app"), disk.app, known, hint)
        return
    volumes = {volume.name: volume for volume in app.volumes if volume.backend == backend.name}
    if disk.volume not in volumes:
        yield unknown(stack, "unknown-volume", (*place, "volume"), disk.volume, volumes)
    elif disk.size < volumes[disk.volume].size:
        yield stack.problem(
            "disk-too-small",
            (*place, "size"),
            f"volume '{disk.volume}' of '{app.app}' asks for "
            f"{memory_quantity(volumes[disk.volume].size)}",
            "that much or more",
        )
    if isinstance(disk, LocalDisk):
        pool = catalogue.pool_of(app)
        nodes = [node.name for node in catalogue.nodes_of(zone, pool)]
        if disk.node not in nodes:
            yield stack.problem(
                "disk-elsewhere",
                (*place, "node"),
                f"'{disk.node}' is no node of pool '{pool}', in which '{app.app}' runs",
                ", ".join(nodes) or f"nodes of pool '{pool}'",
            )


def _volumes(
    catalogue: Catalogue, declared: Declared[App], known: Mapping[str, Backend]
) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, StatefulApp):
        return
    homes: dict[int, str] = {}
    for index, volume in enumerate(app.volumes):
        path: KeyPath = ("volumes", index)
        names = [one.name for one in app.volumes[:index]]
        if volume.name in names:
            line = declared.place(("volumes", names.index(volume.name), "name")).line
            found = f"the name '{volume.name}' stands here again (first in line {line})"
            yield declared.problem("name-taken", (*path, "name"), found, "each name once")
        elif (app.zone, volume.backend) in catalogue.filers:
            yield declared.problem(
                "state-on-nfs",
                (*path, "backend"),
                f"'{volume.backend}' is a filer: over NFS locks and flushes are not what stores "
                "and queues rely on, and writing is slow",
                ", ".join(known) or "a backend of estate:storage",
                "NFS is for the log files of traditional apps",
            )
        elif backend := known.get(volume.backend):
            if app.state == "active":
                yield from _each_has_one(catalogue, declared, app, path, backend, homes)
        else:
            yield unknown(declared, "unknown-backend", (*path, "backend"), volume.backend, known)
    if app.preset == "zookeeper":
        yield from _quorum(catalogue, declared, app)


def _each_has_one(
    catalogue: Catalogue,
    declared: Declared[App],
    app: StatefulApp,
    path: KeyPath,
    backend: Backend,
    homes: dict[int, str],
) -> Iterator[Problem]:
    """``homes`` is where the volumes so far hold each replica."""
    if backend.technique == "csi":
        return
    volume = app.volumes[int(path[1])]
    own = {
        one.replica: one
        for _, one in backend.disks
        if (one.app, one.volume) == (app.app, volume.name)
    }
    for replica in range(1, app.replicas + 1):
        disk = own.get(replica)
        if disk is None:
            yield declared.problem(
                "no-disk",
                path,
                f"replica {replica} of volume '{volume.name}' has no disk of "
                f"{memory_quantity(volume.size)} on '{backend.name}'",
                f"one for each replica, in {catalogue.stack_file(app.zone)}",
                f"Ask the storage team, then assign it: {{app: {app.app}, "
                f"volume: {volume.name}, replica: {replica}, ...}}",
            )
            return
        if not isinstance(disk, LocalDisk):
            continue
        if homes.setdefault(replica, disk.node) != disk.node:
            found = f"replica {replica} would have to run on {homes[replica]} and {disk.node} both"
            yield declared.problem("disks-apart", path, found, "all disks of a replica in one node")
        others = {node for other, node in homes.items() if other != replica}
        if disk.node in others:
            found = f"two replicas have their disks in '{disk.node}' and would be lost with it"
            yield declared.problem("disks-together", path, found, "one node for each replica")
            return


def _quorum(catalogue: Catalogue, declared: Declared[App], app: StatefulApp) -> Iterator[Problem]:
    nodes = len(catalogue.nodes_of(app.zone, catalogue.pool_of(app)))
    if app.replicas not in QUORATE:
        yield declared.problem(
            "no-quorum",
            ("replicas",),
            f"of {app.replicas} servers no majority is left where it should be when one is gone"
            if app.replicas < 3
            else f"{app.replicas} servers survive no more losses than one less, or are too many",
            " or ".join(str(count) for count in QUORATE),
        )
    elif app.state == "active" and nodes < app.replicas:
        yield declared.problem(
            "no-quorum",
            ("replicas",),
            f"{app.replicas} servers need a node each, and pool '{catalogue.pool_of(app)}' "
            f"of namespace '{namespace_of(app)}' has {nodes}",
            f"a pool of at least {app.replicas} nodes",
        )
