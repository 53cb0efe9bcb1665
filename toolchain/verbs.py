"""What the bootstrap can be asked for; one function per verb."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from toolchain import (
    build,
    cache,
    checkov,
    debian,
    dist,
    golang,
    lockfile,
    preflight,
    sources,
    venv,
)
from toolchain.build import Program
from toolchain.golang import Go
from toolchain.trouble import Trouble


def ready() -> None:
    """Makes the virtual environment and the lab's tools, after a look at what could go wrong."""
    go = golang.find()
    _ready(go, build.of_the_lab(build.programs(go)))


def checks() -> None:
    """The same with all tools, those of the tests too: they share sources and build cache."""
    go = golang.find()
    _ready(go, build.programs(go))
    sources.fetch(go)


def _ready(go: Go, wanted: list[Program]) -> None:
    missing = [program for program in wanted if program.missing]
    _stop_at(preflight.machine())
    _stop_at(preflight.space(go, missing))
    fresh = not venv.current()
    if fresh:
        venv.create()
        _stop_at(preflight.packages(venv.PYTHON))
    if missing:
        _stop_at(preflight.compiler(go, venv.PYTHON))
        _stop_at(preflight.modules(go, missing))
    if fresh:
        venv.fill()
    build.build(go, venv.PYTHON, wanted)


def environment() -> None:
    """Makes the virtual environment only."""
    if not venv.current():
        _stop_at(preflight.machine())
        venv.create()
        _stop_at(preflight.packages(venv.PYTHON))
        venv.fill()


def tools() -> None:
    """Builds all tools, those of the tests too; needs no virtual environment where Go is there."""
    go = golang.find()
    wanted = build.programs(go)
    missing = [program for program in wanted if program.missing]
    _stop_at(preflight.space(go, missing))
    python = Path(sys.executable)
    if missing:
        _stop_at(preflight.compiler(go, python))
        _stop_at(preflight.modules(go, missing))
    if not any([build.build(go, python, wanted), sources.fetch(go)]):
        print("All tools are built.")


def where() -> None:
    """Says where each program is."""
    for program in build.programs(golang.find()):
        print(f"{program.name}\t{program.path}{'  (missing)' if program.missing else ''}")


def clean() -> None:
    """Removes the virtual environment, the cache of tools, and what checks leave behind."""
    shutil.rmtree(venv.FOLDER, ignore_errors=True)
    cache.clean()
    for name in (".pytest_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"):
        shutil.rmtree(venv.ROOT / name, ignore_errors=True)
    for folder in venv.ROOT.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)


VERBS: dict[str, Callable[[], None]] = {
    "ready": ready,
    "venv": environment,
    "build": tools,
    "where": where,
    "checks": checks,
    "debian": debian.ensure,
    "checkov": checkov.ensure,
    "dist": dist.build,
    "lock": lockfile.lock,
    "clean": clean,
}


def main(arguments: list[str]) -> int:
    """Runs one verb; the exit code."""
    if len(arguments) != 1 or arguments[0] not in VERBS:
        print("usage: python3 -m toolchain {" + "|".join(VERBS) + "}", file=sys.stderr)
        for name, verb in VERBS.items():
            print(f"  {name:7} {(verb.__doc__ or '').splitlines()[0]}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        VERBS[arguments[0]]()
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again: it goes on from here.", file=sys.stderr)
        return 130
    return 0


def _stop_at(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise Trouble("\nerror: ".join(found))
