"""What a registry outside the cluster must have, or pushes fail now and then (G1 to G3, X10)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declare import Declared, Problem
from estate.declare.models import ExternalRegistry, Stack, TraditionalApp
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.balancers import PLATFORM, carrier
from estate.plan.catalogue import Catalogue, namespace_of, unknown

_PLACE: KeyPath = ("registry", "external")


def check_registries(catalogue: Catalogue) -> list[Problem]:
    """A problem for each fact about a registry with which it would not hold."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        external = stack.value.registry.external
        if external:
            problems += _machines(stack, external)
            problems += _vip(catalogue, zone, stack, external)
            problems += _storage(catalogue, zone, stack, external)
    return problems


def _machines(stack: Declared[Stack], external: ExternalRegistry) -> Iterator[Problem]:
    if len(external.servers) < 2:
        yield stack.problem(
            "registry-alone",
            (*_PLACE, "servers"),
            f"the registry has {len(external.servers)} machine"
            f"{'' if len(external.servers) == 1 else 's'}: without it no node pulls an image",
            "two or more",
        )
    names = [one.name for one in external.servers]
    for index, one in enumerate(external.servers):
        if one.name in names[:index]:
            path: KeyPath = (*_PLACE, "servers", index, "name")
            line = stack.place((*_PLACE, "servers", names.index(one.name), "name")).line
            found = f"the name '{one.name}' stands here again (first in line {line})"
            yield stack.problem("name-taken", path, found, "each name once")
        if one.http_secret not in (None, external.http_secret):
            yield stack.problem(
                "registry-secrets-differ",
                (*_PLACE, "servers", index, "http_secret"),
                f"'{one.name}' signs uploads with '{one.http_secret}', the registry with "
                f"'{external.http_secret}': what one machine began, the other refuses as invalid",
                "one secret on all machines",
                "Leave the key out, and give the machine the registry's",
            )


def _vip(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], external: ExternalRegistry
) -> Iterator[Problem]:
    vip = external.vip
    if vip.stickiness == "none":
        yield stack.problem(
            "registry-not-sticky",
            (*_PLACE, "vip", "stickiness"),
            "each part of a push would go to another machine, which does not see yet what the "
            "first wrote to the filer",
            "source",
            "Leave the key out",
        )
    path: KeyPath = (*_PLACE, "vip", "address")
    ranges = carrier(stack.value, PLATFORM).vips
    if not any(vip.address in cidr for cidr in ranges):
        found = f"{vip.address} is outside the VIP ranges of zone '{zone}'"
        yield stack.problem("vip-outside", path, found, ", ".join(str(one) for one in ranges))
    for app in catalogue.apps:
        if isinstance(app.value, TraditionalApp) and app.value.vip.address == vip.address:
            found = f"{vip.address} is an address of the app '{app.value.app}'"
            hint = "A virtual address belongs to one tenant, or to the platform"
            yield stack.problem("vip-of-others", path, found, hint=hint)
    _, _, port = stack.value.registry.host.partition(":")
    if int(port or 443) != vip.port:
        yield stack.problem(
            "registry-port",
            (*_PLACE, "vip", "port"),
            f"images name the registry '{stack.value.registry.host}', and it would answer at "
            f"port {vip.port}",
            f"{port or 443}, or the port in 'host'",
        )


def _storage(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], external: ExternalRegistry
) -> Iterator[Problem]:
    if (zone, external.filer) not in catalogue.filers:
        known = [name for at, name in catalogue.filers if at == zone]
        yield unknown(stack, "unknown-filer", (*_PLACE, "filer"), external.filer, known)
    namespaces = {namespace_of(app.value) for app in catalogue.apps if app.value.zone == zone}
    if external.directory in namespaces:
        yield stack.problem(
            "directory-taken",
            (*_PLACE, "directory"),
            f"the apps of the namespace '{external.directory}' write to a directory of that name",
            "a name that no namespace has",
        )
