"""The shipped estate, applied by the real engine to a lab of the tests' own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import stacks
from lab.lab import Lab
from tests.estates import REPOSITORY, Estate, shipped

STACKS = ("dmz", "intranet")


@dataclass(frozen=True)
class Applied:
    """An estate with its lab: what a person has in a checkout after `make up`."""

    estate: Estate
    lab: Lab

    def up(
        self, stack: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """`pulumi up` of one stack, without its preview: what previews say has its own tests."""
        command = ("up", "--yes", "--skip-preview", *arguments)
        return self.lab.pulumi(*command, stack=stack, check=check)

    def changes(self, stack: str) -> dict[str, str]:
        """What a preview would do: logical type and name -> operation, unchanged ones left out."""
        ran = self.lab.pulumi("preview", "--json", "--non-interactive", stack=stack)
        steps: list[dict[str, Any]] = json.loads(ran.stdout)["steps"]
        return {
            step["urn"].split("::", 2)[2].split("$")[-1]: step["op"]
            for step in steps
            if step["op"] not in ("same", "read")
        }

    def get(self, context: str, *arguments: str) -> list[dict[str, Any]]:
        """Objects, as `kubectl get` finds them."""
        ran = self.lab.kubectl(context, "get", *arguments, "-o", "json")
        found: dict[str, Any] = json.loads(ran.stdout)
        return found["items"] if found["kind"].endswith("List") else [found]

    def roll(self, context: str, patience: int) -> None:
        """New pods for everything that runs: whoever had to move is spread as declared again.

        ``patience`` is how many seconds each may take.
        """
        ours = ("-A", "-l", "app.kubernetes.io/managed-by=estate")
        running = {kind: self.get(context, kind, *ours) for kind in ("deployments", "statefulsets")}
        for verb in (("restart",), ("status", f"--timeout={patience}s")):
            for kind, found in running.items():
                for one in (one for one in found if one["spec"]["replicas"]):
                    metadata = one["metadata"]
                    where = (f"{kind}/{metadata['name']}", "-n", metadata["namespace"])
                    self.lab.kubectl(context, "rollout", verb[0], *where, *verb[1:])

    def everything(self, context: str) -> set[str]:
        """All objects that carry the estate's label, as kind/namespace/name."""
        kinds = (
            "namespace,resourcequota,limitrange,networkpolicy,serviceaccount,secret,deployment,"
            "configmap,cronjob,daemonset,horizontalpodautoscaler,statefulset,storageclass,"
            "ingress,ingressclass,pod,service,poddisruptionbudget,persistentvolume,persistentvolumeclaim,clusterrole,"
            "clusterrolebinding,rolebinding,configmap,validatingadmissionpolicy,"
            "validatingadmissionpolicybinding,mutatingadmissionpolicy,mutatingadmissionpolicybinding"
        )
        found = self.get(context, kinds, "-A", "-l", "app.kubernetes.io/managed-by=estate")
        # The cluster's own slices of our Services carry the Services' labels, too.
        ours = "endpointslice.kubernetes.io/managed-by=estate"
        found += self.get(context, "endpointslices", "-A", "-l", ours)
        return {_identity(one) for one in found}


def _identity(one: dict[str, Any]) -> str:
    metadata = one["metadata"]
    return f"{one['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"


_START = """import sys

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "platform"))

import pulumi
"""


def written_out(estate: Estate) -> Estate:
    """The estate with the whole program in its ``__main__.py``, for a test to edit."""
    program = (REPOSITORY / "platform/estate/pulumi_program.py").read_text(encoding="utf-8")
    text = program.replace("import pulumi\n", _START, 1)
    return estate.add("__main__.py", f"{text}\n\nrun(ROOT)\n")


@contextmanager
def applied(
    folder: Path, estate: Estate | None = None, zones: Collection[str] = STACKS
) -> Generator[Applied]:
    """An estate with clusters, plugins and empty stacks: a copy of the shipped one, or yours.

    ``zones`` names the clusters that the tests need: each is five processes for as long as it
    stands.
    """
    estate = estate or shipped(folder)
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(REPOSITORY / name, estate.root)
    (estate.root / "platform").symlink_to(REPOSITORY / "platform")
    lab = Lab(root=estate.root, state=folder / "lab", zones=zones)
    try:
        lab.up()
        lab.plugins()
        for stack in zones:
            stacks.ensure(lab, stack)
        yield Applied(estate, lab)
    finally:
        lab.down()
