"""checkov, in an environment of its own in the cache: its pins contradict Pulumi's."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from toolchain import cache, pip
from toolchain.pins import CHECKOV
from toolchain.progress import Step
from toolchain.trouble import Trouble

LOCK = Path(__file__).with_name("checkov.lock")


def folder() -> Path:
    """Where it belongs: another lock or another Python is another environment."""
    made_from = LOCK.read_bytes() + f"{sys.version} {sys.base_prefix}".encode()
    return cache.root() / f"checkov-{CHECKOV}-{hashlib.sha256(made_from).hexdigest()[:12]}"


def executable() -> Path:
    """The program (which need not be there yet)."""
    return folder() / "bin" / "checkov"


def ensure() -> None:
    """Makes the environment where it is missing or half made."""
    whole = folder() / "whole"
    if whole.exists():
        return
    with cache.workspace(), Step(f"checkov {CHECKOV}", usually=40):
        if whole.exists():  # made by the run that we waited for
            return
        shutil.rmtree(folder(), ignore_errors=True)
        ran = subprocess.run(
            [sys.executable, "-m", "venv", str(folder())], capture_output=True, text=True
        )
        if ran.returncode:
            output = (ran.stdout + ran.stderr).strip().splitlines() or ["no reason given"]
            raise Trouble(f"could not make {folder()}: {output[-1]}")
        pip.install(folder() / "bin" / "python", LOCK)
        whole.touch()
