"""The containers and pods of one app of a small estate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from estate.cli.explain import explain
from estate.composition import compose
from tests.minimal import Minimal, minimal

RUNNING = ("Deployment", "StatefulSet", "CronJob")


def objects(made: Minimal, folder: Path, *kinds: str) -> list[Any]:
    """The objects of these kinds in the namespace of the tenant `team`."""
    composition = compose(made.written(folder).plans()["dmz"])
    return [
        one.body
        for one in composition.manifests
        if one.kind in kinds and (one.namespace or "").startswith("team")
    ]


def workload(made: Minimal, folder: Path) -> Any:
    """What runs the pods of the one app there is."""
    (found,) = objects(made, folder, *RUNNING)
    return found


def pod_of(made: Minimal, folder: Path) -> Any:
    """The `spec` of its pods."""
    found = workload(made, folder)
    spec = found["spec"]
    spec = spec["jobTemplate"]["spec"] if found["kind"] == "CronJob" else spec
    return spec["template"]["spec"]


def container_of(made: Minimal, folder: Path) -> Any:
    """Its own container."""
    (found,) = pod_of(made, folder)["containers"]
    return found


def shop(**changes: Any) -> Minimal:
    """An estate with the one app `shop`."""
    return minimal().with_app("shop", **changes)


def codes(made: Minimal, folder: Path) -> list[str]:
    """What `estate check` refuses of it."""
    return sorted(one.code for one in made.written(folder).problems())


def explained(made: Minimal, folder: Path, app: str = "shop") -> str:
    """What `estate explain` says of the app, in one line."""
    (found,) = explain(compose(made.written(folder).plans()["dmz"]), app)
    return " ".join(line for chapter in found.chapters for line in chapter.lines)
