"""Image supply: what is mirrored, what is promoted, what is built on what (G5, G7, G8).

Images travel from outside in and by digest. The lists are read by the one script that stands
beside them; the cluster runs the same for its own registry.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.objects.promotion import SCRIPT, PromotedImage, image_list, policy
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.control_plane_images import ControlPlaneImage
from estate.topics.registry.plan.model import ExternalRegistryPlan, SuppliedImage

FOLDER = "images"

MIRROR_COLUMNS = ("image", "source", "version", "digest", "target")
CATALOGUE_COLUMNS = (
    "base",
    "base_version",
    "base_digest",
    "image",
    "path",
    "digest",
    "owner",
)


def supply_documents(plan: Plan) -> tuple[Document, ...]:
    """The catalogue always; lists and script where the registry outside is the estate's."""
    found = [
        Document(f"{FOLDER}/bases.csv", csv_text(CATALOGUE_COLUMNS, _catalogue(plan))),
        Document(f"{FOLDER}/mirror.csv", csv_text(MIRROR_COLUMNS, _mirror(plan))),
    ]
    if registry := plan.of(RegistryPlan).external:
        mirrored = [_line(one.source, one) for one in plan.of(RegistryPlan).supply if one.source]
        mirrored += [
            PromotedImage(source=one.source, path=one.path, digest=one.digest, tag=one.tag)
            for one in _control_plane(plan)
        ]
        found += [
            Document(f"{FOLDER}/promote.sh", SCRIPT),
            Document(f"{FOLDER}/mirror.txt", image_list(mirrored)),
            Document(f"{FOLDER}/policy.json", policy(_registries(plan, registry))),
        ]
        if registry.promoted_from:
            built = [
                _line(f"{registry.promoted_from}/{one.path}", one)
                for one in plan.of(RegistryPlan).supply
                if not one.source
            ]
            found.append(Document(f"{FOLDER}/promotion.txt", image_list(built)))
    return tuple(found)


def _line(source: str, image: SuppliedImage) -> PromotedImage:
    return PromotedImage(source=source, path=image.path, digest=image.digest)


def _registries(plan: Plan, registry: ExternalRegistryPlan) -> Iterator[str]:
    yield registry.host
    if registry.promoted_from:
        yield registry.promoted_from
    yield from (one.source for one in plan.of(RegistryPlan).supply if one.source)
    yield from (one.source for one in _control_plane(plan))


def _control_plane(plan: Plan) -> tuple[ControlPlaneImage, ...]:
    masters = plan.of(ControlPlanePlan).masters
    return masters.control_plane if masters else ()


def _mirror(plan: Plan) -> Iterator[Row]:
    """For who carries images over an air gap: what to fetch, and what it must be."""
    for one in plan.of(RegistryPlan).supply:
        if one.source:
            yield {
                "image": one.name,
                "source": one.source,
                "version": one.version,
                "digest": one.digest,
                "target": f"{plan.of(RegistryPlan).host}/{one.path}@{one.digest}",
            }
    for one in _control_plane(plan):
        yield {
            "image": one.name,
            "source": one.source,
            "version": one.tag,
            "digest": one.digest,
            "target": f"{plan.of(RegistryPlan).host}/{one.path}:{one.tag}@{one.digest}",
        }


def _catalogue(plan: Plan) -> Iterator[Row]:
    """By base: who has to build anew when it is corrected. Those without a base come first."""
    bases = {one.name: one for one in plan.of(RegistryPlan).supply if one.source}
    for one in sorted(plan.of(RegistryPlan).supply, key=lambda one: (one.base, one.name)):
        base = bases.get(one.base)
        yield {
            "base": one.base,
            "base_version": base.version if base else "",
            "base_digest": base.digest if base else "",
            "image": one.name,
            "path": one.path,
            "digest": one.digest,
            "owner": one.owner,
        }
