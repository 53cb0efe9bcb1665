"""Checks of images that the zone runs or builds on."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.reader.problems import KeyPath, Problem


def check_bases(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem for each image that is built on one that nobody knows, or on itself (G7)."""
    known = catalogue.images.images
    for app in catalogue.apps:
        if app.value.base and app.value.base not in known:
            yield unknown(app, "unknown-image", ("base",), app.value.base, known)
    if loaded.images is None:
        return
    for name, image in known.items():
        path: KeyPath = ("images", name, "base")
        if image.base and image.base not in known:
            yield unknown(loaded.images, "unknown-image", path, image.base, known)
    try:
        TopologicalSorter(
            {name: [image.base] if image.base else [] for name, image in known.items()}
        ).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        found = f"the images are built on each other: {' -> '.join(circle)}"
        place: KeyPath = ("images", circle[0], "base")
        yield loaded.images.problem(
            "base-circle", place, found, "one that is built on none of them"
        )
