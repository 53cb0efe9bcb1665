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
from estate.topics.registry.declare.resolved_images import UNRESOLVED, ResolvedImage
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.control_plane_images import ControlPlaneImage
from estate.topics.registry.plan.model import ExternalRegistryPlan, SuppliedImage

FOLDER = "images"

MIRROR_COLUMNS = ("image", "source", "version", "digest", "target")
PROGRAM_COLUMNS = ("program", "release", "declared_by", "image", "tag", "digest", "target", "state")
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
        Document(f"{FOLDER}/programs.csv", csv_text(PROGRAM_COLUMNS, _programs(plan))),
    ]
    if registry := plan.of(RegistryPlan).external:
        mirrored = [
            _line(image.source, image) for image in plan.of(RegistryPlan).supply if image.source
        ]
        mirrored += [
            PromotedImage(
                source=plane_image.source,
                path=plane_image.path,
                digest=plane_image.digest,
                tag=plane_image.tag,
            )
            for plane_image in _control_plane(plan)
        ]
        mirrored += [
            PromotedImage(
                source=program.source, path=program.path, digest=program.digest, tag=program.version
            )
            for program in _of_programs(plan)
        ]
        found += [
            Document(f"{FOLDER}/promote.sh", SCRIPT),
            Document(f"{FOLDER}/mirror.txt", image_list(mirrored)),
            Document(f"{FOLDER}/policy.json", policy(_registries(plan, registry))),
        ]
        if registry.promoted_from:
            built = [
                _line(f"{registry.promoted_from}/{image.path}", image)
                for image in plan.of(RegistryPlan).supply
                if not image.source
            ]
            found.append(Document(f"{FOLDER}/promotion.txt", image_list(built)))
    return tuple(found)


def _line(source: str, image: SuppliedImage) -> PromotedImage:
    return PromotedImage(source=source, path=image.path, digest=image.digest)


def sources_of_images(plan: Plan) -> tuple[str, ...]:
    """The hosts that the zone's images are copied from, in alphabetical order."""
    registry = plan.of(RegistryPlan).external
    if registry is None:
        return ()
    found = {one.partition("/")[0] for one in _registries(plan, registry)}
    return tuple(sorted(found - {registry.host}))


def _registries(plan: Plan, registry: ExternalRegistryPlan) -> Iterator[str]:
    yield registry.host
    if registry.promoted_from:
        yield registry.promoted_from
    yield from (image.source for image in plan.of(RegistryPlan).supply if image.source)
    yield from (plane_image.source for plane_image in _control_plane(plan))
    yield from (program.source for program in _of_programs(plan))


def _control_plane(plan: Plan) -> tuple[ControlPlaneImage, ...]:
    masters = plan.of(ControlPlanePlan).masters
    return masters.control_plane if masters else ()


def _of_programs(plan: Plan) -> Iterator[ResolvedImage]:
    return (image for program in plan.of(RegistryPlan).programs for image in program.images)


def _programs(plan: Plan) -> Iterator[Row]:
    """What the cluster runs that is not the platform's: complete, or said to be unresolved."""
    host = plan.of(RegistryPlan).host
    masters = plan.of(ControlPlanePlan).masters
    for image in _control_plane(plan):
        assert masters
        yield {
            "program": "kubernetes",
            "release": f"v{masters.release}",
            "declared_by": "estate:masters.patch",
            "image": image.source,
            "tag": image.tag,
            "digest": _known(image.digest),
            "target": f"{host}/{image.path}:{image.tag}",
            "state": _state(image.digest),
        }
    for program in plan.of(RegistryPlan).programs:
        facts: Row = {
            "program": program.name,
            "release": program.version,
            "declared_by": program.declared_by,
            "image": "",
            "tag": "",
            "digest": "",
            "target": "",
        }
        if not program.images:
            bare = "no image: definitions only"
            yield {**facts, "state": bare if program.version else "not in images.yaml"}
        for image in program.images:
            yield {
                **facts,
                "image": image.source,
                "tag": image.version,
                "digest": _known(image.digest),
                "target": f"{host}/{image.path}:{image.version}",
                "state": _state(image.digest),
            }


def _state(digest: str) -> str:
    return "unresolved" if digest == UNRESOLVED else "resolved"


def _known(digest: str) -> str:
    return "" if digest == UNRESOLVED else digest


def _mirror(plan: Plan) -> Iterator[Row]:
    """For who carries images over an air gap: what to fetch, and what it must be."""
    host = plan.of(RegistryPlan).host
    for image in plan.of(RegistryPlan).supply:
        if image.source:
            yield {
                "image": image.name,
                "source": image.source,
                "version": image.version,
                "digest": image.digest,
                "target": f"{host}/{image.path}@{image.digest}",
            }
    for image in _control_plane(plan):
        yield {
            "image": image.name,
            "source": image.source,
            "version": image.tag,
            "digest": image.digest,
            "target": f"{host}/{image.path}:{image.tag}@{image.digest}",
        }
    for program in _of_programs(plan):
        yield {
            "image": program.path.rpartition("/")[2],
            "source": program.source,
            "version": program.version,
            "digest": program.digest,
            "target": f"{host}/{program.path}:{program.version}@{program.digest}",
        }


def _catalogue(plan: Plan) -> Iterator[Row]:
    """By base: who has to build anew when it is corrected. Those without a base come first."""
    bases = {image.name: image for image in plan.of(RegistryPlan).supply if image.source}
    for one in sorted(plan.of(RegistryPlan).supply, key=lambda image: (image.base, image.name)):
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
