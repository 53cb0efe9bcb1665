"""The lab: the clusters of one estate, with everything that Pulumi needs to apply it to them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from lab import definitions, inventory, kubeconfig, nodes, processes, shims
from lab.cluster import Cluster
from lab.environment import PASSPHRASE, environment
from toolchain import build

ROOT = Path(__file__).resolve().parents[1]


class Lab:
    """A lab for the estate in `root`, which keeps all its files in `state`.

    Several can stand side by side, each with a state folder of its own. ``zones`` names the
    clusters that it has; all of the estate's without it.
    """

    def __init__(
        self, root: Path = ROOT, state: Path | None = None, zones: Collection[str] | None = None
    ) -> None:
        self.root = root.resolve()
        self._zones = zones
        self.state = (state or self.root / ".lab").resolve()

    @cached_property
    def binaries(self) -> Mapping[str, Path]:
        """Where the tools are."""
        return build.binaries()

    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters that the estate declares now."""
        return tuple(
            Cluster(declared, self.state, self.binaries)
            for declared in inventory.clusters(self.root)
            if self._zones is None or declared.name in self._zones
        )

    def up(self) -> list[str]:
        """Makes the clusters stand as declared; one line per cluster about what was done."""
        with self._alone():
            self._prepare()
            lines: list[str] = []
            clusters = self.clusters()
            for cluster in clusters:
                word = cluster.up()
                definitions.install(cluster.api, cluster.declared)
                changes = nodes.reconcile(cluster.api, cluster.declared)
                lines.append(f"{cluster.name}: {word}, {changes}")
            for cluster in clusters:
                nodes.wait_until_ready(cluster.api, cluster.declared)
            text = kubeconfig.render({c.name: (c.server, c.pki) for c in clusters})
            self._write("kubeconfig", text, mode=0o600)
            for name, script in shims.render(self.root, self.state, self.binaries).items():
                self._write(name, script, mode=0o755)
            return lines

    def plugins(self) -> list[str]:
        """Puts Pulumi's plugins, or the stand-ins, where the engine finds them; which is which."""
        # Here, so that clusters alone do not wait for what the plugins import.
        from lab.plugins import provision

        return provision(self.state / "home", self.binaries["pulumi"].resolve().parent)

    def down(self) -> int:
        """Ends the lab's processes and removes its files; how many processes there were."""
        with self._alone():
            # By folder, so that a cluster which is no longer declared ends as well.
            ended = processes.end(self.state / "clusters")
            shutil.rmtree(self.state, ignore_errors=True)
            return ended

    def environment(self) -> dict[str, str]:
        """What Pulumi and kubectl run with in this lab."""
        return environment(self.state)

    def pulumi(
        self, *arguments: str, stack: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs Pulumi in the estate's folder and captures what it says."""
        chosen = [f"--stack={stack}"] if stack else []
        return self._run([str(self.binaries["pulumi"]), *arguments, *chosen], check)

    def kubectl(
        self, context: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs kubectl against one cluster and captures what it says."""
        return self._run([str(self.binaries["kubectl"]), f"--context={context}", *arguments], check)

    def _run(self, command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if check and ran.returncode:
            raise AssertionError(
                f"{Path(command[0]).name} {' '.join(command[1:])} ended with {ran.returncode}\n"
                f"{ran.stdout}\n{ran.stderr}"
            )
        return ran

    def _prepare(self) -> None:
        for name in ("bin", "backend", "home"):
            (self.state / name).mkdir(parents=True, exist_ok=True)
        self._write("passphrase", PASSPHRASE, mode=0o600)
        for name in ("pulumi", "kubectl"):
            link = self.state / "bin" / name
            link.unlink(missing_ok=True)
            link.symlink_to(self.binaries[name])

    def _write(self, name: str, text: str, *, mode: int) -> None:
        half = self.state / f"{name}.part"
        half.write_text(text, encoding="utf-8")
        half.chmod(mode)
        half.replace(self.state / name)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keeps two runs on one lab from each other; the system drops it with the process."""
        self.state.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.state.parent, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
