"""The wheel of the program: built from the files of git, so nothing else can get into it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import pip, venv
from toolchain.progress import Step
from toolchain.trouble import Trouble

FOLDER = venv.ROOT / "dist"
_SOURCES = ("platform", "pyproject.toml", "requirements.txt", "LICENSE")


def build() -> None:
    """Builds the wheel into dist/."""
    if changed := _git("status", "--porcelain", "--", *_SOURCES):
        raise Trouble(f"commit these first, a wheel is that of a commit:\n{changed}")
    moment = _git("log", "-1", "--format=%ct")
    with Step("Building the wheel", usually=10):
        made = wheel(FOLDER, moment)
    print(f"Install it with: pip install {made.relative_to(venv.ROOT)}")


def wheel(folder: Path, moment: str = "0") -> Path:
    """The wheel, in ``folder``; equal files and an equal ``moment`` give an equal wheel.

    The sources are copied first: a build in place would take over what an earlier build left.
    """
    with tempfile.TemporaryDirectory() as sources:
        for name in _git("ls-files", "--", *_SOURCES).splitlines():
            copy = Path(sources, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(venv.ROOT / name, copy)
        return pip.wheel(Path(sys.executable), Path(sources), folder, moment)


def _git(*arguments: str) -> str:
    ran = subprocess.run(["git", "-C", str(venv.ROOT), *arguments], capture_output=True, text=True)
    if ran.returncode:
        raise Trouble(f"git {arguments[0]} failed: {ran.stderr.strip()}")
    return ran.stdout.strip()
