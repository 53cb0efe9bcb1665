"""Small scripts in the lab's folder, so that commands to try are short.

`.lab/kubectl` and `.lab/pulumi` run the lab's programs with the lab's environment;
`. .lab/env` gives a shell the same.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from lab.environment import environment


def render(root: Path, state: Path, binaries: Mapping[str, Path]) -> dict[str, str]:
    """The scripts by file name."""
    ours = {key: value for key, value in environment(state).items() if os.environ.get(key) != value}
    # The caller's own PATH follows, as it is when the script runs.
    ahead = ours["PATH"].removesuffix(os.environ.get("PATH", os.defpath))
    lines = [f"export {key}={shlex.quote(value)}" for key, value in ours.items() if key != "PATH"]
    lines.append(f'export PATH={shlex.quote(ahead)}"$PATH"')
    # A shell that has sourced the file, and the make targets, see the same Pulumi.
    lines.append("unset PULUMI_CONFIG_PASSPHRASE PULUMI_ACCESS_TOKEN PULUMI_STACK")
    exports = "\n".join(lines)
    return {
        "env": f"{exports}\n",
        "kubectl": _script(exports, f"exec {_quoted(binaries['kubectl'])}"),
        "pulumi": _script(exports, f"cd {_quoted(root)}\nexec {_quoted(binaries['pulumi'])}"),
    }


def _script(exports: str, command: str) -> str:
    return f'#!/bin/sh\n{exports}\n{command} "$@"\n'


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
