"""What the Kubernetes stand-in works out by itself, without a cluster."""

from __future__ import annotations

import json

import pytest

from lab.plugins.kubernetes import checkpoint, difference, managers, readiness, replacement
from lab.plugins.kubernetes.cluster import RETRY_PAUSES
from lab.plugins.kubernetes.objects import encoded_secret, redacted, secrets_of
from lab.plugins.kubernetes.quantity import canonical
from lab.plugins.kubernetes.waiting import budget
from lab.plugins.wire import UNKNOWN, JsonMap, decode, encode
from tests.recordings import Record, calls, normalised

pytestmark = pytest.mark.level1


def changes(old: JsonMap, new: JsonMap, kind: str = "Deployment") -> tuple[Record, list[str]]:
    shape: JsonMap = {"apiVersion": "apps/v1" if kind != "Service" else "v1", "kind": kind}
    fixed = replacement.fixed_fields(shape, patch=False, mutable_maps=False)
    found = difference.between(old, new, fixed)
    return dict(found.changes), found.replaces


def test_equal_objects_have_no_changes() -> None:
    assert changes({"spec": {"replicas": 1}}, {"spec": {"replicas": 1}}) == ({}, [])


def test_lists_are_compared_by_place() -> None:
    old: JsonMap = {"a": [{"x": 1}, {"x": 2}]}
    new: JsonMap = {"a": [{"x": 1}, {"x": 3}, {"x": 4}]}
    assert changes(old, new)[0] == {"a[1].x": "UPDATE", "a[2]": "ADD"}


def test_what_left_the_inputs_is_a_deletion() -> None:
    assert changes({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}})[0] == {"a.c": "DELETE"}


def test_keys_with_dots_are_quoted_in_paths() -> None:
    old: JsonMap = {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}}
    new: JsonMap = {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}}
    assert changes(old, new)[0] == {'metadata.labels["app.kubernetes.io/name"]': "UPDATE"}


def test_a_value_known_later_is_a_change() -> None:
    assert changes({"a": "x"}, {"a": UNKNOWN})[0] == {"a": "UPDATE"}


def test_a_changed_selector_needs_a_new_deployment() -> None:
    old: JsonMap = {"spec": {"selector": {"matchLabels": {"a": "1"}}}}
    new: JsonMap = {"spec": {"selector": {"matchLabels": {"a": "2"}}}}
    path = "spec.selector.matchLabels.a"
    assert changes(old, new) == ({path: "UPDATE_REPLACE"}, [path])


def test_a_fixed_field_inside_an_added_one_counts() -> None:
    assert changes({}, {"spec": {"clusterIP": "None"}}, "Service")[1] == ["spec"]


@pytest.mark.parametrize(
    ("settings", "replaces"),
    [
        ({"mutable_maps": False}, True),
        ({"mutable_maps": True}, False),
        ({"mutable_maps": True, "immutable": True}, True),
    ],
)
def test_a_config_map_changes_in_place_where_it_may(
    settings: dict[str, bool], replaces: bool
) -> None:
    """As the provider: only with enableConfigMapMutable, and none that is immutable."""
    shape: JsonMap = {"apiVersion": "v1", "kind": "ConfigMap"}
    if settings.get("immutable"):
        shape["immutable"] = True
    fixed = replacement.fixed_fields(shape, patch=False, mutable_maps=settings["mutable_maps"])
    assert (("data",) in fixed) is replaces


def test_a_patch_is_replaced_only_when_it_points_elsewhere() -> None:
    shape: JsonMap = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert ("data",) not in replacement.fixed_fields(shape, patch=True, mutable_maps=True)
    assert ("metadata", "name") in replacement.fixed_fields(shape, patch=True, mutable_maps=True)


def test_the_live_object_is_seen_through_the_inputs() -> None:
    live: JsonMap = {"data": {"a": "drift", "b": "theirs"}, "list": [{"x": 1, "default": 2}]}
    inputs: JsonMap = {"data": {"a": "1"}, "list": [{"x": 1}]}
    assert checkpoint.pruned(live, inputs) == {"data": {"a": "drift"}, "list": [{"x": 1}]}


def test_an_empty_value_that_the_server_dropped_is_no_drift() -> None:
    inputs: JsonMap = {"hostNetwork": False, "ingress": [], "podSelector": {}, "gone": "x"}
    assert checkpoint.pruned({}, inputs) == {"hostNetwork": False, "ingress": [], "podSelector": {}}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("1500Mi", "1500Mi"),
        ("0.5Gi", "512Mi"),
        ("2000", "2k"),
        ("4Gi", "4Gi"),
        ("0", "0"),
        ("1e3", "1e3"),
        ("nonsense", "nonsense"),
    ],
)
def test_quantities_are_written_as_the_server_writes_them(given: str, stored: str) -> None:
    assert canonical(given) == stored


def test_a_secret_stays_one_on_its_way_through() -> None:
    (call,) = (c for c in calls("02-create") if c.label.endswith("Create secret"))
    bag = encode({})
    bag.update(call.request["properties"])
    value, secrets = decode(bag)
    assert value["data"] == {"p": "aHVudGVyMg=="} and secrets == {"data": True}
    assert json.loads(json.dumps(call.request["properties"])) == _plain(encode(value, secrets))


