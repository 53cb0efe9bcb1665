"""Runs pip the way the user has configured it: index, proxies, certificates are his."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from toolchain.trouble import Trouble

_QUIET = ("--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar=off")


def install(python: Path, lock: Path, *, target: Path | None = None) -> None:
    """Installs exactly what the lock names, each file checked against its hashes."""
    where = ["--target", str(target)] if target else []
    ran = subprocess.run(
        [
            *(str(python), "-m", "pip", "install", *_QUIET, "--no-deps", "--require-hashes"),
            *("--only-binary=:all:", *where, "-r", str(lock)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if ran.returncode:
        raise Trouble(f"pip could not install {lock.name}: {reason(ran.stderr)}")


def wheel(python: Path, sources: Path, folder: Path, moment: str) -> Path:
    """Builds the wheel of a project; ``moment`` (seconds) is the time of the files in it."""
    with tempfile.TemporaryDirectory() as made:
        ran = subprocess.run(
            [
                *(str(python), "-m", "pip", "wheel", *_QUIET, "--no-deps"),
                *("--wheel-dir", made, str(sources)),
            ],
            env=os.environ | {"SOURCE_DATE_EPOCH": moment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if ran.returncode:
            raise Trouble(f"pip could not build the wheel: {reason(ran.stderr)}")
        (found,) = Path(made).glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(found, folder))


def answers(python: Path, lock: Path) -> str | None:
    """Asks for the first package of a lock; the reason when it cannot be had."""
    first = lock.read_text(encoding="utf-8").split(" \\\n")[0].splitlines()[-1].strip()
    with tempfile.TemporaryDirectory() as empty:
        try:
            ran = subprocess.run(
                [
                    *(str(python), "-m", "pip", "install", *_QUIET, "--dry-run", "--no-deps"),
                    *("--timeout=5", "--retries=0", "--target", empty, first),
                ],
                capture_output=True,
                text=True,
                timeout=30,
            )
        except subprocess.TimeoutExpired:
            return "no answer within 30 s"
    return reason(ran.stderr) if ran.returncode else None


def reason(stderr: str) -> str:
    """The first thing that pip calls an error."""
    lines = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    return (lines or stderr.strip().splitlines() or ["no reason given"])[0].removeprefix("ERROR: ")
