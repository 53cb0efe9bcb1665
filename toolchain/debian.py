"""Debian packages that tests run: installed where we may, named where we may not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from toolchain.progress import Step
from toolchain.trouble import Trouble
from toolchain.venv import ROOT

LIST = ROOT / "tests" / "debian-packages.txt"
"""One package per line; `#` starts a comment."""

POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks it whether a service may start; 101 means no."""


def ensure() -> None:
    """Installs what is missing as root; otherwise says which command does."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text("utf-8").splitlines())
    missing = [name for name in lines if name and not _installed(name)]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(f"tests need Debian packages; run: sudo {' '.join(command)}")
    with Step(f"Installing Debian packages: {', '.join(missing)}"), _no_service_starts():
        if _apt(command) and _apt(["apt-get", "update"]) | _apt(command):
            raise Trouble(f"apt-get could not install them; see: {' '.join(command)}")


@contextmanager
def _no_service_starts() -> Generator[None]:
    """Debian starts what it installs, on all addresses: the tests start what they need."""
    if POLICY.exists():  # somebody has decided already
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def _installed(name: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    ran = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name],
        capture_output=True,
        text=True,
    )
    return ran.stdout == "installed"


def _apt(command: list[str]) -> int:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=env, capture_output=True, stdin=subprocess.DEVNULL
    ).returncode
