"""A declared node that has not joined the cluster is named, and nothing creates it (D2, D5)."""

from __future__ import annotations

import pulumi
import pytest

from estate.engine import live_nodes
from estate.engine.kubernetes_object import register
from estate.objects.manifest import manifest
from estate.topics.nodes.plan.pools import POOL_LABEL
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import Recorder, deploy, program_at

ABSENT = frozenset({"dmz-n01", "dmz-n07"})


def _deployed(absent: frozenset[str], *, preview: bool = False) -> Recorder:
    config = engine_configuration(REPOSITORY, "dmz")
    return deploy(
        program_at(REPOSITORY), stack_name="dmz", config=config, absent=absent, preview=preview
    )


def _labelled(recorder: Recorder) -> set[str]:
    return {registration.name for registration in recorder.of("NodePatch")}


@pytest.mark.parametrize("preview", [True, False])
def test_a_node_that_has_not_joined_is_left_out_and_named(preview: bool) -> None:
    """D2: a patch would create an empty Node, and its kubelet would not register its taints."""
    whole, found = _deployed(frozenset()), _deployed(ABSENT, preview=preview)
    assert found.error is None
    assert _labelled(whole) - _labelled(found) == ABSENT
    assert set(whole.urns) - set(found.urns) == {
        registration.urn for registration in whole.of("NodePatch") if registration.name in ABSENT
    }
    (warning,) = found.warnings
    assert "2 declared nodes have not joined" in warning
    assert all(f"{node} (pool " in warning for node in ABSENT)
    assert "kubelet/nodes.csv" in warning and "pulumi up" in warning and "pulumi refresh" in warning
    assert "stay Pending" not in warning


def test_nothing_is_said_when_all_have_joined() -> None:
    assert _deployed(frozenset()).warnings == []


def test_a_pool_without_any_node_is_named_with_what_waits_for_it() -> None:
    whole = _deployed(frozenset())
    pools = {
        registration.name: registration.inputs["metadata"]["labels"][POOL_LABEL]
        for registration in whole.of("NodePatch")
    }
    name = pools["dmz-n01"]
    alike = frozenset(node for node, pool in pools.items() if pool == name)
    (warning,) = _deployed(alike).warnings
    assert f"No node of pool {name} has joined" in warning
    assert "stay Pending" in warning


def test_addresses_follow_the_labels_of_the_nodes_that_have_joined() -> None:
    """C3: what waits for labels waits for those that are set."""
    found = _deployed(frozenset({"dmz-n07"}))
    assert found.error is None
    urns = set(found.urns)
    for registration in found.registrations:
        assert set(registration.depends_on) <= urns, registration.urn


def test_nodes_that_cannot_be_read_end_the_program_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_answer() -> None:
        def refuse(context: str) -> frozenset[str]:
            raise OSError("connection refused")

        monkeypatch.setattr(live_nodes, "names", refuse)
        program_at(REPOSITORY)()

    config = engine_configuration(REPOSITORY, "dmz")
    found = deploy(no_answer, stack_name="dmz", config=config)
    assert isinstance(found.error, pulumi.RunError)
    assert "Nothing was written" in str(found.error)
    assert "connection refused" in str(found.error)
    assert not list(found.of("Namespace"))


def test_no_patch_is_registered_without_the_names_of_what_exists() -> None:
    """Trap 17: the same holds for a patch of any other kind."""

    def program() -> None:
        parent = pulumi.ComponentResource("estate:test:Patches", "patches")
        config_map = manifest("v1", "ConfigMap", "coredns", {}, namespace="kube-system", patch=True)
        register([config_map], parent)

    found = deploy(program)
    assert isinstance(found.error, ValueError)
    assert "could create the object" in str(found.error)