def _plain(bag: object) -> Record:
    from google.protobuf import json_format, struct_pb2

    assert isinstance(bag, struct_pb2.Struct)
    return json_format.MessageToDict(bag)


def test_one_secret_element_makes_its_list_secret() -> None:
    bag = encode({"args": ["a", "b"]}, {"args": True})
    outer = encode({})
    outer.fields["list"].list_value.values.add().struct_value.CopyFrom(bag)
    assert decode(outer) == ({"list": [{"args": ["a", "b"]}]}, {"list": True})


def test_all_that_a_secret_holds_is_secret_however_it_came() -> None:
    plain: JsonMap = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "YQ=="}}
    assert secrets_of(plain, False) == {"data": True}


def test_texts_of_a_secret_are_folded_into_its_data() -> None:
    given: JsonMap = {"apiVersion": "v1", "kind": "Secret", "stringData": {"p": "hunter2"}}
    assert encoded_secret(given)["data"] == {"p": "aHVudGVyMg=="}
    assert "stringData" not in encoded_secret(given)


def test_an_error_about_a_secret_does_not_repeat_its_value() -> None:
    obj: JsonMap = {"apiVersion": "v1", "kind": "Secret", "data": {"p": "aHVudGVyMg=="}}
    shown = redacted('Invalid value: "aHVudGVyMg==" or "hunter2"', obj)
    assert "hunter2" not in shown and "aHVudGVyMg" not in shown


def test_missing_things_are_waited_for_about_a_minute() -> None:
    assert 55 <= sum(RETRY_PAUSES) <= 65


@pytest.mark.parametrize(
    ("written", "seconds"), [("5", 5), ("5s", 5), ("2m", 120), ("", 600), ("soon", 600)]
)
def test_the_budget_comes_from_the_annotation(written: str, seconds: int) -> None:
    obj: JsonMap = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": written}}}
    assert budget(obj, 0, 600) == seconds


def test_the_resource_option_goes_before_the_annotation() -> None:
    obj: JsonMap = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": "5"}}}
    assert budget(obj, 30, 600) == 30


def _managed(*entries: tuple[str, str, JsonMap]) -> JsonMap:
    fields: list[JsonMap] = [
        {"manager": name, "operation": what, "fieldsV1": owned} for name, what, owned in entries
    ]
    return {"metadata": {"resourceVersion": "7", "managedFields": [*fields]}}


def test_the_first_update_takes_over_what_the_create_owned() -> None:
    live = _managed(
        ("pulumi-kubernetes", "Update", {"f:a": {}}), ("kubelet", "Update", {"f:b": {}})
    )
    patch = managers.takeover(live, "ours")
    assert patch is not None
    assert json.loads(json.dumps(patch[0]))["value"] == [
        {"manager": "ours", "operation": "Apply", "fieldsV1": {"f:a": {}}},
        {"manager": "kubelet", "operation": "Update", "fieldsV1": {"f:b": {}}},
    ]


def test_there_is_nothing_to_take_over_twice() -> None:
    live = _managed(("ours", "Apply", {"f:a": {}}), ("kubelet", "Update", {"f:b": {}}))
    assert managers.takeover(live, "ours") is None


def test_the_manager_of_the_annotation_goes_before_the_kept_one() -> None:
    inputs: JsonMap = {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "estate"}}}
    assert managers.manager_for(inputs, {"__fieldManager": "old"}) == "estate"
    assert managers.manager_for({}, {"__fieldManager": "old"}) == "old"


def test_a_failed_job_is_not_waited_for() -> None:
    failed: JsonMap = {"type": "Failed", "status": "True", "reason": "R", "message": "m"}
    state = readiness.job({"status": {"conditions": [failed]}})
    assert state.failed and state.missing == ["[R] m"]


def test_a_deployment_whose_old_pods_remain_is_not_ready() -> None:
    conditions: list[JsonMap] = [
        {"type": "Available", "status": "True"},
        {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
    ]
    status: JsonMap = {"observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": 2}
    obj: JsonMap = {
        "metadata": {"generation": 2, "annotations": {"deployment.kubernetes.io/revision": "2"}},
        "spec": {"replicas": 1},
        "status": {**status, "replicas": 2, "conditions": [*conditions]},
    }
    assert not readiness.deployment(obj).done
    obj["status"] = {**status, "replicas": 1, "conditions": [*conditions]}
    assert readiness.deployment(obj).done


def test_the_comparison_with_recordings_sees_what_is_left_out() -> None:
    (call,) = (c for c in calls("02-create") if c.label.endswith("Create dep"))
    same = json.loads(json.dumps(call.answer))
    same["response"]["properties"]["metadata"]["uid"] = "another"
    assert normalised(same) == normalised(call.answer)
    for path in (
        ("__fieldManager",),
        ("__inputs", "spec", "replicas"),
        ("metadata", "managedFields"),
        ("metadata", "generation"),
        ("status", "conditions"),
        ("spec", "template", "spec", "containers"),
    ):
        other = json.loads(json.dumps(call.answer))
        place = other["response"]["properties"]
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        assert normalised(other) != normalised(call.answer), path


def test_the_comparison_with_recordings_reads_errors_to_the_letter() -> None:
    (call,) = (c for c in calls("10-error-exists") if c.method == "Create")
    other: Record = {"errors": [call.answer["errors"][0].replace("already", "all ready")]}
    assert normalised(other) != normalised(call.answer)
