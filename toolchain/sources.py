"""Files of Go modules that tests read: fetched as modules are, checked, and kept in the cache."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from toolchain import cache, golang
from toolchain.golang import Go
from toolchain.pins import SOURCES, Sources
from toolchain.trouble import Trouble


def place(one: Sources) -> Path:
    """Where the files belong."""
    return cache.root() / "sources" / f"{one.name}-{one.version}"


def folder(name: str) -> Path:
    """Where the files of one module are; `Trouble` when they have not been fetched."""
    found = next(place(sources) for sources in SOURCES if sources.name == name)
    if not found.is_dir():
        raise Trouble(f"not fetched yet: {name}. Run `make tools`")
    return found


def fetch(go: Go) -> bool:
    """Fetches what is missing; whether there was anything to do."""
    if all(place(sources).is_dir() for sources in SOURCES):
        return False
    with cache.workspace() as work:
        golang.ensure(go, Path(sys.executable))
        for sources in SOURCES:
            if not place(sources).is_dir():
                print(f"Fetching {sources.module} {sources.version}", flush=True)
                _fetch(go, sources, work)
        cache.drop_sources()
    return True


def _fetch(go: Go, one: Sources, work: Path) -> None:
    ran = subprocess.run(
        [str(go.executable), "mod", "download", "-json", f"{one.module}@{one.version}"],
        cwd=work,
        env=golang.environment(go),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    try:
        said: dict[str, str] = json.loads(ran.stdout)
    except ValueError:
        said = {}
    if ran.returncode or "Dir" not in said:
        reason = said.get("Error") or ran.stderr.strip() or "no reason given"
        raise Trouble(f"{one.module} could not be fetched: {reason}")
    if said["Sum"] != one.checksum:
        raise Trouble(f"{one.module} {one.version} is not what was pinned: {said['Sum']}")
    half = work / one.name
    shutil.copytree(Path(said["Dir"]) / one.folder, half)
    place(one).parent.mkdir(parents=True, exist_ok=True)
    half.rename(place(one))
