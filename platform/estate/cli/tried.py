"""What git knows of a promotion: which digests an environment had, and who asks."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from estate.declarations.overlay import in_environment
from estate.reader.yaml_reader import Read, read_bytes

if TYPE_CHECKING:
    from estate.authoring.promotion import Promotion


def was_declared(root: Path, change: Promotion) -> bool:
    """Whether the earlier environment declares the digest, or did in a commit of the file."""
    now = [(root / change.file).read_bytes()]
    commits = _git(root, "log", "--format=%H", "--", change.file).decode().split()
    earlier = (_git(root, "show", f"{commit}:./{change.file}") for commit in commits)
    return any(_image(raw, change).endswith(f"@{change.after}") for raw in (*now, *earlier))


def _image(raw: bytes, change: Promotion) -> str:
    """The image that the earlier environment has by a text of the app's file."""
    read = read_bytes(raw, Read(change.file))
    if not isinstance(read.value, dict):
        return ""
    value, _ = in_environment(read.value, read.positions, change.source)
    return str(value.get("image", ""))


def asked_by(root: Path) -> str:
    """The user that git knows, or the one who is logged in."""
    return _git(root, "config", "user.email").decode().strip() or getpass.getuser()


def _git(root: Path, *arguments: str) -> bytes:
    """What git prints; nothing where it fails or is missing."""
    try:
        ran = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return b""
    return ran.stdout if ran.returncode == 0 else b""
