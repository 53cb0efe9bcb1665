"""The rows that need API servers: Pulumi against kubectl, with the same objects."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import ROOT, Row
from lab import stacks
from lab.lab import Lab

OBJECTS = 1_000
_ROWS = (
    ("first up / kubectl apply", 2.0, 1.2),
    ("no-op up / kubectl apply", 1.5, 0.6),
    ("destroy / kubectl delete", 2.5, 1.5),
)
_PROGRAM = """
import pulumi
provider = pulumi.ProviderResource(
    "kubernetes", "cluster", {{"context": "dmz", "clusterIdentifier": "bench",
    "enableServerSideApply": "true"}}, pulumi.ResourceOptions(version="{version}"))
for number in range({objects}):
    name = f"bench-{{number}}"
    pulumi.CustomResource("kubernetes:core/v1:ConfigMap", name, {{
        "apiVersion": "v1", "kind": "ConfigMap", "data": {{"number": str(number)}},
        "metadata": {{"name": name, "namespace": "default"}},
    }}, pulumi.ResourceOptions(provider=provider))
"""


def on_the_lab(folder: Path, objects: int = OBJECTS) -> Iterator[Row]:
    """Applies, applies again and deletes plain objects, once with each.

    The clusters are the lab's own, with kubeconfigs of their own: none of the machine's is read.
    """
    lab = Lab(root=_program(folder, objects), state=folder / "state")
    os.environ |= {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
    try:
        lab.up()
        lines = lab.plugins()
        judged = not any("stand-in" in line for line in lines)
        stacks.ensure(lab, "dmz")
        listed = str(_objects(folder, objects))
        apply = ("apply", "--server-side", "-f", listed)
        ours = [
            _timed(lambda: lab.pulumi("up", "--yes", "--skip-preview", stack="dmz")),
            _timed(lambda: lab.pulumi("up", "--yes", "--skip-preview", stack="dmz")),
            _timed(lambda: lab.pulumi("destroy", "--yes", "--skip-preview", stack="dmz")),
        ]
        theirs = [
            _timed(lambda: lab.kubectl("dmz", *apply)),
            _timed(lambda: lab.kubectl("dmz", *apply)),
            _timed(lambda: lab.kubectl("dmz", "delete", "-f", listed)),
        ]
    finally:
        lab.down()
    for (what, must, aim), a, b in zip(_ROWS, ours, theirs, strict=True):
        text = f"{what}, {objects} objects ({a:.1f} s / {b:.1f} s)"
        yield Row(text, a / b, must, aim, judged=judged)


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _program(folder: Path, objects: int) -> Path:
    """A checkout whose program is those objects and nothing else."""
    from importlib.metadata import version

    root = folder / "program"
    root.mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", root)
    for name in ("Pulumi.dmz.yaml", "Pulumi.intranet.yaml"):
        shutil.copy(ROOT / name, root)
    for name in ("images.yaml", "images.lock.yaml"):
        shutil.copy(ROOT / name, root)
    for name in ("tenants", "apps", "registers"):
        shutil.copytree(ROOT / name, root / name)
    text = _PROGRAM.format(version=version("pulumi-kubernetes"), objects=objects)
    (root / "__main__.py").write_text(text, encoding="utf-8")
    return root


def _objects(folder: Path, objects: int) -> Path:
    items = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"bench-{number}", "namespace": "default"},
            "data": {"number": str(number)},
        }
        for number in range(objects)
    ]
    path = folder / "objects.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return path
