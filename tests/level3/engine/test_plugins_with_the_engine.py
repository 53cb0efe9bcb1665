"""The stand-ins under the real engine: preview, up, refresh, destroy, and when things go wrong."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import psutil
import pytest

from tests.private_cluster import PrivateCluster, private_cluster
from tests.workbench import Workbench, workbench

pytestmark = pytest.mark.level3

CONFIG_MAP = """
Object("words", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "%s"},
                 "metadata": {"name": "words", "namespace": "default"}})
"""

CREDENTIALS = """
password = random.RandomPassword("password", length=31)
Object("credentials", {"apiVersion": "v1", "kind": "Secret",
                       "stringData": {"password": password.result},
                       "metadata": {"name": "credentials", "namespace": "default"}})
pulumi.export("password", password.result)
"""

DEPLOYMENT = """
Object("app", {
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "app", "namespace": "default", "annotations": {%s}},
    "spec": {"replicas": %d, "selector": {"matchLabels": {"a": "app"}},
             "template": {"metadata": {"labels": {"a": "app"}},
                          "spec": {"nodeSelector": {%s},
                                   "containers": [{"name": "c", "image": "x"}]}}}})
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[PrivateCluster]:
    with private_cluster(tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture
def bench(cluster: PrivateCluster, tmp_path: Path) -> Generator[Workbench]:
    made = workbench(tmp_path, cluster)
    yield made
    ended = made.pulumi("destroy", "--yes", "--skip-preview")
    assert ended.code == 0, ended.said


def test_preview_up_refresh_and_destroy_agree(bench: Workbench) -> None:
    bench.program(CONFIG_MAP % "1")
    preview = bench.pulumi("preview")
    assert preview.code == 0 and "3 to create" in preview.said, preview.said
    assert bench.up().code == 0
    assert bench.up("--expect-no-changes").code == 0
    kept = bench.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert kept.code == 0, kept.said
    gone = bench.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.said
    assert "words" not in bench.cluster.kubectl("get", "configmaps", "-o", "name")


def test_refresh_sees_what_others_changed_and_up_heals_it(bench: Workbench) -> None:
    bench.program(CONFIG_MAP % "1")
    assert bench.up().code == 0
    bench.cluster.kubectl("patch", "configmap", "words", "-p", '{"data":{"a":"drift"}}')
    found = bench.pulumi("refresh", "--yes", "--skip-preview", "--diff")
    assert found.code == 0 and "drift" in found.said, found.said
    healed = bench.up()
    assert healed.code == 0 and "1 replaced" in healed.said, healed.said
    assert bench.shown("configmap", "words", ".data.a") == "1"


def test_a_generated_secret_is_nowhere_in_clear_but_in_the_cluster(bench: Workbench) -> None:
    bench.program(CREDENTIALS)
    said: list[str] = []
    events = bench.folder / "events.json"
    for arguments in (
        ["preview", "--diff"],
        ["up", "--yes", "--diff", "--event-log", str(events)],
        ["up", "--yes", "--json"],
        ["refresh", "--yes", "--diff"],
        ["stack", "output"],
        ["stack", "export"],
    ):
        ran = bench.pulumi(*arguments)
        said.append(ran.said)
        assert ran.code == 0, ran.said
    encoded = bench.cluster.kubectl(
        "get", "secret", "credentials", "-o", "jsonpath={.data.password}"
    )
    password = base64.b64decode(encoded).decode()
    assert len(password) == 31
    needles = [form.encode() for form in _forms(password)]
    assert not [text for text in said if any(n in text.encode() for n in needles)]
    files = [file for file in bench.folder.rglob("*") if file.is_file()]
    assert events in files and len(files) > 5
    assert not [file for file in files if any(n in file.read_bytes() for n in needles)]


def _forms(text: str) -> list[str]:
    return [
        text,
        json.dumps(text).strip('"'),
        text.encode().hex(),
        base64.b64encode(text.encode()).decode(),
        base64.b64encode(text.encode()).decode().rstrip("="),
    ]


def test_a_failing_resource_shows_the_servers_words_and_no_traceback(bench: Workbench) -> None:
    bench.program(
        """
        Object("bad", {"apiVersion": "v1", "kind": "Service",
                       "metadata": {"name": "bad", "namespace": "default"},
                       "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 99}]}})
        Object("after", {"apiVersion": "v1", "kind": "ConfigMap",
                         "metadata": {"name": "after", "namespace": "default"}})
        """
    )
    failed = bench.up()
    assert failed.code != 0
    assert "provided port is not in the valid range" in failed.said
    for unwanted in ("Traceback", "PATH", "warning", "exited prematurely", "Exception"):
        assert unwanted not in failed.said, failed.said


def test_a_stuck_workload_is_reported_within_its_budget_and_kept(bench: Workbench) -> None:
    bench.program(DEPLOYMENT % ('"pulumi.com/timeoutSeconds": "3"', 1, '"none": "none"'))
    failed = bench.up()
    assert failed.code != 0
    assert "'app' timed out waiting to be Ready" in failed.said
    assert "Minimum number of live Pods was not attained" in failed.said
    assert "Traceback" not in failed.said
    state = json.loads(bench.pulumi("stack", "export").said)
    (kept,) = (r for r in state["deployment"]["resources"] if r["type"].endswith(":Deployment"))
    assert kept["id"] == "default/app" and kept["initErrors"]


def test_a_workload_is_waited_for_until_its_pods_are_ready(bench: Workbench) -> None:
    bench.program(DEPLOYMENT % ("", 2, ""))
    made = bench.up()
    assert made.code == 0, made.said
    ready = bench.cluster.kubectl(
        "get", "deployment", "app", "-o", "jsonpath={.status.readyReplicas}"
    )
    assert ready == "2"
    gone = bench.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0
    assert "pod/app" not in bench.cluster.kubectl("get", "pods", "-o", "name"), "waited for"


def test_a_patch_that_leaves_takes_only_its_own_keys(bench: Workbench) -> None:
    bench.program(
        """
        Object("pool", {"apiVersion": "v1", "kind": "Node",
                        "metadata": {"name": "n1", "labels": {"estate/pool": "green"},
                                     "annotations": {"pulumi.com/patchFieldManager": "estate"}}},
               patch="Patch")
        """
    )
    assert bench.up().code == 0
    labels = json.loads(bench.shown("node", "n1", ".metadata.labels"))
    assert labels["estate/pool"] == "green"
    bench.program("")
    assert bench.up().code == 0
    after = json.loads(
        bench.cluster.kubectl("get", "node", "n1", "-o", "jsonpath={.metadata.labels}")
    )
    assert "estate/pool" not in after and after["type"] == "kwok"


def test_a_missing_object_is_read_as_missing(bench: Workbench) -> None:
    bench.program('k8s.core.v1.Namespace.get("gone", "nowhere", ResourceOptions(provider=cluster))')
    missing = bench.pulumi("preview")
    assert missing.code != 0
    assert "does not exist" in missing.said and "Traceback" not in missing.said, missing.said


def test_interrupted_once_it_ends_by_itself_and_leaves_nothing_pending(bench: Workbench) -> None:
    bench.program(DEPLOYMENT % ("", 1, '"none": "none"') + CONFIG_MAP % "1")
    process = bench.start("up", "--yes", "--skip-preview")
    plugins = _wait_for_the_deployment(bench, process)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in said and "exited prematurely" not in said, said
    state = json.loads(bench.pulumi("stack", "export").said)
    assert not state["deployment"].get("pending_operations")
    _, alive = psutil.wait_procs(plugins, timeout=5)
    assert not alive


def test_plugins_end_when_the_engine_is_killed(bench: Workbench) -> None:
    bench.program(DEPLOYMENT % ("", 1, '"none": "none"'))
    process = bench.start("up", "--yes", "--skip-preview")
    plugins = _wait_for_the_deployment(bench, process)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(plugins, timeout=5)
    assert not alive
    bench.pulumi("cancel", "--yes")
    recovered = bench.pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    assert recovered.code == 0, recovered.said
    bench.cluster.kubectl("delete", "deployment", "app", "--wait=true")


def _wait_for_the_deployment(
    bench: Workbench, process: subprocess.Popen[str]
) -> Sequence[psutil.Process]:
    bench.cluster.wait_until("get", "deployments", "-o", "name", says="deployment.apps/app")
    plugins = psutil.Process(process.pid).children(recursive=True)
    assert len(plugins) >= 2, "the language host and the provider"
    time.sleep(0.5)  # into the waiting
    return plugins
