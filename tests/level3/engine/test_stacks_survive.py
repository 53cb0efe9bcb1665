"""An engine that died in the middle of an update costs nobody anything in the lab."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab import engine_run, stacks
from lab.lab import Lab

pytestmark = pytest.mark.level3

PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.core.v1 import ConfigMap, NodePatch

cluster = kubernetes.Provider("cluster", context="dmz", cluster_identifier="dmz")
opts = pulumi.ResourceOptions(provider=cluster)
ConfigMap("one", metadata={"name": "one", "namespace": "default"}, data={"a": "1"}, opts=opts)
NodePatch("node", metadata={"name": "NODE", "labels": {"tried": "yes"}}, opts=opts)
"""


@pytest.fixture
def stack(lab: Lab, tmp_path: Path) -> Lab:
    """A small program of its own against the dmz cluster, applied once."""
    node = lab.clusters()[0].declared.nodes[0].name
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(PROGRAM.replace("NODE", node), encoding="utf-8")
    small = Lab(state=lab.state)
    small.root = tmp_path
    stacks.ensure(small, "dmz")
    assert engine_run.changes(engine_run.up(small, "dmz")) == "4 created"
    return small


def test_creations_that_nobody_wrote_down_are_made_again(stack: Lab) -> None:
    file = stack.state / "backend/.pulumi/stacks/small/dmz.json"
    whole: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    latest: dict[str, Any] = whole["checkpoint"]["latest"]
    lost = [one for one in latest["resources"] if one["type"].startswith("kubernetes:core")]
    assert len(lost) == 2
    latest["resources"] = [one for one in latest["resources"] if one not in lost]
    latest["pending_operations"] = [{"resource": one, "type": "creating"} for one in lost]
    file.write_text(json.dumps(whole), encoding="utf-8")
    lock = stack.state / "backend/.pulumi/locks/organization/small/dmz/dead.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(["true"]) as dead:
        pass
    lock.write_text(
        json.dumps(
            {"pid": dead.pid, "username": "", "hostname": "", "timestamp": "2026-01-01T00:00:00Z"}
        ),
        encoding="utf-8",
    )

    stacks.ensure(stack, "dmz")

    assert engine_run.changes(engine_run.up(stack, "dmz")) == "2 created, 2 unchanged"
    assert engine_run.changes(engine_run.up(stack, "dmz")) == "nothing changed (4 resources)"
    stack.pulumi("destroy", "--yes", stack="dmz")
