"""The Kubernetes stand-in answers as the real provider was recorded to.

All recorded scenarios are put to it in their order, against one real API server. Between them
happens what happened while recording: an object edited by hand, another deleted, and so on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from lab.plugins.kubernetes.provider import KubernetesProvider
from lab.plugins.random.provider import RandomProvider
from tests.private_cluster import NAME, PrivateCluster, private_cluster
from tests.recordings import Call, Record, calls, normalised
from tests.replaying import Served, serving

pytestmark = pytest.mark.level3

# Where the stand-in differs from the recording on purpose: (scenario, call) -> why.
ON_PURPOSE: dict[tuple[str, str], str] = {}


def drift(cluster: PrivateCluster) -> None:
    patch = '{"data":{"a":"drift","b":"x"}}'
    cluster.kubectl("-n", "conf", "patch", "configmap", "cm", "-p", patch)
    cluster.kubectl("-n", "conf", "delete", "networkpolicy", "deny")


def an_object_of_somebody_else(cluster: PrivateCluster) -> None:
    cluster.kubectl("-n", "conf", "create", "configmap", "pre", "--from-literal=a=0")


def an_identity(cluster: PrivateCluster) -> None:
    cluster.kubectl("label", "namespace", "kube-system", "estate/cluster=dmz")


def somebody_scales(cluster: PrivateCluster) -> None:
    cluster.kubectl("-n", "default", "scale", "deployment", "x", "--replicas=2")


def _nothing(_: PrivateCluster) -> None:
    """Most scenarios follow on the one before."""


def its_node_is_deleted(cluster: PrivateCluster) -> None:
    cluster.kubectl("delete", "node", "n2")


BEFORE: dict[str, Callable[[PrivateCluster], None]] = {
    "07-refresh-after-drift": drift,
    "10-error-exists": an_object_of_somebody_else,
    "20-random-read-patch": an_identity,
    "23-field-conflict": somebody_scales,
    "28-patch-of-what-is-gone": its_node_is_deleted,
}

SCENARIOS = [
    "01-preview-create",
    "02-create",
    "03-noop",
    "04-update",
    "05-preview-replace",
    "06-replace",
    "07-refresh-after-drift",
    "08-heal",
    "10-error-exists",
    "10-error-field",
    "10-error-kind",
    "10-error-nons",
    "10-error-port-preview",
    "10-error-port",
    "10-error-psa",
    "10-error-range",
    "10-error-unready",
    "18-remove",
    "19-destroy",
    "20-random-read-patch",
    "22-secret-replaced",
    "23-field-conflict",
    "24-read-missing",
    "26-unreachable",
    "27-patch-of-what-is-missing",
    "28-patch-of-what-is-gone",
]

Answers = dict[str, list[tuple[Call, Record]]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateCluster]:
    with private_cluster(tmp_path_factory.mktemp("contract")) as made:
        yield made


@pytest.fixture(scope="module")
def answers(cluster: PrivateCluster) -> Answers:
    """The stand-ins' answers to all recorded requests."""
    found: Answers = {}
    configure = next(call for call in calls("02-create") if call.method == "Configure")
    for scenario in SCENARIOS:
        BEFORE.get(scenario, _nothing)(cluster)
        # The minute of patience with missing things is a test of its own.
        kubernetes = KubernetesProvider("4.32.0", "", retry_pauses=(0.1, 0.2))
        with serving(kubernetes) as one, serving(RandomProvider("4.21.1")) as other:
            served = {"kubernetes": one, "random": other}
            recorded = calls(scenario)
            if not any(call.method == "Configure" for call in recorded):
                _ask(one, configure, cluster)
            found[scenario] = [
                (call, _ask(served[call.provider], call, cluster)) for call in recorded
            ]
    return found


def _ask(served: Served, call: Call, cluster: PrivateCluster) -> Record:
    return served.answer(call, kubeconfig=str(cluster.config), context=NAME)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_stand_in_answers_as_recorded(scenario: str, answers: Answers) -> None:
    differences: list[str] = []
    for call, answer in answers[scenario]:
        wanted, got = normalised(call.answer), normalised(answer)
        if (scenario, call.label) in ON_PURPOSE:
            assert wanted != got, f"{call.label} no longer differs: take it off the table"
        elif wanted != got:
            differences += [f"{call.label}:", *_compared(wanted, got, "  ")]
    assert not differences, "\n".join(differences)


def test_a_patch_creates_what_it_does_not_find_and_so_does_its_deletion(
    answers: Answers, cluster: PrivateCluster
) -> None:
    """D2: why the program leaves such a patch out, and why the cluster refuses it, too."""
    (_, made) = answers["27-patch-of-what-is-missing"][-1]
    labels = made["response"]["properties"]["metadata"]["labels"]
    assert labels == {"node-restriction.kubernetes.io/pool": "green"}
    left: Record = json.loads(cluster.kubectl("get", "node", "n2", "-o", "json"))
    assert "labels" not in left["metadata"], "after the deletion: an empty Node"


def _compared(wanted: Any, got: Any, path: str) -> list[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        left, right = cast(Record, wanted), cast(Record, got)
        return [
            line
            for key in sorted(left.keys() | right.keys())
            if left.get(key) != right.get(key)
            for line in _compared(left.get(key), right.get(key), f"{path}.{key}")
        ]
    if isinstance(wanted, list) and isinstance(got, list):
        here, there = cast("list[Any]", wanted), cast("list[Any]", got)
        if len(here) == len(there):
            return [
                line
                for index, pair in enumerate(zip(here, there, strict=True))
                if pair[0] != pair[1]
                for line in _compared(*pair, f"{path}[{index}]")
            ]
    return [f"{path}: recorded {json.dumps(wanted)}", f"{path}: answered {json.dumps(got)}"]
