"""Both shipped stacks, run through ``__main__.py`` with all registrations drained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import SECRET, SECRET_SIGNATURE, Recorder, deploy, program_at

GOLDEN = Path(__file__).parent / "golden"
STACKS = ("dmz", "intranet")


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def recorder(stack: str) -> Recorder:
    config = engine_configuration(REPOSITORY, stack)
    found = deploy(program_at(REPOSITORY), stack_name=stack, config=config)
    assert found.error is None, found.error
    return found


def test_a_urn_leaves_the_golden_list_only_on_purpose(recorder: Recorder, stack: str) -> None:
    """Type tokens and logical names are state keys: a lost one deletes and creates (design)."""
    golden = (GOLDEN / f"{stack}.urns").read_text(encoding="utf-8").splitlines()
    assert recorder.urns == golden


def test_a_preview_registers_the_same_resources(recorder: Recorder, stack: str) -> None:
    config = engine_configuration(REPOSITORY, stack)
    preview = deploy(program_at(REPOSITORY), stack_name=stack, config=config, preview=True)
    assert preview.error is None
    assert preview.urns == recorder.urns


def test_the_guard_reads_the_cluster_before_anything_else_is_registered(
    recorder: Recorder,
) -> None:
    """A1: nothing but the provider comes before the guard."""
    assert [urn.rsplit("::", 1)[-1] for urn in recorder.reads] == ["kube-system"]


def test_every_kubernetes_object_uses_the_one_explicit_provider(recorder: Recorder) -> None:
    (provider,) = (
        registration
        for registration in recorder.registrations
        if registration.type == "pulumi:providers:kubernetes"
    )
    for registration in recorder.registrations:
        if registration.type.startswith("kubernetes:"):
            assert registration.provider.startswith(f"{provider.urn}::"), registration.urn


def test_every_object_has_a_literal_name_and_belongs_to_a_component(recorder: Recorder) -> None:
    """Trap 19: no suffix is ever appended, so documents and policies can name objects."""
    for registration in recorder.registrations:
        if registration.type.startswith("kubernetes:"):
            assert registration.inputs["metadata"]["name"], registration.urn
            assert "::estate:" in registration.parent, registration.urn


def test_nothing_is_deleted_before_it_is_replaced_or_left_behind(recorder: Recorder) -> None:
    """Trap 4: the provider deletes first exactly when the name is unchanged."""
    for registration in recorder.registrations:
        assert not registration.delete_before_replace, registration.urn
        assert not registration.retain_on_delete, registration.urn


def test_an_object_is_never_both_protected_and_taken_away_with_its_namespace(
    recorder: Recorder,
) -> None:
    """Together the objects would leave the state and stay in the cluster (design)."""
    for registration in recorder.registrations:
        assert not (registration.protect and registration.deleted_with), registration.urn


def test_where_removal_is_allowed_a_namespace_takes_its_objects_with_it(
    recorder: Recorder,
) -> None:
    """But for claims and the pods on them, which go one after the other (test_leaving)."""
    namespaced = [
        registration
        for registration in recorder.registrations
        if registration.type.startswith("kubernetes:")
        and "namespace" in registration.inputs["metadata"]
    ]
    assert namespaced
    claims = {registration.urn for registration in recorder.of("PersistentVolumeClaim")}
    for registration in namespaced:
        name = registration.inputs["metadata"]["namespace"]
        (namespace,) = registration.replace_with
        assert namespace.endswith(f"$kubernetes:core/v1:Namespace::{name}"), registration.urn
        assert namespace in registration.depends_on, registration.urn
        by_itself = claims & {registration.urn, *registration.depends_on}
        assert registration.deleted_with == ("" if by_itself else namespace), registration.urn


def test_parameters_of_rules_are_known_by_the_key_that_they_had(recorder: Recorder) -> None:
    """X5: until 0.2 the key did not follow the content; an update adopts what stands."""
    found = [
        registration
        for registration in recorder.of("ConfigMap")
        if registration.parent.endswith("::admission")
    ]
    assert len(found) > 5
    for registration in found:
        assert registration.aliases == (registration.name.rpartition("-")[0],), registration.urn
        assert registration.name == registration.inputs["metadata"]["name"], registration.urn


def test_a_node_gains_the_labels_of_its_pool_and_rack_and_nothing_else(recorder: Recorder) -> None:
    """D5: labels by patch; taints are an atomic list that only the kubelet sets (D2)."""
    patches = list(recorder.of("NodePatch"))
    assert patches
    for patch in patches:
        assert set(patch.inputs) == {"apiVersion", "kind", "metadata"}
        assert set(patch.inputs["metadata"]["labels"]) == {
            "node-restriction.kubernetes.io/pool",
            "topology.kubernetes.io/zone",
        }
        assert patch.inputs["metadata"]["annotations"] == {
            "pulumi.com/patchFieldManager": "estate",
            "pulumi.com/patchForce": "true",
        }


def test_a_generated_password_and_its_secret_share_a_name_with_the_generation(
    recorder: Recorder,
) -> None:
    """Those of apps; what other teams' documents need has no object in the cluster (X11)."""
    passwords = [
        registration
        for registration in recorder.of("RandomPassword")
        if "DocumentSecrets" not in registration.parent
    ]
    assert passwords
    for password in passwords:
        secret = recorder.one("Secret", password.name)
        assert secret.inputs["metadata"]["name"] == password.name
        assert secret.inputs["immutable"] is True
        assert password.name.endswith("-g1")
        assert not password.protect and not secret.protect


def test_a_secrets_value_reaches_the_engine_as_a_secret_only(recorder: Recorder) -> None:
    for secret in recorder.of("Secret"):
        (value,) = secret.inputs["stringData"].values()
        assert value == {SECRET: SECRET_SIGNATURE, "value": f"random-{secret.name}"}, secret.urn
    others = [
        registration
        for registration in recorder.registrations
        if registration.type.split(":")[-1] != "Secret"
    ]
    assert all("random-" not in str(registration.inputs) for registration in others)
