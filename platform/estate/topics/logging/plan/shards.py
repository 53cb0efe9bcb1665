"""Shards and indices of Elasticsearch: how many there are once logs are as old as they get (H4)."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.logging.declare import Logging, Stream, StreamName
from estate.topics.logging.plan.sizes import daily, members, named

SHARD_BYTES = 25 * 2**30
"""What one day adds to a primary shard: a stream with more has more shards."""

FULL_SHARD_BYTES = 50 * 2**30
"""An index is written no longer once a primary shard is so large."""


@dataclass(frozen=True, kw_only=True)
class StreamShards:
    """What the data streams of one kind come to."""

    kind: StreamName
    streams: int
    indices: int
    """Of all of them together: those that are kept, and those that are written."""
    primaries: int
    """Of one index."""
    copies: int
    reckoning: str

    @property
    def shards(self) -> int:
        """All copies of all indices."""
        return self.indices * self.primaries * self.copies


def primary_shards(stream: Stream, kind: StreamName, hot_nodes: int) -> int:
    """How many primary shards an index of a data stream has.

    A tenant's share is not declared: its index is cut when it is full, not beforehand.
    """
    most = 1 if kind == "application" else hot_nodes
    return max(1, min(most, -(-daily(stream) // SHARD_BYTES)))


def stream_shards(declared: Logging, tenants: int) -> tuple[StreamShards, ...]:
    """By kind, where ``tenants`` have a data stream each."""
    return tuple(
        _of(declared, kind, stream, tenants if kind == "application" else 1)
        for kind, stream in named(declared.streams).items()
    )


def _of(declared: Logging, kind: StreamName, stream: Stream, streams: int) -> StreamShards:
    primaries = primary_shards(stream, kind, members(declared.sets.hot))
    copies = 1 + declared.replicas
    by_age = -(-stream.days // stream.roll_days)
    by_size = daily(stream) * stream.days // (FULL_SHARD_BYTES * primaries)
    # Beside those that age closes, full ones; alone, where that is more than age would close.
    full = max(0, by_size - by_age) if streams == 1 else by_size
    indices = streams * (by_age + 1) + full
    each = f"{streams} streams x ({by_age} + 1)" if streams != 1 else f"{by_age} + 1"
    each += f" + {full} full" if full else ""
    return StreamShards(
        kind=kind,
        streams=streams,
        indices=indices,
        primaries=primaries,
        copies=copies,
        reckoning=f"{kind}: ({each}) indices x {primaries} x {copies} copies = "
        f"{indices * primaries * copies}",
    )


def data_nodes(declared: Logging) -> int:
    """How many nodes of Elasticsearch hold shards."""
    return members(declared.sets.hot) + members(declared.sets.warm)
