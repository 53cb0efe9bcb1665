"""Builds what is missing, one program after the other, and says where each one is."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain import cache, golang, installed
from toolchain.golang import Go
from toolchain.pins import TOOLS, Binary, Tool
from toolchain.progress import Step
from toolchain.trouble import Trouble


@dataclass(frozen=True)
class Program:
    """A program of the toolchain: what it is, and where it is or will be."""

    name: str
    tool: Tool
    binary: Binary
    path: Path

    @property
    def missing(self) -> bool:
        """Whether it has to be built."""
        return not self.path.exists()


def programs(go: Go) -> list[Program]:
    """All programs, in the order in which they are built."""
    return [
        Program(
            name,
            tool,
            binary,
            installed.find(name) or cache.folder(tool, go.version, golang.target()) / name,
        )
        for tool in TOOLS
        for name, binary in tool.binaries.items()
    ]


def of_the_lab(table: Iterable[Program]) -> list[Program]:
    """Those among them that the lab needs."""
    return [program for program in table if not program.tool.checks]


def binaries() -> Mapping[str, Path]:
    """Where each program is that has been built; `Trouble` when the lab lacks one."""
    table = programs(golang.find())
    if absent := [program.name for program in of_the_lab(table) if program.missing]:
        raise Trouble(f"not built yet: {', '.join(absent)}. Run `make tools`")
    return {program.name: program.path for program in table if not program.missing}


def binary(name: str) -> Path:
    """Where one program is; `Trouble` when it has not been built."""
    if path := binaries().get(name):
        return path
    raise Trouble(f"not built yet: {name}. Run `make tools`")


def build(go: Go, python: Path, wanted: Iterable[Program]) -> bool:
    """Builds what is missing of ``wanted``; whether there was anything to do."""
    names = {program.name for program in wanted if program.missing}
    if not names:
        return False
    with cache.workspace() as work:
        # Asked again inside the lock: another run may have built them meanwhile.
        missing = [one for one in programs(go) if one.missing and one.name in names]
        golang.ensure(go, python)
        for number, program in enumerate(missing, start=1):
            label = f"[{number}/{len(missing)}] {program.name} {program.tool.version}"
            with Step(label, usually=program.binary.seconds):
                _build(go, program, work)
        if freed := cache.drop_sources():
            print(f"Removed Go sources and build cache, no longer needed: {freed} MB")
    return bool(missing)


def command(go: Go, program: Program, output: Path) -> list[str]:
    """How a program is built. `-trimpath`: the same bytes wherever the clone is."""
    stamps = [f"-X {variable}={value}" for variable, value in program.tool.stamps.items()]
    return [
        *(str(go.executable), "build", "-mod=readonly", "-trimpath", "-buildvcs=false"),
        *program.tool.flags,
        f"-ldflags={' '.join(['-s -w', *stamps])}",
        *("-o", str(output), program.binary.package),
    ]


def _build(go: Go, program: Program, work: Path) -> None:
    output, log = work / program.name, cache.root() / f"{program.name}.log"
    line = command(go, program, output)
    ran = subprocess.run(
        line,
        cwd=cache.MODULES / program.tool.name,
        env=golang.environment(go) | {"GOTMPDIR": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if ran.returncode:
        log.write_text(f"{shlex.join(line)}\n{ran.stdout}", encoding="utf-8")
        reason = (ran.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise Trouble(f"{program.name} could not be built: {reason} (all of it: {log})")
    log.unlink(missing_ok=True)
    cache.place(output, program.path)
