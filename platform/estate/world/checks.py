"""Every check of what environments share."""

from __future__ import annotations

from collections.abc import Iterable

from estate.declarations.load import Loaded
from estate.reader.problems import Problem
from estate.world.addresses import check_addresses
from estate.world.clusters import check_clusters
from estate.world.devices import check_devices
from estate.world.names import check_names


def check_world(environments: Iterable[Loaded]) -> tuple[Problem, ...]:
    """A problem for each thing that two environments take; those of the first are right."""
    world = tuple(sorted(environments, key=lambda one: not one.environment.first))
    if len(world) < 2:
        return ()
    checks = (check_clusters, check_addresses, check_names, check_devices)
    return tuple(problem for check in checks for problem in check(world))
