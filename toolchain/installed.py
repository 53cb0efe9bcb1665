"""Uses a `pulumi` or `kubectl` of the user's own when its version is the pinned one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from toolchain.pins import KUBERNETES, PULUMI

_ASK = {
    "pulumi": (("version",), PULUMI),
    "kubectl": (("version", "--client", "--output=yaml"), f"gitVersion: {KUBERNETES}"),
}


def find(name: str) -> Path | None:
    """The program on PATH, if it is one that people install and has the pinned version."""
    if name not in _ASK or not (found := shutil.which(name)):
        return None
    arguments, expected = _ASK[name]
    try:
        ran = subprocess.run(
            [found, *arguments],
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = [line.strip() for line in ran.stdout.splitlines()]
    return Path(found) if ran.returncode == 0 and expected in said else None
