"""What a registry outside the cluster must have, or pushes fail now and then (G1 to G3, X10)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.plan.balancers import PLATFORM, carrier
from estate.topics.registry.declare.registry import ExternalRegistry, InternalRegistry
from estate.topics.registry.plan.registries import COPIER, REGISTRY

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
        if internal := stack.value.registry.internal:
            problems += _inside(catalogue, zone, stack, internal)
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
    names = [server.name for server in external.servers]
    for index, server in enumerate(external.servers):
        if server.name in names[:index]:
            path: KeyPath = (*_PLACE, "servers", index, "name")
            line = stack.place((*_PLACE, "servers", names.index(server.name), "name")).line
            found = f"the name '{server.name}' stands here again (first in line {line})"
            yield stack.problem("name-taken", path, found, "each name once")
        if server.http_secret not in (None, external.http_secret):
            yield stack.problem(
                "registry-secrets-differ",
                (*_PLACE, "servers", index, "http_secret"),
                f"'{server.name}' signs uploads with '{server.http_secret}', the registry with "
                f"'{external.http_secret}': one machine refuses uploads that the other began",
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
            "parts of one push would go to different machines, and a machine does not see at "
            "once what another wrote to the filer",
            "source",
            "Leave the key out",
        )
    path: KeyPath = (*_PLACE, "vip", "address")
    ranges = carrier(stack.value, PLATFORM).vips
    if not any(vip.address in cidr for cidr in ranges):
        found = f"{vip.address} is outside the VIP ranges of zone '{zone}'"
        yield stack.problem(
            "vip-outside", path, found, ", ".join(str(network) for network in ranges)
        )
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


_INSIDE: KeyPath = ("registry", "internal")


def _inside(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], internal: InternalRegistry
) -> Iterator[Problem]:
    external = stack.value.registry.external
    if external is None:
        found = "nothing says where its images come from"
        hint = "Declare the registry outside the cluster: external"
        yield stack.problem("registry-source", _INSIDE, found, hint=hint)
    elif (external.filer, external.directory) == (internal.filer, internal.directory):
        found = f"the registry outside keeps its images in '{internal.directory}' already"
        hint = "What is deleted or broken outside would be so inside, too"
        path: KeyPath = (*_INSIDE, "directory")
        yield stack.problem("directory-taken", path, found, "a directory of its own", hint)
    if (zone, internal.filer) not in catalogue.filers:
        known = [name for at, name in catalogue.filers if at == zone]
        yield unknown(stack, "unknown-filer", (*_INSIDE, "filer"), internal.filer, known)
    if not any(pool.role == "infra" for pool in stack.value.pools):
        found = "no pool of the zone has the role 'infra', where it would run"
        yield stack.problem("no-pool", _INSIDE, found, hint="Declare a pool with role: infra")
    for name in (REGISTRY, COPIER):
        if catalogue.image(zone, name) is None:
            yield stack.problem(
                "no-platform-image",
                _INSIDE,
                f"images.yaml does not have the image '{name}', which zone '{zone}' runs",
                hint=f"Add '{name}' to images.yaml: the program runs it",
            )
    yield from _cluster_address(stack, internal)


def _cluster_address(stack: Declared[Stack], internal: InternalRegistry) -> Iterator[Problem]:
    """Kubernetes gives addresses above the first ones, so that these are free to be asked for."""
    services = stack.value.network.services
    path: KeyPath = (*_INSIDE, "address")
    band = min(max(16, services.num_addresses // 16), 256)
    first, last = services[2], services[min(band, services.num_addresses - 2)]
    taken = services[10]  # by custom, and by kubeadm, the name service's
    if not first <= internal.address <= last or internal.address == taken:
        yield stack.problem(
            "cluster-address",
            path,
            f"{internal.address} may be another Service's",
            f"{first} to {last}, but for {taken}, which is the name service's",
        )
