"""The rows that need no cluster: evaluation, memory, growth, import, declarations, render."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import estates
from estate.composition import compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.engine.kubernetes_object import type_token

ROOT = Path(__file__).resolve().parents[1]
Measured = dict[str, float]
"""Seconds, bytes and resources of one evaluation."""

ENVIRONMENT = os.environ | {"KUBECONFIG": "/dev/null/no-kubeconfig"}
"""Opening that file fails, so that no measurement can reach a cluster of the machine's."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    found: float
    must: float
    aim: float
    unit: str = ""
    judged: bool = True

    @property
    def missed(self) -> bool:
        return self.judged and self.found > self.must

    def __str__(self) -> str:
        verdict = "" if self.found <= self.aim else ("within must" if not self.missed else "MISSED")
        if not self.judged:
            verdict = "shown, not judged"
        return (
            f"{self.what:62} {self.found:8.2f}{self.unit:4} must {self.must:<6g} "
            f"aim {self.aim:<6g} {verdict or 'reached'}"
        )


@dataclass(frozen=True)
class Sizes:
    """How many apps, over both zones, the estates of a measurement have."""

    first: int
    """The smallest, from which growth is reckoned."""
    usual: int
    large: int
    most: int
    proof: tuple[int, int]
    proof_nodes: int
    """In each zone, for both estates that are proved."""


FULL = Sizes(first=240, usual=480, large=2_400, most=4_800, proof=(500, 2_000), proof_nodes=100)
"""About 1,000, 2,000, 10,000 and 20,000 resources in a stack; the proof has 60 databases."""

SMALL = Sizes(first=16, usual=16, large=32, most=32, proof=(16, 32), proof_nodes=20)
"""As small as shows that every row can be measured: what it shows is not judged."""


class Bench:
    """The estates of one run, and what was measured of them; each is made once."""

    def __init__(self, folder: Path, sizes: Sizes = FULL, runs: int = 3) -> None:
        self.folder, self.sizes, self.runs = folder, sizes, runs
        self._checkouts: dict[int, Path] = {}
        self._measured: dict[tuple[str, Path], Measured] = {}
        self._seconds: dict[tuple[str, ...], float] = {}

    def checkout(self, apps: int) -> Path:
        """A checkout with a generated estate of so many apps."""
        if apps not in self._checkouts:
            self._checkouts[apps] = checkout(self.folder / str(apps), apps)
        return self._checkouts[apps]

    def best(self, what: str, root: Path) -> Measured:
        """The fastest of a few evaluations: what else the machine does only ever adds."""
        if (what, root) not in self._measured:
            runs = [evaluate(what, root) for _ in range(self.runs)]
            self._measured[what, root] = min(runs, key=lambda one: one["seconds"])
        return self._measured[what, root]

    def fastest(self, *command: str) -> float:
        """Seconds that `estate` takes for a verb, from start to end, at its fastest."""
        if command not in self._seconds:
            self._seconds[command] = min(_seconds(*command) for _ in range(self.runs))
        return self._seconds[command]


def evaluation(bench: Bench) -> Row:
    """The program against a bare one that registers the same manifests, per resource."""
    root = bench.checkout(bench.sizes.usual)
    estate, bare = bench.best("estate", root), bench.best("bare", root)
    return Row(
        f"evaluation / bare program, {estate['resources']:.0f} resources",
        (estate["seconds"] / estate["resources"]) / (bare["seconds"] / bare["resources"]),
        1.1,
        0.5,
    )


def memory(bench: Bench) -> Row:
    """What a resource takes, above what the imports do."""
    large = bench.best("estate", bench.checkout(bench.sizes.large))
    return Row(
        f"memory per resource, {large['resources']:.0f} resources",
        large["bytes"] / large["resources"] / 1024,
        35,
        15,
        " KiB",
    )


def growth(bench: Bench) -> Row:
    """How evaluation grows with the resources: 1 is in proportion."""
    sizes = bench.sizes
    one, most = (bench.best("estate", bench.checkout(n)) for n in (sizes.first, sizes.most))
    return Row(
        f"growth exponent, {one['resources']:.0f} to {most['resources']:.0f} resources",
        _exponent(one["seconds"], most["seconds"], most["resources"] / one["resources"]),
        1.08,
        1.03,
    )


