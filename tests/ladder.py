"""`make test`: static checks, then each level of the proof ladder, then a count per level.

A level is a folder `tests/level<n>`; a new one is found by itself. The tests of a level run in
several processes; the static checks run beside the first level.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import counting, sampling
from toolchain.progress import duration

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

STATIC = {
    "ruff check": ("ruff", "check", "--quiet"),
    "ruff format": ("ruff", "format", "--check", "--quiet"),
    "import-linter": ("lint-imports",),
    "pyright": ("pyright",),
}

FULL_SETS = "ESTATE_FULL_SETS"
"""Set where a test shall run its full set instead of a seeded sample."""

QUICK = ("static", "level0", "level1", "level2")
"""What `make test-quick` runs; of the last one a sample."""

AT_MOST = {"level3": 2}
"""Processes of a level that gains nothing by more: each of level 3 has labs of two clusters."""

AGAIN = ("level2", "level3")
"""Levels whose tests start programs and wait for them: two at a time may starve one another. A test
that failed there runs once more, alone, and passes as such or has failed."""

AT_MOST_AGAIN = 6
"""Where more tests than these fail, it is the work and not the machine."""

SLOW = 30
"""Seconds; a test that takes longer is listed."""

AT_MOST_SECONDS = 900
"""Of one test with the fixtures that it makes: one that waits for ever fails, and the others run.
The longest applies the estate to two clusters, which takes three minutes on two cores; full sets
may take four times as long."""


@dataclass
class Result:
    """The outcomes of the tests of one level."""

    level: str
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0
    each: dict[str, float] = field(default_factory=dict[str, float])
    """How many seconds each test took."""
    alone: tuple[str, ...] = ()
    """Tests that failed beside others, and passed alone."""

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
    parser.add_argument("--quick", action="store_true", help="what one runs before a commit")
    parser.add_argument(
        *("--workers", "-n"),
        type=int,
        default=os.cpu_count() or 1,
        help="how many processes run the tests of a level",
    )
    parser.add_argument("levels", nargs="*", help="static, level0 or 0, ...: all without a name")
    chosen = parser.parse_args(arguments)
    known = ["static", *(folder.name for folder in sorted(ROOT.glob("tests/level[0-9]")))]
    names = [f"level{name}" if name.isdigit() else name for name in chosen.levels]
    if unknown := set(names) - set(known):
        parser.error(f"no such level: {', '.join(sorted(unknown))}")
    levels = names or (list(QUICK) if chosen.quick else known)
    start = time.monotonic()
    results: list[Result] = []
    with ThreadPoolExecutor(max_workers=1) as beside:
        checks = beside.submit(timed, static) if "static" in levels else None
        for level in (level for level in levels if level != "static"):
            print(f"\n== {level}", flush=True)
            sample = chosen.quick and level == QUICK[-1]
            workers = min(chosen.workers, AT_MOST.get(level, chosen.workers))
            seconds = AT_MOST_SECONDS * (4 if chosen.full else 1)
            plan = Run(level, workers, full=chosen.full, sample=sample, seconds=seconds)
            results.append(timed(plan.result))
        if checks:
            results.insert(0, checks.result())
    return report(results, time.monotonic() - start)


def timed(run: Callable[[], Result]) -> Result:
    """The result, with the seconds that it took."""
    start = time.monotonic()
    result = run()
    result.seconds = time.monotonic() - start
    return result


def static() -> Result:
    """The checks that read code and run none of it; each counts as one test.

    What they print comes in one piece per check: tests print at the same time.
    """
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
        if ran.returncode:
            print(f"\n{name}: failed\n{ran.stdout}", flush=True)
    return result


@dataclass(frozen=True)
class Run:
    """How the tests of one level are run."""

    level: str
    workers: int = 1
    full: bool = False
    sample: bool = False
    seconds: int = AT_MOST_SECONDS
    """The most that one test may take."""
    root: Path = ROOT
    """Where `tests/<level>` is."""

    def result(self) -> Result:
        """Runs them in processes of their own."""
        code, counts = self._ran([*self._processes(), str(self.root / "tests" / self.level)])
        result = Result(self.level, counts.outcomes, each=counts.seconds)
        failed = [name for name, outcome in result.outcomes.items() if outcome == "failed"]
        if code == pytest.ExitCode.TESTS_FAILED and self._runs_again(failed):
            print(f"\n== {self.level}: {len(failed)} that failed, once more and alone", flush=True)
            code, counts = self._ran(failed)
            result.outcomes |= counts.outcomes
            result.alone = tuple(one for one in failed if result.outcomes[one] == "passed")
        nothing_found = pytest.ExitCode.NO_TESTS_COLLECTED
        if code not in (0, nothing_found) and not result.failed:
            # Killed, or broken outside of any test.
            result.outcomes[f"pytest ended with {code}"] = "failed"
        return result

    def _runs_again(self, failed: list[str]) -> bool:
        tests = all("::" in name for name in failed)
        return self.level in AGAIN and tests and 0 < len(failed) <= AT_MOST_AGAIN

    def _ran(self, what: list[str]) -> tuple[int, counting.Counts]:
        """pytest's exit code for these arguments, and what it counted."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "counts.json"
            command = [*self._command(), *what]
            ran = subprocess.run(command, cwd=self.root, env=self._environment(file))
            return ran.returncode, counting.read(file)

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", counting.__name__]
        command.append(f"--timeout={self.seconds}")
        if not self.full:
            command += ["-m", "not scale"]
        if self.sample:
            command += ["-p", sampling.__name__]
        return command

    def _processes(self) -> list[str]:
        if self.workers <= 1:
            return []
        # Programs of level 2 stand on fixed addresses of loopback: a file keeps its process.
        # Level 3 has a scheduler of its own.
        way = "loadfile" if self.level == "level2" else "worksteal"
        return [f"--numprocesses={self.workers}", f"--dist={way}"]

    def _environment(self, counts: Path) -> dict[str, str]:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        own = {counting.FILE: str(counts), "PYTHONPATH": path}
        if self.full:
            own[FULL_SETS] = "1"
        # The ladder's own tests run it where a process of the same kind runs them.
        outer = {name for name in os.environ if name.startswith("PYTEST_")}
        return {k: v for k, v in os.environ.items() if k not in outer} | own


def report(results: list[Result], seconds: float) -> int:
    """Prints what CI and people read; the exit code."""
    print("\n== outcomes")
    for line in slow(results):
        print(line)
    for result in results:
        for name in result.alone:
            print(f"passed alone, after it had failed beside others: {name}")
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
    print(f"{passed} passed, {failed} failed, {duration(seconds)}")
    return 1 if failed or not passed else 0


def slow(results: Iterable[Result]) -> list[str]:
    """A line for each test that takes longer than :data:`SLOW`, the slowest first."""
    every = [(taken, name) for result in results for name, taken in result.each.items()]
    return [
        f"slow: {taken:4.0f} s {name}"
        for taken, name in sorted(every, reverse=True)
        if taken > SLOW
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
