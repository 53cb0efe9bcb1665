"""Builds what is missing, one batch after the other, and says where each program is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolchain import cache, golang, installed
from toolchain.golang import Go
from toolchain.pins import BATCHES, FLAGS, Batch, Tool
from toolchain.progress import Step
from toolchain.trouble import Trouble


@dataclass(frozen=True)
class Program:
    """A program of the toolchain: what it is, and where it is or will be."""

    name: str
    package: str
    tool: Tool
    batch: Batch
    path: Path

    @property
    def as_built(self) -> str:
        """The name that Go gives the file: the package's last element, but no major version."""
        *_, parent, last = self.package.split("/")
        return parent if re.fullmatch(r"v\d+", last) else last

    @property
    def missing(self) -> bool:
        """Whether it has to be built."""
        return not self.path.exists()


def programs(go: Go) -> list[Program]:
    """All programs, in the order in which they are built."""
    return [
        Program(
            name,
            package,
            tool,
            batch,
            installed.find(name) or cache.folder(batch, tool, go.version, golang.target()) / name,
        )
        for batch in BATCHES
        for tool in batch.tools
        for name, package in tool.binaries.items()
    ]


def of_the_lab(table: Iterable[Program]) -> list[Program]:
    """Those among them that the lab needs."""
    return [program for program in table if not program.batch.checks]


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
        batches = [
            (batch, parts)
            for batch in BATCHES
            if (parts := [one for one in missing if one.batch is batch])
        ]
        for number, (batch, parts) in enumerate(batches, start=1):
            print(", ".join(f"{one.name} {one.tool.version}" for one in parts), flush=True)
            more = f" and {len(parts) - 1} more" if parts[1:] else ""
            label = f"[{number}/{len(batches)}] {parts[0].name}{more}"
            with Step(label, usually=batch.seconds):
                _build(go, batch, parts, work)
        if freed := cache.drop_sources():
            print(f"Removed Go sources and build cache, no longer needed: {freed} MB")
    return bool(missing)


def command(go: Go, batch: Batch, programs: Iterable[Program], folder: Path) -> list[str]:
    """How programs of a batch are built into a folder."""
    stamps = [f"-X {variable}={value}" for variable, value in batch.stamps.items()]
    return [
        *(str(go.executable), "build", *FLAGS, *batch.flags),
        f"-ldflags={' '.join(['-s -w', *stamps])}",
        *("-o", f"{folder}/", *(program.package for program in programs)),
    ]


def _build(go: Go, batch: Batch, parts: Sequence[Program], work: Path) -> None:
    # A name of its own: a compiler that outlived a killed run does not write into it.
    output, log = Path(tempfile.mkdtemp(dir=work)), cache.root() / f"{batch.module}.log"
    line = command(go, batch, parts, output)
    ran = subprocess.run(
        line,
        cwd=cache.MODULES / batch.module,
        env=golang.environment(go) | {"GOTMPDIR": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # A compiler that ended by itself leaves each program whole or not at all, also where another
    # one failed: the next run builds that one only. One that was killed says nothing of the kind.
    if ran.returncode >= 0:
        for program in parts:
            if (built := output / program.as_built).exists():
                cache.place(built, program.path)
    shutil.rmtree(output)
    if ran.returncode:
        log.write_text(f"{shlex.join(line)}\n{ran.stdout}", encoding="utf-8")
        reason = (ran.stdout.strip().splitlines() or ["no reason given"])[-1]
        failed = ", ".join(program.name for program in parts if program.missing)
        raise Trouble(f"{failed} could not be built: {reason} (all of it: {log})")
    log.unlink(missing_ok=True)