def imports(bench: Bench) -> Row:
    """Everything up to the first registration of the shipped estate."""
    imported, pulumi = bench.best("import", ROOT), bench.best("pulumi", ROOT)
    return Row(
        "import and configuration / import pulumi",
        imported["seconds"] / pulumi["seconds"],
        1.5,
        1.2,
    )


def declarations(bench: Bench) -> Row:
    """The share of an evaluation that reading and validating takes."""
    root = bench.checkout(bench.sizes.large)
    start = time.perf_counter()
    load(root)
    read = time.perf_counter() - start
    return Row(
        f"declarations read and validated / evaluation, {bench.sizes.large:,} apps",
        100 * read / bench.best("estate", root)["seconds"],
        5,
        2,
        " %",
    )


def rendering(bench: Bench) -> Row:
    """`estate render` of one zone, from start to end."""
    root = bench.checkout(bench.sizes.large)
    out = ("--stack", "dmz", "--out", str(bench.folder / "out"))
    took = _seconds("render", "--root", str(root), *out)
    return Row(f"estate render of {bench.sizes.large:,} apps", took, 10, 5, " s")


def checking(bench: Bench) -> Row:
    """`estate check` of the shipped estate, from start to end."""
    return Row("estate check, shipped", bench.fastest("check", "--root", str(ROOT)), 0.7, 0.4, " s")


def checking_many(bench: Bench) -> Row:
    """The same with many apps."""
    apps, _ = bench.sizes.proof
    took = bench.fastest("check", "--root", str(_to_prove(bench, apps)))
    return Row(f"estate check, {apps} apps", took, 1.5, 0.8, " s")


def proof(bench: Bench) -> Row:
    """`estate prove`, which checks and plans first, from start to end."""
    apps, _ = bench.sizes.proof
    took = bench.fastest("prove", "--root", str(_to_prove(bench, apps)))
    what = f"check, plan and prove, {apps} apps, {bench.sizes.proof_nodes} nodes a zone"
    return Row(what, took, 20, 5, " s")


def proof_growth(bench: Bench) -> Row:
    """How the proof grows with the apps."""
    few, many = bench.sizes.proof
    first, last = (
        bench.fastest("prove", "--root", str(_to_prove(bench, n))) for n in bench.sizes.proof
    )
    return Row(
        f"growth exponent of the proof, {few} to {many} apps",
        _exponent(first, last, many / few),
        1.3,
        1.15,
    )


Measure = Callable[[Bench], Row]
ROWS: tuple[Measure, ...] = (
    evaluation,
    memory,
    growth,
    imports,
    declarations,
    rendering,
    checking,
    checking_many,
    proof,
    proof_growth,
)
"""The rows that need no cluster, in the order in which they are printed."""


def offline(folder: Path, sizes: Sizes = FULL) -> Iterator[Row]:
    """Measures each row in fresh processes; every ratio's two sides stand in this one run."""
    bench = Bench(folder, sizes)
    for row in ROWS:
        yield row(bench)


def _exponent(first: float, last: float, times: float) -> float:
    return math.log(last / first) / math.log(times)


def _seconds(*arguments: str) -> float:
    start = time.perf_counter()
    command = [str(ROOT / "estate"), *arguments]
    ran = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"{' '.join(command)}:\n{ran.stdout}{ran.stderr}")
    return time.perf_counter() - start


def _to_prove(bench: Bench, apps: int) -> Path:
    root = bench.folder / f"proof-{apps}"
    if not root.exists():
        nodes = bench.sizes.proof_nodes
        estates.write(root, apps=apps, nodes_per_zone=nodes, tenants=min(60, apps), sharing=1)
    return root


def checkout(folder: Path, apps: int) -> Path:
    """A folder with a generated estate, its program, and its manifests for the bare program."""
    estates.write(folder, apps=apps, nodes_per_zone=max(30, apps // 8), tenants=max(10, apps // 20))
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / name, folder)
    (folder / "platform").symlink_to(ROOT / "platform")
    derived = derive(load(folder))
    assert not derived.problems, derived.problems[0]
    manifests = [
        (
            type_token(str(manifest.body["apiVersion"]), manifest.kind, patch=manifest.patch),
            manifest.name,
            manifest.body,
        )
        for manifest in compose(derived.plans["dmz"]).manifests
    ]
    (folder / "manifests.json").write_text(json.dumps(manifests), encoding="utf-8")
    return folder


def evaluate(what: str, folder: Path) -> Measured:
    """One evaluation in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.evaluate", what, str(folder)],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(ran.stderr)
    return json.loads(ran.stdout)
