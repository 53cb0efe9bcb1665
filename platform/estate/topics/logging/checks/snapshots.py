"""Snapshots of the log store: a directory of its own, and audiences that keep longer (H4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.logging.declare import StreamName
from estate.topics.logging.plan.snapshots import snapshot_days

_AT: KeyPath = ("logging", "snapshots")


def check_snapshots(catalogue: Catalogue, zone: Zone, stack: Declared[Stack]) -> Iterator[Problem]:
    """A problem for each thing that would mix two owners' files, or lose logs too soon."""
    declared = stack.value.logging.snapshots if stack.value.logging else None
    if declared is None:
        return
    if (zone, declared.filer) not in catalogue.filers:
        known = [name for at, name in catalogue.filers if at == zone]
        yield unknown(stack, "unknown-filer", (*_AT, "filer"), declared.filer, known)
    registry = stack.value.registry
    taken = {(one.filer, one.directory) for one in (registry.external, registry.internal) if one}
    spaces = {namespace_of(app.value) for app in catalogue.apps if app.value.zone == zone}
    if declared.directory in spaces or (declared.filer, declared.directory) in taken:
        yield stack.problem(
            "directory-taken",
            (*_AT, "directory"),
            f"'{declared.directory}' is the directory of a registry or of a namespace's apps",
            "a directory of its own",
        )
    days = snapshot_days(declared)
    streams: tuple[StreamName, ...] = ("access", "infrastructure")
    for stream in streams:
        if days[stream] < days["application"]:
            yield stack.problem(
                "snapshots-shorter",
                (*_AT, "days"),
                f"snapshots of {stream} are kept for {days[stream]} days, those of application for "
                f"{days['application']}: an incident is looked into by both",
                f"{stream}: {days['application']} or more",
            )
