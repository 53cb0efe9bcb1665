"""Checks of monitoring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.monitoring.declare import Monitoring, MonitoringDisk
from estate.topics.monitoring.plan.monitoring import IMAGES
from estate.topics.monitoring.plan.sizes import REPLICAS
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.tenancy.declare.tenants import Tenant


def check_monitoring(
    catalogue: Catalogue, pools: Mapping[Zone, tuple[PoolPlan, ...]]
) -> list[Problem]:
    """A problem for each thing that monitoring needs and the zone does not have."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        if stack.value.monitoring and zone in pools:
            problems += _of_zone(catalogue, zone, stack, stack.value.monitoring)
    problems += _images(catalogue)
    for tenant in catalogue.tenants.values():
        problems += _webhook_of(catalogue, tenant)
    return problems


def _images(catalogue: Catalogue) -> Iterator[Problem]:
    """One file for both zones: what it lacks is said once."""
    for zone, stack in catalogue.stacks.items():
        if stack.value.monitoring is None:
            continue
        for name in IMAGES:
            if catalogue.image(zone, name) is None:
                yield stack.problem(
                    "no-platform-image",
                    ("monitoring",),
                    f"there is no image '{name}' of the platform's own",
                    f"an image '{name}' in images.yaml",
                )
        return


def _of_zone(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], declared: Monitoring
) -> Iterator[Problem]:
    at: KeyPath = ("monitoring",)
    own = [pool.name for pool in stack.value.pools if pool.role == "monitoring"]
    if not own:
        yield stack.problem(
            "no-role-pool",
            at,
            "the zone has no pool for it",
            "with a pool of the role 'monitoring'",
            "Example: estate:pools: [{name: monitoring, role: monitoring}]",
        )
    names = [webhook.name for webhook in declared.webhooks]
    for index, name in enumerate(names):
        if name in names[:index]:
            line = stack.place((*at, "webhooks", names.index(name), "name")).line
            found = f"the name '{name}' stands here again (first in line {line})"
            path: KeyPath = (*at, "webhooks", index, "name")
            yield stack.problem("name-taken", path, found, "each name once")
    if declared.webhook and declared.webhook not in names:
        yield unknown(stack, "unknown-webhook", (*at, "webhook"), declared.webhook, names)
    if own:
        yield from _volumes(catalogue, zone, stack, declared, own[0])


def _volumes(
    catalogue: Catalogue, zone: Zone, stack: Declared[Stack], declared: Monitoring, pool: str
) -> Iterator[Problem]:
    """Each Prometheus has one, nobody else has it, and two are not lost with one node (X15)."""
    places: list[tuple[KeyPath, int]] = [
        (("monitoring", kind, index), one.replica)
        for kind, found in (("disks", declared.disks), ("luns", declared.luns))
        for index, one in enumerate(found)
    ]
    for replica in range(1, REPLICAS["prometheus"] + 1):
        own = [place for place, of in places if of == replica]
        if not own:
            yield stack.problem(
                "no-disk",
                ("monitoring",),
                f"Prometheus {replica} has no disk to keep its samples on",
                "a disk or a LUN for each of the two",
                f"Ask the storage team, then assign it: disks: [{{replica: {replica}, ...}}]",
            )
        for place in own[1:]:
            line = stack.place(own[0]).line
            found = f"Prometheus {replica} has one already (line {line})"
            yield stack.problem("disk-taken", place, found, "one for each of the two")
    taken = {
        *((disk.node, disk.path) for local in stack.value.storage.local for disk in local.disks),
        *(lun.wwid for array in stack.value.storage.fibre_channel for lun in array.luns),
    }
    nodes = [node.name for node in catalogue.nodes_of(zone, pool)]
    homes: list[str] = []
    for place, device in _devices(declared):
        if device in taken:
            found = "this is assigned under estate:storage, or above, already"
            yield stack.problem("disk-taken", place, found, "a disk or LUN of its own")
        taken.add(device)
        if isinstance(device, str):
            continue
        node = device[0]
        if node not in nodes:
            found = f"'{node}' is no node of pool '{pool}', in which Prometheus runs"
            allowed = ", ".join(nodes) or f"nodes of pool '{pool}'"
            yield stack.problem("disk-elsewhere", (*place, "node"), found, allowed)
        elif node in homes:
            found = f"both Prometheus have their disks in '{node}' and would be lost with it"
            yield stack.problem("disks-together", place, found, "one node for each")
        homes.append(node)


def _devices(declared: Monitoring) -> Iterator[tuple[KeyPath, tuple[str, str] | str]]:
    for index, one in enumerate((*declared.disks, *declared.luns)):
        if isinstance(one, MonitoringDisk):
            yield ("monitoring", "disks", index), (one.node, one.path)
        else:
            yield ("monitoring", "luns", index - len(declared.disks)), one.wwid


def _webhook_of(catalogue: Catalogue, tenant: Declared[Tenant]) -> Iterator[Problem]:
    """A tenant's webhook is one of every zone that it has anything in and that is watched."""
    name = tenant.value.alerts.webhook
    if name is None:
        return
    zones = set(tenant.value.zones)
    zones |= {app.value.zone for app in catalogue.apps if app.value.tenant == tenant.value.tenant}
    for zone in sorted(zones):
        declared = catalogue.stack(zone).monitoring
        known = [webhook.name for webhook in declared.webhooks] if declared else []
        if name not in known:
            yield unknown(tenant, "unknown-webhook", ("alerts", "webhook"), name, known)
            return
