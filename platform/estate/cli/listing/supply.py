"""Where images come from and what they are, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.registry.declare.resolved_images import UNRESOLVED
from estate.topics.registry.plan import RegistryPlan


def _registries(stack: Stack) -> Iterator[Row]:
    plan = stack.plan.of(RegistryPlan)
    external, harbor, internal = plan.external, plan.harbor, plan.internal
    outside: Row = {"registry": plan.host, "kind": "run by another team"}
    if external:
        outside = {
            "registry": plan.host,
            "kind": "outside of the cluster",
            "address": f"{external.vip.address}:{external.vip.port}",
            "machines": tuple(server.name for server in external.servers),
            "owner": external.owner,
        }
    elif harbor:
        outside = {
            "registry": plan.host,
            "kind": "Harbor",
            "address": str(harbor.address),
            "machines": tuple(server.name for server in harbor.servers),
            "owner": harbor.owner,
        }
    yield {"address": "", "machines": (), "owner": "", **outside}
    if internal:
        yield {
            "registry": internal.placement.namespace,
            "kind": "in the cluster, for its nodes",
            "address": str(internal.address),
            "machines": (f"pool {internal.placement.pool}",),
            "owner": "",
        }


def _images(stack: Stack) -> Iterator[Row]:
    for image in stack.plan.of(RegistryPlan).supply:
        yield {
            "image": image.path,
            "of": image.name,
            "version": image.version,
            "digest": "unresolved" if image.digest == UNRESOLVED else image.digest,
            "source": image.source,
            "base": image.base,
            "owner": image.owner,
        }


def _programs(stack: Stack) -> Iterator[Row]:
    for program in stack.plan.of(RegistryPlan).programs:
        yield {
            "program": program.name,
            "version": program.version,
            "images": len(program.images),
            "declared_by": program.declared_by,
        }


REGISTRIES = Listing(
    name="registries",
    what="registries that nodes pull from",
    columns=("registry", "kind", "address", "machines", "owner"),
    rows=_registries,
)
IMAGES = Listing(
    name="images",
    what="images that the zone runs or builds on",
    columns=("image", "of", "version", "digest", "source", "base", "owner"),
    rows=_images,
)
PROGRAMS = Listing(
    name="programs",
    what="programs of others that the cluster runs",
    columns=("program", "version", "images", "declared_by"),
    rows=_programs,
)
