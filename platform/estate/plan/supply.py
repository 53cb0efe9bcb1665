"""Images: every one that a zone runs, where it comes from, and what it is built on (G7, G8)."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from estate.declare import Loaded, Problem
from estate.declare.models import App
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue, unknown
from estate.plan.model.registries import SuppliedImage


def supplied_images(catalogue: Catalogue, zone: Zone) -> tuple[SuppliedImage, ...]:
    """The images of the zone's running apps and all of the platform's own, by path."""
    found = [_app(app.image, app.app, app.owner, app.base) for app in _running(catalogue, zone)]
    for name, one in (catalogue.images.images if catalogue.images else {}).items():
        path, _, digest = one.image.partition("@")
        found.append(
            SuppliedImage(
                path=path,
                digest=digest,
                name=name,
                owner="",
                source=one.source,
                version=one.version,
                base=one.base or "",
            )
        )
    return tuple(sorted(set(found)))


def _running(catalogue: Catalogue, zone: Zone) -> Iterator[App]:
    return (
        one.value
        for one in catalogue.apps
        if one.value.zone == zone and one.value.state == "active"
    )


def _app(image: str, name: str, owner: str, base: str | None) -> SuppliedImage:
    path, _, digest = image.partition("@")
    return SuppliedImage(
        path=path, digest=digest, name=name, owner=owner, source="", version="", base=base or ""
    )


def check_bases(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem for each image that is built on one that nobody knows, or on itself (G7)."""
    known = catalogue.images.images if catalogue.images else {}
    for app in catalogue.apps:
        if app.value.base and app.value.base not in known:
            yield unknown(app, "unknown-image", ("base",), app.value.base, known)
    if loaded.images is None:
        return
    for name, one in known.items():
        path: KeyPath = ("images", name, "base")
        if one.base and one.base not in known:
            yield unknown(loaded.images, "unknown-image", path, one.base, known)
    try:
        TopologicalSorter(
            {name: [one.base] if one.base else [] for name, one in known.items()}
        ).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        found = f"the images are built on each other: {' -> '.join(circle)}"
        place: KeyPath = ("images", circle[0], "base")
        yield loaded.images.problem(
            "base-circle", place, found, "one that is built on none of them"
        )
