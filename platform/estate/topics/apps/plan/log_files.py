"""Log files of apps that go to their tenant's stream as well (H1).

An app that came from virtual machines writes files, onto a filer, where the collector of a node
does not see them. So a container beside it reads them where they are written and says each line to
its standard output: from there on a line is one of the tenant's, like any other.
"""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.plan.model import CollectedFiles
from estate.topics.nodes.plan.model import Amount

READER = "fluent-bit"
"""The image that reads them."""

CONTAINER = "log-files"
"""What the container is called: by it the collector knows such lines."""

KINDS = ("middleware", "application")
"""What is text; dumps stay on the filer."""

READS_FILES = Amount(cpu=20, memory=64 * 2**20, pods=0)
"""What one such container takes of its pod's node."""


def pattern_of(app: App) -> str | None:
    """Which files of the app are collected; None where none are."""
    return app.logs.collect if isinstance(app, TraditionalApp) and app.logs else None


def plan_collected(catalogue: Catalogue, app: App) -> CollectedFiles | None:
    """What reads the app's files, where it asks for it."""
    pattern, image = pattern_of(app), catalogue.image(app.zone, READER)
    if pattern is None or image is None:
        return None
    return CollectedFiles(pattern=pattern, kinds=KINDS, image=image, size=READS_FILES)
