"""What a change is compared with: a folder that was handed over, or an earlier revision."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import estate
from estate.changes.rendered import NOTHING, Rendered, read_folder
from estate.reader.stacks import StackName

_PINS = "requirements.txt"


def baseline(against: str, root: Path, stacks: Iterable[StackName]) -> dict[str, Rendered]:
    """The stacks as they were; empty where one of a later environment was not there.

    Raises ValueError, with a reason, where that cannot be known."""
    folder = Path(against)
    if folder.is_dir():
        return {str(stack): _handed_over(folder, stack) for stack in stacks}
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{against}^{{commit}}"
    )
    if commit is None:
        raise ValueError(f"'{against}' is neither a folder nor a revision that git knows here")
    return _revision(against, commit.decode().strip(), root, stacks)


def _handed_over(folder: Path, stack: StackName) -> Rendered:
    """A folder with one for each stack, as `estate render --out FOLDER/dmz` makes them."""
    if not stack.environment.first and not (folder / str(stack)).exists():
        return NOTHING
    try:
        return read_folder(folder / str(stack))
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{folder} holds no render of {stack}: {error}. "
            f"`estate render --stack {stack} --out {folder}/{stack}` makes one"
        ) from None


def _revision(
    name: str, commit: str, root: Path, stacks: Iterable[StackName]
) -> dict[str, Rendered]:
    """Rendered by that revision's own program; the working tree is not touched."""
    prefix = (_git(root, "rev-parse", "--show-prefix") or b"").decode().strip()
    archive = _git(root, "archive", "--format=tar", commit, cwd_prefix=prefix)
    if archive is None:
        raise ValueError(f"git cannot read the files of '{name}'")
    with tempfile.TemporaryDirectory(prefix="estate-baseline-") as made:
        tree = Path(made, "tree")
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(tree, filter="data")
        program = _program(name, tree, tree / prefix, root)
        return {
            str(stack): _rendered(
                name, program, tree / prefix, Path(made, "out", str(stack)), stack
            )
            for stack in stacks
        }


def _program(name: str, tree: Path, then: Path, root: Path) -> Path:
    """The folder of the revision's program: in its tree, or the installed one if it pins that."""
    if (tree / "platform/estate/cli/main.py").exists():
        return tree / "platform"
    pin = _pin(then)
    if pin is None:
        raise ValueError(
            f"'{name}' cannot be rendered: it has no program of its own in platform/, and pins "
            f"none in {_PINS}. Name a folder that was handed over instead"
        )
    if pin != _pin(root):
        raise ValueError(
            f"'{name}' cannot be rendered by the installed program: its {_PINS} has '{pin}'. "
            "Render it with that version, and name the folder instead"
        )
    return Path(estate.__file__).parents[1]


def _pin(root: Path) -> str | None:
    """The line by which an estate of its own repository pins the program; None without one."""
    try:
        lines = (root / _PINS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.strip() for line in lines if re.match(r"estate\b", line)), None)


def _rendered(name: str, platform: Path, then: Path, out: Path, stack: StackName) -> Rendered:
    if not stack.environment.first and not (then / stack.file).exists():
        return NOTHING
    out.parent.mkdir(parents=True, exist_ok=True)
    program = "from estate.cli.main import main; main(prog_name='estate')"
    done = subprocess.run(
        [sys.executable, "-c", program, "render", "--root", str(then),
         "--stack", str(stack), "--out", str(out)],
        env={**os.environ, "PYTHONPATH": str(platform), "PYTHONSAFEPATH": "1"},
        cwd=then,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        last = " / ".join(line.strip() for line in said[-3:])
        raise ValueError(
            f"'{name}' cannot be rendered by its own program, which says: {last}. "
            "Name a folder that was handed over instead"
        )
    return read_folder(out)


def _git(root: Path, *arguments: str, cwd_prefix: str = "") -> bytes | None:
    """What git prints; None where it fails. An archive is taken of the whole repository."""
    where = root / ("../" * len(Path(cwd_prefix).parts))
    try:
        done = subprocess.run(
            ["git", "-C", str(where), *arguments],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
