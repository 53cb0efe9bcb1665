"""A1: a stack writes to its own cluster or to none."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import Recorder, deploy, program_at


def run(cluster: dict[str, Any], *, preview: bool = False) -> Recorder:
    config = engine_configuration(REPOSITORY, "dmz")
    return deploy(program_at(REPOSITORY), config=config, cluster=cluster, preview=preview)


def refused(recorder: Recorder) -> str:
    """The refusal; nothing but the provider may have been registered."""
    assert isinstance(recorder.error, pulumi.RunError)
    assert [registration.type for registration in recorder.registrations] == [
        "pulumi:providers:kubernetes"
    ]
    return str(recorder.error)


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_the_other_cluster_is_refused_by_its_label(preview: bool) -> None:
    cluster = {"labels": {"estate/cluster": "intranet"}, "uid": "5f"}
    text = refused(run(cluster, preview=preview))
    assert "'dmz'" in text and "the cluster 'intranet'" in text and "UID 5f" in text


def test_a_cluster_without_identity_is_refused_with_the_command_that_gives_it_one() -> None:
    text = refused(run({"labels": {"kubernetes.io/metadata.name": "kube-system"}, "uid": "5f"}))
    assert "without identity" in text
    assert "kubectl --context dmz label namespace kube-system estate/cluster=dmz" in text


def test_a_cluster_without_any_label_is_refused() -> None:
    assert "without identity" in refused(run({"uid": "5f"}))


def test_a_recorded_uid_tells_a_rebuilt_cluster_from_the_one_it_replaced() -> None:
    from estate.engine.guard import Identity, mismatch

    recorded = Identity(context="dmz", name="dmz", uid="0a")
    labels = {"estate/cluster": "dmz"}
    assert mismatch(recorded, {"labels": labels, "uid": "0a"}) == ""
    text = mismatch(recorded, {"labels": labels, "uid": "0b"})
    assert "UID 0b" in text and "recorded 0a" in text


def test_the_right_cluster_passes() -> None:
    recorder = run({"labels": {"estate/cluster": "dmz"}, "uid": "5f"})
    assert recorder.error is None
    assert len(recorder.registrations) > 50
