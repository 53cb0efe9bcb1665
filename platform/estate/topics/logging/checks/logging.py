"""What logging needs and the zone does not have (H4, H6, X15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.identity.checks.groups import check_group
from estate.topics.logging.checks.kibana import check_kibana
from estate.topics.logging.checks.snapshots import check_snapshots
from estate.topics.logging.declare import Logging, SetName, StoreDisk, StoreLun, StoreSet
from estate.topics.logging.plan.logging import IMAGES
from estate.topics.logging.plan.sizes import (
    FULL_PERCENT,
    by_name,
    daily,
    days_on,
    members,
    named,
    room,
)
from estate.topics.nodes.plan.amounts import gibibytes
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.storage.plan.backends import QUORATE, backends

AT: KeyPath = ("logging",)


def check_logging(
    catalogue: Catalogue, pools: Mapping[Zone, tuple[PoolPlan, ...]]
) -> list[Problem]:
    """A problem for each thing that logging needs and the zone does not have."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        if stack.value.logging and zone in pools:
            problems += _Zone(catalogue, zone, stack, stack.value.logging).problems()
    return [*problems, *_images(catalogue)]


def _images(catalogue: Catalogue) -> Iterator[Problem]:
    """One file for both zones: what it lacks is said once."""
    for zone, stack in catalogue.stacks.items():
        if stack.value.logging is None:
            continue
        for name in IMAGES:
            if catalogue.image(zone, name) is None:
                yield stack.problem(
                    "no-platform-image",
                    AT,
                    f"there is no image '{name}' of the platform's own",
                    f"an image '{name}' in images.yaml",
                )
        return


