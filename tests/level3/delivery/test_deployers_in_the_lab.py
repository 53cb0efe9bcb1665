"""A tenant's pipeline deploys: by a short-lived token, images alone, in its own namespace (L4)."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.request
from typing import Any

import pytest

from estate.objects.deployers import deployer_user
from tests.level3.applied import Applied

NAMESPACE, APP = "life-policy-portal", "policy-portal"
PIPELINE = "gitlab:project_path:life/deployment:ref_type:branch:ref:main"
OTHER = "sha256:" + "7" * 64


def as_user(user: str) -> tuple[str, ...]:
    return (f"--as={user}", "--as-group=system:authenticated")


def deploys(
    world: Applied, patch: dict[str, Any], namespace: str = NAMESPACE, app: str = APP
) -> subprocess.CompletedProcess[str]:
    """What the deployer sends for a Deployment, as a dry run of the server."""
    return sends(world, patch, namespace, app, *as_user(deployer_user(NAMESPACE)))


def sends(
    world: Applied, patch: dict[str, Any], namespace: str, app: str, *user: str
) -> subprocess.CompletedProcess[str]:
    """The same by another user, without one by the cluster's administrator."""
    return world.lab.kubectl(
        "dmz",
        *("patch", "deployment", app, "-n", namespace, "--dry-run=server"),
        *("--type=strategic", "-p", json.dumps(patch)),
        *user,
        check=False,
    )


def in_pod(spec: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"template": {"spec": spec}}}


def image(world: Applied) -> str:
    """What the app's container runs."""
    (found,) = world.get("dmz", "deployment", APP, "-n", NAMESPACE)
    (container,) = found["spec"]["template"]["spec"]["containers"]
    return str(container["image"])


def container(world: Applied) -> str:
    (found,) = world.get("dmz", "deployment", APP, "-n", NAMESPACE)
    return str(found["spec"]["template"]["spec"]["containers"][0]["name"])


def like(world: Applied) -> dict[str, Any]:
    """What a further container has to have, so that no other rule refuses it."""
    (found,) = world.get("dmz", "deployment", APP, "-n", NAMESPACE)
    (own,) = found["spec"]["template"]["spec"]["containers"]
    return {key: own[key] for key in ("image", "resources", "securityContext")}


def token(
    world: Applied, *arguments: str, user: str = PIPELINE
) -> subprocess.CompletedProcess[str]:
    return world.lab.kubectl(
        "dmz", "create", "token", *arguments, "--duration=10m", *as_user(user), check=False
    )


def test_the_pipeline_gets_a_short_lived_token_of_its_deployer_and_no_other(world: Applied) -> None:
    """L4, B2: of this account, in its tenant's namespaces."""
    asked = token(world, "deployer", "-n", NAMESPACE)
    assert asked.returncode == 0 and asked.stdout.count(".") == 2
    for name, namespace in (
        (APP, NAMESPACE),
        ("default", NAMESPACE),
        ("deployer", "motor"),
        ("prometheus", "estate-monitoring"),
    ):
        assert "orbidden" in token(world, name, "-n", namespace).stderr, (name, namespace)
    for user in (
        deployer_user(NAMESPACE),
        "gitlab:project_path:life/other:ref_type:branch:ref:main",
    ):
        assert "orbidden" in token(world, "deployer", "-n", NAMESPACE, user=user).stderr


