"""`make test`: static checks, then each level of the proof ladder, then a count per level.

A level is a folder `tests/level<n>`; a new one is found by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import counting
from toolchain.progress import duration

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

STATIC = {
    "ruff check": ("ruff", "check", "--quiet"),
    "ruff format": ("ruff", "format", "--check", "--quiet"),
    "pyright": ("pyright",),
    "import-linter": ("lint-imports",),
}

FULL_SETS = "ESTATE_FULL_SETS"
"""Set where a test shall run its full set instead of a seeded sample."""


@dataclass
class Result:
    """What became of the tests of one level."""

    level: str
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0

    @property
    def counts(self) -> Counter[str]:
        """How many tests had which outcome."""
        return Counter(self.outcomes.values())

    @property
    def failed(self) -> int:
        """Tests that failed, or were skipped."""
        return self.counts["failed"] + self.counts["skipped"]


def main(arguments: list[str]) -> int:
    """Runs the ladder; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.ladder", description=__doc__)
    parser.add_argument("--full", action="store_true", help="full sets instead of samples")
    parser.add_argument("levels", nargs="*", help="static, level0, ...: all when none is named")
    chosen = parser.parse_args(arguments)
    levels = ["static", *(folder.name for folder in sorted(ROOT.glob("tests/level[0-9]")))]
    if unknown := set(chosen.levels) - set(levels):
        parser.error(f"no such level: {', '.join(sorted(unknown))}")
    results: list[Result] = []
    for level in chosen.levels or levels:
        print(f"\n== {level}", flush=True)
        start = time.monotonic()
        result = static() if level == "static" else run(level, full=chosen.full)
        result.seconds = time.monotonic() - start
        results.append(result)
    return report(results)


def static() -> Result:
    """The checks that read code and run none of it; each counts as one test."""
    result = Result("static")
    for name, (program, *arguments) in STATIC.items():
        ran = subprocess.run(
            [str(BIN / program), *arguments],
            cwd=ROOT,
            env=os.environ
            | {
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT / "platform"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        result.outcomes[name] = "failed" if ran.returncode else "passed"
        print(f"{name}: {result.outcomes[name]}", flush=True)
        if ran.returncode:
            print(ran.stdout, flush=True)
    return result


def run(level: str, *, full: bool) -> Result:
    """Runs the tests of one level in a process of its own."""
    marks = [] if full else ["-m", "not scale"]
    env = os.environ | ({FULL_SETS: "1"} if full else {})
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", counting.__name__, *marks),
                str(ROOT / "tests" / level),
            ],
            cwd=ROOT,
            env=env | {counting.FILE: str(counts)},
        )
        outcomes: dict[str, str] = {}
        if counts.exists():
            outcomes = json.loads(counts.read_text(encoding="utf-8"))
    result = Result(level, outcomes)
    nothing_found = pytest.ExitCode.NO_TESTS_COLLECTED
    if ran.returncode not in (0, nothing_found) and not result.failed:
        # Killed, or broken outside of any test.
        result.outcomes[f"pytest ended with {ran.returncode}"] = "failed"
    return result


def report(results: list[Result]) -> int:
    """Prints what CI and people read; the exit code."""
    print("\n== what became of it")
    for result in results:
        for name, outcome in result.outcomes.items():
            if outcome in ("failed", "skipped", "not run"):
                print(f"{outcome}: {name}")
    for result in results:
        parts = [f"{result.counts['passed']:5} passed", f"{result.failed:3} failed"]
        if absent := result.counts["not run"]:
            parts.append(f"{absent} not run")
        print(f"{result.level:8} {', '.join(parts)}, {duration(result.seconds)}")
    passed = sum(result.counts["passed"] for result in results)
    failed = sum(result.failed for result in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
