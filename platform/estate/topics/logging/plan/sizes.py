"""What S, M and L of logging stand for, and what a declared stream takes of disks (H4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from estate.declarations.stack import Stack
from estate.topics.exposure.plan.log_intake import log_devices
from estate.topics.logging.declare import (
    LoggingSize,
    SetName,
    StoreSet,
    StoreSets,
    Stream,
    StreamName,
    Streams,
)
from estate.topics.nodes.plan.model import Amount
from estate.topics.nodes.plan.pods import Pod

Part = Literal["elasticsearch-master", "elasticsearch-hot", "elasticsearch-warm", "kibana"]
"""The workloads beside the collector, which is a daemon set."""

SETS: Mapping[SetName, Part] = {
    "master": "elasticsearch-master",
    "hot": "elasticsearch-hot",
    "warm": "elasticsearch-warm",
}

ELASTICSEARCH_USER = 1000
"""Who the image's files are given to (elastic.co/docs, "Using the Docker images in production": it
runs as user ``elasticsearch``, 1000:0)."""

KIBANAS = 2
"""Any of them will do: what they keep is in Elasticsearch."""

SETUP = Amount(cpu=100, memory=128 * 2**20, pods=1)
"""What the job takes that tells Elasticsearch and Kibana what is declared."""

EXPORTER = Amount(cpu=50, memory=128 * 2**20, pods=1)
"""What tells Prometheus how Elasticsearch fares."""

INTAKES = 2
"""Any of them will do: they write each line at once, and their node's collector keeps it."""

INTAKE = Amount(cpu=200, memory=128 * 2**20, pods=1)
"""Requests of one pod of the intake."""


def _of(millicores: int, mebibytes: int) -> Amount:
    return Amount(cpu=millicores, memory=mebibytes * 2**20, pods=1)


SIZES: Mapping[LoggingSize, Mapping[Part, Amount]] = {
    "S": {
        "elasticsearch-master": _of(250, 1024),
        "elasticsearch-hot": _of(500, 2048),
        "elasticsearch-warm": _of(250, 2048),
        "kibana": _of(250, 1024),
    },
    "M": {
        "elasticsearch-master": _of(1000, 4096),
        "elasticsearch-hot": _of(4000, 24576),
        "elasticsearch-warm": _of(2000, 12288),
        "kibana": _of(500, 2048),
    },
    "L": {
        "elasticsearch-master": _of(1500, 6144),
        "elasticsearch-hot": _of(8000, 30720),
        "elasticsearch-warm": _of(3000, 16384),
        "kibana": _of(1000, 2048),
    },
}
"""By size and part: what one pod requests, which is its limit too. Bounds that we set."""

HEAP_LIMIT = 30 * 2**30
"""Near 32 GB Java can no longer write addresses in four bytes, and a larger heap holds less; up to
30 GB it writes them in the cheapest way on some systems (elastic.co/guide, "Setting the heap
size")."""


def heap(memory: int) -> int:
    """Bytes of Java's heap: half of the pod's memory, the rest caches files."""
    return min(memory // 2, HEAP_LIMIT)


def members(declared: StoreSet) -> int:
    """How many nodes of Elasticsearch a set has."""
    return len(declared.disks) + len(declared.luns)


def by_name(sets: StoreSets) -> tuple[tuple[SetName, StoreSet], ...]:
    """The sets in the order in which they are needed."""
    return (("master", sets.master), ("hot", sets.hot), ("warm", sets.warm))


def logging_pods(stack: Stack) -> Iterator[Pod]:
    """Every pod of logging but the collector's. What has a disk in a node is lost with it (X15)."""
    if stack.logging is None:
        return
    parts = SIZES[stack.logging.size]
    for name, declared in by_name(stack.logging.sets):
        part = SETS[name]
        for disk in declared.disks:
            yield Pod(part, parts[part], disk.node)
        for _ in declared.luns:
            yield Pod(part, parts[part], anti_affinity=name == "master")
    yield from [Pod("kibana", parts["kibana"])] * KIBANAS
    yield Pod("logging-setup", SETUP)
    yield Pod("elasticsearch-exporter", EXPORTER)
    if log_devices(stack):
        yield from [Pod("log-intake", INTAKE)] * INTAKES


WAITING_GB = 2
"""How much of one stream may wait on a node's disk before the oldest is given up. It waits there
and not in its file, since the kubelet takes files away by size, read or not."""

DAY = 86400
INDEX_PERCENT = 110
"""What is stored for each byte of a log: the log, its index and its values by column. Assumed, not
measured: a site compares ``store.size`` of ``_cat/indices`` with what it sends."""

FULL_PERCENT = 85
"""Elasticsearch puts no more on a disk that is fuller: the default of its setting
``cluster.routing.allocation.disk.watermark.low``."""


def daily(stream: Stream) -> int:
    """Bytes that a stream adds in a day, each event once."""
    return stream.events_per_second * stream.bytes_per_event * DAY * INDEX_PERCENT // 100


def named(streams: Streams) -> dict[StreamName, Stream]:
    """The streams by name."""
    return {
        "access": streams.access,
        "infrastructure": streams.infrastructure,
        "application": streams.application,
    }


def days_on(stream: Stream, of: SetName) -> int:
    """How many days' logs the set holds."""
    if of == "hot":
        # Its age counts from when it is written no longer: its oldest event is that much older.
        return min(stream.hot_days, stream.days) + stream.roll_days
    return max(0, stream.days - stream.hot_days) if of == "warm" else 0


def room(declared: StoreSet) -> int:
    """What a set may fill when the largest of its disks is lost: the others take its shards."""
    sizes = [one.size for one in (*declared.disks, *declared.luns)]
    return (sum(sizes) - max(sizes, default=0)) * FULL_PERCENT // 100
