"""A Pulumi project of a test's own: program, backend, home and plugins in one folder."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from lab.plugins import provision
from tests.private_cluster import NAME, PrivateCluster
from toolchain import build

PREAMBLE = """
import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random
from pulumi import ResourceOptions


class Object(pulumi.CustomResource):
    def __init__(self, name, manifest, patch="", **options):
        version = manifest["apiVersion"]
        group = version if "/" in version else f"core/{version}"
        token = f"kubernetes:{group}:{manifest['kind']}{patch}"
        super().__init__(token, name, manifest, ResourceOptions(provider=cluster, **options))


cluster = k8s.Provider("cluster", kubeconfig=%r, context=%r, cluster_identifier="test",
                       enable_server_side_apply=True)
"""


@dataclass(frozen=True)
class Ran:
    """What a run of the engine said, and how it ended."""

    code: int
    said: str


@dataclass(frozen=True)
class Workbench:
    """A project, a backend and a Pulumi home of the test's own, against the private cluster."""

    folder: Path
    cluster: PrivateCluster
    settings: dict[str, str] = field(default_factory=dict[str, str])
    """Environment variables beside the usual ones."""

    def program(self, body: str) -> None:
        preamble = PREAMBLE % (str(self.cluster.config), NAME)
        (self.folder / "project" / "__main__.py").write_text(preamble + textwrap.dedent(body))

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PULUMI_")}
        engine = build.binaries()["pulumi"].parent
        path = [str(Path(sys.executable).parent), str(engine), kept.get("PATH", os.defpath)]
        return kept | {
            "PATH": os.pathsep.join(path),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_DEBUG_COMMANDS": "true",  # knows --event-log
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **self.settings,
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(build.binaries()["pulumi"]), *arguments, "--non-interactive"],
            cwd=self.folder / "project",
            env=self.environment(),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def pulumi(self, *arguments: str) -> Ran:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=240)
        return Ran(process.returncode, said)

    def shown(self, kind: str, name: str, path: str) -> str:
        return self.cluster.kubectl("get", kind, name, "-o", f"jsonpath={{{path}}}")

    def up(self, *arguments: str) -> Ran:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)


def workbench(folder: Path, cluster: PrivateCluster) -> Workbench:
    """A project with an empty program and a stack `s`."""
    made = Workbench(folder, cluster)
    for name in ("project", "backend", "home"):
        (folder / name).mkdir()
    (folder / "project" / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    provision(folder / "home", build.binaries()["pulumi"].parent)
    made.program("")
    assert made.pulumi("stack", "init", "s").code == 0
    return made
