"""Where built tools are kept, under which key, and how two runs keep out of each other's way.

`$ESTATE_CACHE`, else `$XDG_CACHE_HOME/estate`, else `~/.cache/estate`. A tool's folder
carries a hash of everything that went into it, so a changed pin or compiler builds anew
and going back to the former one costs nothing. A program comes into its folder by a
rename: it is there whole, or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from toolchain.pins import FLAGS, Batch, Tool

MODULES = Path(__file__).with_name("go")
"""Our Go modules, one folder each."""


def root() -> Path:
    """The cache folder (which need not exist yet)."""
    if own := os.environ.get("ESTATE_CACHE"):
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "estate"


def folder(batch: Batch, tool: Tool, go_version: str, platform: str) -> Path:
    """Where the programs of a tool belong."""
    digest = hashlib.sha256()
    for part in (
        (MODULES / batch.module / "go.mod").read_bytes(),
        (MODULES / batch.module / "go.sum").read_bytes(),
        repr((FLAGS, batch.flags, sorted(batch.stamps.items()), go_version, platform)).encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return root() / "tools" / f"{tool.name}-{tool.version}-{digest.hexdigest()[:12]}"


@contextmanager
def workspace() -> Generator[Path]:
    """The one place where things are built, held by one run at a time.

    The system drops the lock with the process, however that ends; what a killed run has
    left in the workspace is thrown away by the next.
    """
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another run is building tools: waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        work = root() / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def place(built: Path, destination: Path) -> None:
    """Puts a finished program where it belongs, in one step."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with built.open("rb") as file:
        os.fsync(file.fileno())
    built.replace(destination)


def drop_sources() -> int:
    """Removes our own Go sources and build cache; returns how many megabytes that gave.

    They are several times larger than the programs, and needed again only for other pins.
    Folders that the user named (GOMODCACHE, GOCACHE) are not ours.
    """
    freed = 0
    for name in ("go-modules", "go-build"):
        place_of = root() / name
        freed += sum(f.lstat().st_size for f in place_of.rglob("*") if not f.is_dir())
        shutil.rmtree(place_of, ignore_errors=True)
    return freed // 2**20


def clean() -> None:
    """Removes the whole cache."""
    shutil.rmtree(root(), ignore_errors=True)
