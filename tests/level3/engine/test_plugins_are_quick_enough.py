"""A thousand plain objects through the stand-ins, against what kubectl takes for the same."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.private_cluster import private_cluster
from tests.workbench import workbench

pytestmark = [pytest.mark.level3, pytest.mark.scale]

COUNT = 1000
AT_MOST = 4.0

PROGRAM = f"""
import asyncio

async def main():
    slots = asyncio.Semaphore(64)
    for number in range({COUNT}):
        await slots.acquire()
        made = Object(f"words-{{number}}", {{
            "apiVersion": "v1", "kind": "ConfigMap", "data": {{"number": str(number)}},
            "metadata": {{"name": f"pulumi-{{number}}", "namespace": "default"}}}})
        urn = asyncio.ensure_future(made.urn.future())
        urn.add_done_callback(lambda _: slots.release())

pulumi.run(main)
"""


def _objects() -> str:
    items = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "data": {"number": str(number)},
            "metadata": {"name": f"kubectl-{number}", "namespace": "default"},
        }
        for number in range(COUNT)
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def test_they_take_at_most_four_times_what_kubectl_takes(tmp_path: Path) -> None:
    with private_cluster(tmp_path) as cluster:
        bench = workbench(tmp_path, cluster)
        bench.program(PROGRAM)
        started = time.monotonic()
        cluster.kubectl("apply", "--server-side", "-f", "-", given=_objects())
        kubectl = time.monotonic() - started
        bench.settings["PULUMI_EXPERIMENTAL"] = "true"
        bench.settings["PULUMI_SKIP_CHECKPOINTS"] = "true"
        started = time.monotonic()
        made = bench.up()
        pulumi = time.monotonic() - started
        assert made.code == 0, made.said
        print(f"kubectl {kubectl:.1f} s, pulumi up {pulumi:.1f} s: {pulumi / kubectl:.2f} times")
        assert pulumi <= AT_MOST * kubectl