class _Zone:
    def __init__(
        self, catalogue: Catalogue, zone: Zone, stack: Declared[Stack], declared: Logging
    ) -> None:
        self._catalogue, self._stack = catalogue, stack
        self._zone: Zone = zone
        self._declared = declared
        self._known = {backend.name: backend for backend in backends(stack.value.storage)}
        self._pool = next((pool.name for pool in stack.value.pools if pool.role == "logging"), None)
        self._taken = {
            *(
                (disk.node, disk.path)
                for local in stack.value.storage.local
                for disk in local.disks
            ),
            *(lun.wwid for array in stack.value.storage.fibre_channel for lun in array.luns),
        }
        if watched := stack.value.monitoring:
            self._taken |= {(disk.node, disk.path) for disk in watched.disks}
            self._taken |= {lun.wwid for lun in watched.luns}

    def problems(self) -> Iterator[Problem]:
        if self._pool is None:
            yield self._stack.problem(
                "no-role-pool",
                AT,
                "the zone has no pool for it",
                "with a pool of the role 'logging'",
                "Example: estate:pools: [{name: logging, role: logging}]",
            )
            return
        yield from check_kibana(self._stack)
        yield from check_snapshots(self._catalogue, self._zone, self._stack)
        yield from self._authorities()
        for stream, readers in (
            ("access", self._declared.streams.access.readers),
            ("infrastructure", self._declared.streams.infrastructure.readers),
        ):
            for index, group in enumerate(readers):
                path: KeyPath = (*AT, "streams", stream, "readers", index)
                yield from check_group(self._stack, path, group, [self._stack.value.identity])
        for name, declared in by_name(self._declared.sets):
            wrong = [*self._backend(name, declared), *self._volumes(name, declared)]
            yield from wrong
            if not wrong:
                yield from self._enough(name, declared)

    def _authorities(self) -> Iterator[Problem]:
        managed = self._declared.certificates.cert_manager
        if managed and managed.transport_issuer == managed.issuer:
            yield self._stack.problem(
                "authority-shared",
                (*AT, "certificates", "cert_manager", "transport_issuer"),
                f"'{managed.issuer}' also signs certificates for clients, and every "
                "holder of one could join Elasticsearch as a node",
                "a ClusterIssuer of an authority that signs nothing else",
            )

    def _backend(self, name: SetName, declared: StoreSet) -> Iterator[Problem]:
        """Lucene writes small files and flushes each: a network file system loses or delays them.

        A storage system that keeps copies of its own multiplies every write once more (H6).
        """
        place: KeyPath = (*AT, "sets", name)
        backend = self._known.get(declared.backend)
        able = [one.name for one in self._known.values() if one.technique in ("local", "fc")]
        allowed = ", ".join(able) or "a backend of estate:storage, local or fibre_channel"
        if (self._zone, declared.backend) in self._catalogue.filers:
            yield self._stack.problem(
                "state-on-nfs",
                (*place, "backend"),
                f"'{declared.backend}' is a filer: Lucene relies on locks and flushes that NFS "
                "does not keep",
                allowed,
                "Elasticsearch keeps its data on disks of its nodes, or on a SAN",
            )
        elif backend is None:
            yield unknown(
                self._stack, "unknown-backend", (*place, "backend"), declared.backend, able
            )
        elif backend.technique == "csi":
            yield self._stack.problem(
                "store-distributed",
                (*place, "backend"),
                f"'{declared.backend}' is a storage system with copies of its own: with those of "
                f"Elasticsearch every event would be written {2 + self._declared.replicas} times "
                "over the network or more, and writing is what limits logging",
                allowed,
                "Copies are Elasticsearch's own matter (replicas): give each node a plain disk",
            )
        elif backend.technique == "iscsi":
            yield self._stack.problem(
                "store-distributed",
                (*place, "backend"),
                f"'{declared.backend}' is reached over the network that logs come by",
                allowed,
                "Take disks in nodes, or Fibre Channel",
            )
        elif wrong := declared.luns if backend.technique == "local" else declared.disks:
            kind = "luns" if backend.technique == "local" else "disks"
            number = len(wrong)
            yield self._stack.problem(
                "disk-of-another-kind",
                (*place, kind, 0),
                f"'{declared.backend}' is {_WORDS[backend.technique]}, and {number} "
                f"{'stands' if number == 1 else 'stand'} under {kind}",
                "disks of a local backend, luns of an array",
            )

    def _volumes(self, name: SetName, declared: StoreSet) -> Iterator[Problem]:
        """Each replica has one, nobody else has it, and two are not lost with one node (X15)."""
        nodes = [node.name for node in self._catalogue.nodes_of(self._zone, self._pool or "")]
        replicas: dict[int, KeyPath] = {}
        homes: dict[str, int] = {}
        for place, one in self._places(name, declared):
            if (first := replicas.setdefault(one.replica, place)) != place:
                line = self._stack.place(first).line
                found = f"{name} {one.replica} has one already (line {line})"
                yield self._stack.problem("disk-taken", place, found, "one for each replica")
            device = (one.node, one.path) if isinstance(one, StoreDisk) else one.wwid
            if device in self._taken:
                found = "this is assigned under estate:storage, estate:monitoring or above already"
                yield self._stack.problem("disk-taken", place, found, "a disk or LUN of its own")
            self._taken.add(device)
            if not isinstance(one, StoreDisk):
                continue
            if one.node not in nodes:
                found = f"'{one.node}' is no node of pool '{self._pool}', in which logging runs"
                allowed = ", ".join(nodes) or f"nodes of pool '{self._pool}'"
                yield self._stack.problem("disk-elsewhere", (*place, "node"), found, allowed)
            elif homes.setdefault(one.node, one.replica) != one.replica:
                found = (
                    f"{name} {homes[one.node]} and {one.replica} have their disks in "
                    f"'{one.node}' and would be lost together"
                )
                yield self._stack.problem("disks-together", place, found, "one node for each")
        for replica in sorted(set(range(1, max(replicas, default=0))) - replicas.keys()):
            yield self._stack.problem(
                "no-disk",
                (*AT, "sets", name),
                f"{name} {replica} has no disk to keep its data on",
                "a disk or a LUN for each, counted from 1",
                f"Ask the storage team, then assign it: {{replica: {replica}, ...}}",
            )

    def _places(
        self, name: SetName, declared: StoreSet
    ) -> Iterator[tuple[KeyPath, StoreDisk | StoreLun]]:
        for index, disk in enumerate(declared.disks):
            yield (*AT, "sets", name, "disks", index), disk
        for index, lun in enumerate(declared.luns):
            yield (*AT, "sets", name, "luns", index), lun

    def _enough(self, name: SetName, declared: StoreSet) -> Iterator[Problem]:
        place: KeyPath = (*AT, "sets", name)
        count = members(declared)
        if name == "master":
            if count not in QUORATE:
                yield self._stack.problem(
                    "no-quorum",
                    place,
                    f"of {count} masters no majority is left where it should be when one is gone",
                    " or ".join(str(one) for one in QUORATE),
                )
            else:
                yield from self._racks(place, declared)
            return
        least = self._declared.replicas + 2
        if count < least:
            yield self._stack.problem(
                "store-too-few",
                place,
                f"{count} {name} nodes: when one is lost, no other is left for its copies",
                f"{least} or more, for 1 + {self._declared.replicas} copies of everything",
                "Assign more disks, each in a node of its own",
            )
            return
        yield from self._capacity(name, declared)

    def _racks(self, place: KeyPath, declared: StoreSet) -> Iterator[Problem]:
        """Where there are racks enough, none holds the majority."""
        pool = self._catalogue.nodes_of(self._zone, self._pool or "")
        racks = {node.name: node.rack for node in pool}
        homes = [racks[disk.node] for disk in declared.disks]
        if len({*racks.values()}) < 3:
            return
        for rack in sorted({*homes}):
            if 2 * homes.count(rack) > len(homes):
                yield self._stack.problem(
                    "masters-together",
                    place,
                    f"{homes.count(rack)} of {len(homes)} masters stand in '{rack}': without that "
                    "rack there is no majority",
                    f"one rack for each: {', '.join(sorted({*racks.values()}))}",
                )

    def _capacity(self, name: SetName, declared: StoreSet) -> Iterator[Problem]:
        """Events per second, bytes, copies and days against disks, one of them lost (H4)."""
        copies = 1 + self._declared.replicas
        streams = named(self._declared.streams)
        needed = {
            stream: daily(one) * copies * days_on(one, name) for stream, one in streams.items()
        }
        total, has = sum(needed.values()), room(declared)
        if total <= has:
            return
        shown = " + ".join(
            f"{stream}: {one.events_per_second}/s x {one.bytes_per_event} B = "
            f"{gibibytes(daily(one))} a day x {copies} copies x {days_on(one, name)} days "
            f"= {gibibytes(needed[stream])}"
            for stream, one in streams.items()
        )
        count = members(declared)
        largest = max(one.size for one in (*declared.disks, *declared.luns))
        lacking = -(-(total - has) * 100 // FULL_PERCENT)
        yield self._stack.problem(
            "logs-too-large",
            (*AT, "sets", name),
            f"{shown}; together {gibibytes(total)}, and {count - 1} of {count} {name} nodes, "
            f"{FULL_PERCENT} % full, hold {gibibytes(has)}",
            f"what the {name} nodes hold when any one is lost",
            f"Add {-(-lacking // largest)} of {gibibytes(largest)}, or keep logs for fewer days",
        )


_WORDS: Mapping[str, str] = {"local": "disks in nodes", "fc": "an array on Fibre Channel"}
