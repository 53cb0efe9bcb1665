"""Images: every one that a zone runs, where it comes from, and what it is built on (G7, G8)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.registry.plan.model import SuppliedImage


def supplied_images(catalogue: Catalogue, zone: Zone) -> tuple[SuppliedImage, ...]:
    """The images of the zone's running apps and all of the platform's own, by path."""
    found = [
        _app(one.image, app.app, app.owner, one.base)
        for app in _running(catalogue, zone)
        for one in (app, *app.sidecars, *app.before)
    ]
    for name, image in catalogue.images.images.items():
        found.append(
            SuppliedImage(
                path=image.path,
                digest=image.digest,
                name=name,
                owner="",
                source=image.source,
                version=image.version,
                base=image.base or "",
            )
        )
    return tuple(sorted(set(found)))


def _running(catalogue: Catalogue, zone: Zone) -> Iterator[App]:
    return (
        app.value
        for app in catalogue.apps
        if app.value.zone == zone and app.value.state == "active"
    )


def _app(image: str, name: str, owner: str, base: str | None) -> SuppliedImage:
    path, _, digest = image.partition("@")
    return SuppliedImage(
        path=path, digest=digest, name=name, owner=owner, source="", version="", base=base or ""
    )
