"""Attacks on an applied estate: each is refused for its own reason, and its counterpart passes."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.level3.admission.attacks import (
    ATTEMPTS,
    GROUPS,
    INSIDER,
    MOTOR,
    NODE,
    PODS,
    UID,
    Attempt,
    Json,
)
from tests.level3.applied import Applied

PATIENCE = 60  # seconds: a new namespace gets its account from a controller

WRITES = ("create", "get", "list", "patch", "update", "delete")
RIGHTS: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": INSIDER},
    "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": list(WRITES)}],
}
BOUND: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": INSIDER},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": INSIDER},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": INSIDER}],
}


@pytest.fixture(scope="module")
def insider(world: Applied) -> Iterator[Applied]:
    """A subject with every right in RBAC, so that admission alone can refuse."""
    file = world.lab.state / "insider.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [RIGHTS, BOUND]}))
    world.lab.kubectl("dmz", "create", f"-f={file}")
    try:
        yield world
    finally:
        world.lab.kubectl("dmz", "delete", f"-f={file}")


def sent(world: Applied, attempt: Attempt, body: Json) -> subprocess.CompletedProcess[str]:
    """The request, as a dry run of its subject."""
    text = json.dumps(body)
    if UID in text:
        (node,) = world.get("dmz", "node", NODE.rpartition(":")[2])
        text = text.replace(UID, node["metadata"]["uid"])
    file = world.lab.state / "attempt.json"
    file.write_text(text, encoding="utf-8")
    group = GROUPS.get(attempt.subject)
    return world.lab.kubectl(
        "dmz",
        *("create", f"--raw={attempt.path}?dryRun=All", f"-f={file}", f"--as={attempt.subject}"),
        *("--as-group=system:authenticated", *([f"--as-group={group}"] if group else [])),
        check=False,
    )


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda one: one.what)
def test_an_attack_is_refused_for_its_own_reason_and_its_counterpart_passes(
    insider: Applied, attempt: Attempt
) -> None:
    """B2, B3, C5, C6: what RBAC gives to nobody is refused a second time, for what it does."""
    refused = sent(insider, attempt, attempt.body)
    assert refused.returncode != 0, refused.stdout
    said = refused.stderr + refused.stdout
    assert attempt.refused in said or (attempt.or_else and attempt.or_else in said), said
    if attempt.counterpart is not None:
        admitted = sent(insider, attempt, attempt.counterpart)
        assert admitted.returncode == 0, admitted.stderr + admitted.stdout


@pytest.mark.parametrize(
    "label", ["app.kubernetes.io/managed-by-", "kubernetes.io/metadata.name-", "estate/tenant-"]
)
def test_a_namespace_without_a_label_has_every_rule(insider: Applied, label: str) -> None:
    """B3: rules select namespaces by name, which the API server writes again."""
    (attempt,) = (one for one in PODS if one.what == "an image with two digests")
    kept = insider.get("dmz", "namespace", MOTOR.namespace)[0]["metadata"]["labels"]
    insider.lab.kubectl("dmz", "label", "namespace", MOTOR.namespace, label)
    try:
        refused = sent(insider, attempt, attempt.body)
        assert attempt.refused in refused.stderr + refused.stdout
    finally:
        key = label.removesuffix("-")
        back = f"{key}={kept[key]}"
        insider.lab.kubectl("dmz", "label", "--overwrite", "namespace", MOTOR.namespace, back)


def test_a_namespace_that_nobody_declared_runs_nothing(insider: Applied) -> None:
    """B3, C6: it has the strictest rules, not none."""
    insider.lab.kubectl("dmz", "create", "namespace", "stray")
    try:
        (attempt,) = (one for one in PODS if one.what == "an image with two digests")
        body: Json = json.loads(json.dumps(attempt.counterpart))
        body["metadata"]["namespace"] = "stray"
        stray = Attempt(
            what="stray",
            subject=INSIDER,
            path="/api/v1/namespaces/stray/pods",
            body=body,
            refused="namespace stray has no pool",
        )
        end = time.monotonic() + PATIENCE
        refused = sent(insider, stray, body)
        while "error looking up service account" in refused.stderr:
            assert time.monotonic() < end, refused.stderr
            time.sleep(0.5)
            refused = sent(insider, stray, body)
        assert stray.refused in refused.stderr + refused.stdout
    finally:
        insider.lab.kubectl("dmz", "delete", "namespace", "stray", "--timeout=120s")


def test_annotations_that_change_alone_are_judged(insider: Applied) -> None:
    """C5: an Ingress that was admitted gains no snippet afterwards."""
    found = insider.get("dmz", "ingresses", "-A")
    metadata = found[0]["metadata"]
    place = (metadata["name"], "-n", metadata["namespace"], "--dry-run=server", f"--as={INSIDER}")
    for note, passes in (
        ("haproxy.org/backend-config-snippet=x", False),
        ("example.com/x=x", True),
    ):
        ran = insider.lab.kubectl("dmz", "annotate", "ingress", *place, note, check=False)
        assert (ran.returncode == 0) == passes, ran.stderr
        assert passes or "is not one that apps may have" in ran.stderr


def test_an_empty_virtual_address_is_none_that_is_declared(insider: Applied) -> None:
    """E9: of a Service that has a node port of its own, so that no other rule refuses it."""
    changed = {
        "metadata": {"annotations": {"metallb.io/loadBalancerIPs": ""}},
        "spec": {"type": "LoadBalancer"},
    }
    place = ("broker-gateway", "-n", "brokers", "--dry-run=server", f"--as={INSIDER}")
    patch = ("patch", "service", *place, "--type=merge", "-p")
    refused = insider.lab.kubectl("dmz", *patch, json.dumps(changed), check=False)
    assert "asks for a load balancer of its own" in refused.stderr, refused.stdout
    noted = {"metadata": {"annotations": {"example.com/note": ""}}}
    insider.lab.kubectl("dmz", *patch, json.dumps(noted))
