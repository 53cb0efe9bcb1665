"""Checks of Harbor."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.exposure.plan.balancers import PLATFORM, carrier
from estate.topics.registry.declare.harbor import Harbor

_PLACE: KeyPath = ("registry", "harbor")


def check_harbor(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each fact with which a second replica would be none."""
    for stack in catalogue.stacks.values():
        if harbor := stack.value.registry.harbor:
            yield from _alone(stack)
            yield from _shared(stack, harbor)
            yield from _address(stack, harbor)


def _alone(stack: Declared[Stack]) -> Iterator[Problem]:
    registry = stack.value.registry
    if registry.external or registry.internal:
        other = "external" if registry.external else "internal"
        yield stack.problem(
            "registry-twice",
            _PLACE,
            f"the zone's registry is declared as '{other}', too",
            "one of external (with internal) and harbor",
            "Harbor replicates by rules of its own, and nodes pull from it",
        )
    if stack.value.registry.harbor and not stack.value.bootstrap:
        yield stack.problem(
            "no-bootstrap",
            _PLACE,
            "its secrets exist before the cluster does, and 'estate:bootstrap' does not say where",
            "estate:bootstrap: {kind: files, directory: ...} or {kind: environment, prefix: ...}",
        )


def _shared(stack: Declared[Stack], harbor: Harbor) -> Iterator[Problem]:
    images = harbor.images
    path: KeyPath = (*_PLACE, "images")
    if (images.claim is None) == (images.bucket is None):
        found = "both a claim and a bucket are named" if images.claim else "no place is named"
        yield stack.problem("harbor-storage", path, found, "claim, or bucket with endpoint")
    elif images.claim and images.access == "ReadWriteOnce":
        yield stack.problem(
            "harbor-storage",
            (*path, "access"),
            f"'{images.claim}' can be mounted on one node only: the second replica would wait "
            "for ever",
            "ReadWriteMany, or a bucket",
        )
    elif images.bucket and images.endpoint is None:
        found = f"the bucket '{images.bucket}' has no endpoint"
        yield stack.problem("harbor-storage", path, found, "endpoint: the store's host name")
    if harbor.job_logs == "ReadWriteOnce":
        yield stack.problem(
            "harbor-job-logs",
            (*_PLACE, "job_logs"),
            "the job service's second replica could not mount the claim of the first, and an "
            "update would hang in Multi-Attach errors",
            "database, or ReadWriteMany",
            "Leave the key out: logs are then kept in the database",
        )


def _address(stack: Declared[Stack], harbor: Harbor) -> Iterator[Problem]:
    ranges = carrier(stack.value, PLATFORM).vips
    if not any(harbor.address in cidr for cidr in ranges):
        zone = stack.value.cluster.zone
        found = f"{harbor.address} is outside the VIP ranges of zone '{zone}'"
        allowed = ", ".join(str(network) for network in ranges)
        yield stack.problem("vip-outside", (*_PLACE, "address"), found, allowed)