def test_the_token_deploys_and_the_declaration_takes_the_image_back(world: Applied) -> None:
    """L3, L4, fault 13: a new digest rolls out; the next up of a changed file wins over it."""
    before = image(world)
    new = f"{before.partition('@')[0]}@{OTHER}"
    patch = in_pod({"containers": [{"name": container(world), "image": new}]})
    bearer = token(world, "deployer", "-n", NAMESPACE).stdout.strip()
    (cluster,) = (one for one in world.lab.clusters() if one.name == "dmz")
    request = urllib.request.Request(  # noqa: S310 https
        f"{cluster.server}/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{APP}",
        data=json.dumps(patch).encode(),
        method="PATCH",
        headers={
            "Authorization": f"Bearer {bearer}",
            "Content-Type": "application/strategic-merge-patch+json",
        },
    )
    context = ssl.create_default_context(cafile=str(cluster.pki / "ca.crt"))
    with urllib.request.urlopen(request, context=context, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
    assert image(world) == new
    file, digest = "apps/policy-portal-dmz.yaml", before.partition("@")[2]
    third = "sha256:" + "8" * 64
    world.estate.edit(file, digest, third)
    try:
        world.up("dmz")
        assert image(world) == f"{before.partition('@')[0]}@{third}"
    finally:
        world.estate.edit(file, third, digest)
        world.up("dmz")
    assert image(world) == before


def test_the_deployer_changes_digests_and_nothing_else(world: Applied) -> None:
    """L4, B2: the policy holds what RBAC cannot tell apart."""
    name, before = container(world), image(world)
    repository = before.partition("@")[0]
    allowed = in_pod({"containers": [{"name": name, "image": f"{repository}@{OTHER}"}]})
    assert deploys(world, allowed).returncode == 0
    secret = [{"name": "x", "secret": {"secretName": "policydb"}}]
    for patch in (
        in_pod({"containers": [{"name": name, "image": f"{repository}-other@{OTHER}"}]}),
        in_pod({"containers": [{"name": name, "command": ["/bin/sh"]}]}),
        in_pod({"containers": [{"name": name, "env": [{"name": "A", "value": "b"}]}]}),
        in_pod({"containers": [{**like(world), "name": "more"}]}),
        in_pod({"initContainers": [{**like(world), "name": "first"}]}),
        in_pod({"volumes": secret}),
        in_pod({"serviceAccountName": "other"}),
        in_pod({"automountServiceAccountToken": True}),
        {"spec": {"replicas": 9}},
        {"spec": {"template": {"metadata": {"labels": {"x": "y"}}}}},
        {"metadata": {"labels": {"estate/tenant": "motor"}}},
        {"metadata": {"annotations": {"estate/owner": "a@b.example"}}},
        {"metadata": {"finalizers": ["example.com/kept"]}},
    ):
        # Refused by one rule only: of several, the API server shows any.
        others = sends(world, patch, NAMESPACE, APP)
        assert others.returncode == 0, others.stderr
        refused = deploys(world, patch)
        assert "A deployer changes the digests of images" in refused.stderr, patch


def test_the_other_rules_of_admission_bind_it_too(world: Applied) -> None:
    """L4, G5: what is no whole digest names no image, whoever sends it."""
    repository = image(world).partition("@")[0]
    for wrong in (f"{repository}@sha256:7", f"{repository}@@{OTHER}"):
        patch = in_pod({"containers": [{"name": container(world), "image": wrong}]})
        refused = sends(world, patch, NAMESPACE, APP).stderr
        assert "by digest" in refused and "Rule image" in refused
        # By this rule and by the deployer's own: the API server shows any.
        assert "is forbidden: ValidatingAdmissionPolicy" in deploys(world, patch).stderr
    as_deployer = in_pod({"serviceAccountName": "deployer"})
    assert "No pod runs as 'deployer'" in sends(world, as_deployer, NAMESPACE, APP).stderr


def managers(world: Applied) -> list[dict[str, Any]]:
    """Who owns which fields of the app's workload."""
    shown = ("get", "deployment", APP, "-n", NAMESPACE, "--show-managed-fields", "-o", "json")
    return json.loads(world.lab.kubectl("dmz", *shown).stdout)["metadata"]["managedFields"]


def test_the_deployer_takes_no_field_from_its_manager(world: Applied) -> None:
    """L4, L3: a variable that is taken out of the declaration would stay for ever."""
    before = managers(world)
    ours = next(one for one in before if '"f:env"' in json.dumps(one))
    emptied: Any = json.loads(json.dumps(before))
    emptied[before.index(ours)]["fieldsV1"] = {}
    shrunk = json.loads(json.dumps(before))
    template = shrunk[before.index(ours)]["fieldsV1"]["f:spec"]["f:template"]["f:spec"]
    (fields,) = (one for key, one in template["f:containers"].items() if key.startswith("k:"))
    del fields["f:env"]
    without: Any = [one for one in before if one is not ours]
    attempts: list[Any] = [[{}], emptied, shrunk, without]
    for removed in attempts:
        refused = deploys(world, {"metadata": {"managedFields": removed}})
        assert "takes no field from its manager" in refused.stderr, refused.stderr + refused.stdout
    repository = image(world).partition("@")[0]
    for sender in ("first", "second"):  # the second takes the image from the first
        new = {"name": container(world), "image": f"{repository}@{OTHER}"}
        ran = sends(
            world,
            in_pod({"containers": [new]}),
            NAMESPACE,
            APP,
            *as_user(deployer_user(NAMESPACE)),
            f"--field-manager={sender}",
        )
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("get", "secrets", "-n", NAMESPACE),
        ("create", "deployment", "x", "--image=x", "-n", NAMESPACE),
        ("delete", "deployment", APP, "-n", NAMESPACE),
        ("delete", "networkpolicy", "default-deny", "-n", NAMESPACE),
        ("create", "rolebinding", "x", "--clusterrole=view", "--user=x", "-n", NAMESPACE),
        ("patch", "resourcequota", "quota", "-p", "{}", "-n", NAMESPACE),
        ("scale", "deployment", APP, "--replicas=9", "-n", NAMESPACE),
        ("get", "deployments", "-n", "motor"),
        ("patch", "deployment", "quote", "-p", "{}", "-n", "motor"),
    ],
    ids=" ".join,
)
def test_it_has_no_other_right(world: Applied, command: tuple[str, ...]) -> None:
    """L4: nor any in another tenant's namespace."""
    user = as_user(deployer_user(NAMESPACE))
    ran = world.lab.kubectl("dmz", *command, *user, check=False)
    assert ran.returncode and "orbidden" in ran.stderr, ran.stderr
