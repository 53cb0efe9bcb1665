"""Plugins for Pulumi, put where the engine finds them.

Real plugins go first. Where there are none, small launchers start this folder's stand-ins with
the interpreter that runs now. Launchers hold absolute paths; they are made anew in the lab's
state each time and never committed.

Everything goes into the plugin cache, the language host too: on PATH, the engine would warn
about any host that does not lie beside its own executable.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A plugin that the engine will ask for."""

    kind: str
    """`resource` or `language`."""
    name: str
    """Such as `kubernetes`."""
    wheel: str
    """The wheel whose version the plugin must have."""
    module: str
    """The module of the stand-in."""

    @property
    def version(self) -> str:
        return metadata.version(self.wheel)

    @property
    def folder(self) -> str:
        """The folder's name in a plugin cache."""
        return f"{self.kind}-{self.name}-v{self.version}"

    @property
    def program(self) -> str:
        """The executable's name."""
        return f"pulumi-{self.kind}-{self.name}"


PLUGINS = (
    Plugin(kind="language", name="python", wheel="pulumi", module="lab.plugins.language"),
    Plugin(
        kind="resource",
        name="kubernetes",
        wheel="pulumi-kubernetes",
        module="lab.plugins.kubernetes.__main__",
    ),
    Plugin(
        kind="resource",
        name="random",
        wheel="pulumi-random",
        module="lab.plugins.random.__main__",
    ),
)


def provision(home: Path, bin_dir: Path) -> list[str]:
    """Make each plugin available to an engine with this PULUMI_HOME; one line about each.

    `bin_dir` is the folder of the engine's executable: a language host that lies there came
    with Pulumi, and is the real one.
    """
    return [_provision(plugin, home, bin_dir) for plugin in PLUGINS]


def _provision(plugin: Plugin, home: Path, bin_dir: Path) -> str:
    label = f"{plugin.name} {plugin.kind} {plugin.version}"
    target = home / "plugins" / plugin.folder
    bundled = bin_dir / plugin.program
    if plugin.kind == "language" and os.access(bundled, os.X_OK):
        return f"{label}: real, beside the engine"
    for source, where in _real_ones(plugin, home):
        _remove(target, unless=source)
        if source.parent != target:
            target.mkdir(parents=True, exist_ok=True)
            (target / plugin.program).symlink_to(source)
        return f"{label}: real, from {where}"
    _write_launcher(plugin, target)
    return f"{label}: stand-in, from {Path(__file__).parent.relative_to(_ROOT)}"


def _real_ones(plugin: Plugin, home: Path) -> Iterator[tuple[Path, str]]:
    """The executables of real plugins of the right version, the best first."""
    named = os.environ.get("LAB_PLUGINS")
    places: list[tuple[Path, str]] = []
    if named:
        folder = Path(named).expanduser().resolve()
        places += [(folder / plugin.folder, "LAB_PLUGINS"), (folder, "LAB_PLUGINS")]
    for cache in (os.environ.get("PULUMI_HOME"), str(home), "~/.pulumi"):
        if cache:
            folder = Path(cache).expanduser() / "plugins" / plugin.folder
            places.append((folder, "Pulumi's plugin folder"))
    for folder, where in places:
        candidate = folder / plugin.program
        if os.access(candidate, os.X_OK) and not _is_stand_in(candidate):
            yield candidate.resolve(), where


def _is_stand_in(program: Path) -> bool:
    with program.open("rb") as file:
        return _MARK.encode() in file.read(400)


def _remove(target: Path, unless: Path) -> None:
    """Clear the way, but never a real plugin that was installed here."""
    if target.exists() and unless.parent != target.resolve():
        shutil.rmtree(target)


_MARK = "a stand-in of the lab"


def _write_launcher(plugin: Plugin, target: Path) -> None:
    start = (
        f"import sys; sys.path.insert(0, {str(_ROOT)!r}); "
        f"from {plugin.module} import main; sys.path.pop(0); main()"
    )
    text = (
        "#!/bin/sh\n"
        f"# {_MARK} for {plugin.program}; made by lab/plugins/provisioning.py\n"
        f'exec {shlex.quote(sys.executable)} -P -c {shlex.quote(start)} "$@"\n'
    )
    target.mkdir(parents=True, exist_ok=True)
    unfinished = target / f".{plugin.program}.{os.getpid()}"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.chmod(0o755)
    unfinished.replace(target / plugin.program)
