"""The virtual environment `.venv`, made from requirements.lock, whole or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from toolchain import pip
from toolchain.progress import Step
from toolchain.trouble import Trouble

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
LOCK = ROOT / "requirements.lock"
_STAMP = FOLDER / "made-from"


def _wanted() -> str:
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{lock} {sys.version.split()[0]} {sys.base_prefix} {FOLDER}\n"


def current() -> bool:
    """Whether it is there and made from this lock with this Python, in this place."""
    return PYTHON.exists() and _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == _wanted()


def create() -> None:
    """An environment without packages; anything that was there before is removed.

    From scratch each time: a package that left the lock must leave the environment
    (Pulumi's engine starts a plugin for every provider package that is installed).
    """
    ran = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(FOLDER)], capture_output=True, text=True
    )
    if ran.returncode:
        output = (ran.stdout + ran.stderr).strip().splitlines() or ["no reason given"]
        raise Trouble(f"could not make {FOLDER.name}: {output[-1]}")


def fill() -> None:
    """Installs the lock; the stamp comes last, so a half-made environment is made again."""
    with Step("Python packages from requirements.lock", usually=40):
        pip.install(PYTHON, LOCK)
        _STAMP.write_text(_wanted(), encoding="utf-8")
