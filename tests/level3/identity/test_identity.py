"""Who may log in, asked of an API server that was started with the handed-over files (B1, B6).

The tests of this file share one cluster, the dmz's, and one issuer on loopback that signs in the
name of all declared ones. Each refused token differs in one thing from one that is accepted.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import urllib3

from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from lab import inventory
from lab.cluster import Cluster
from lab.issuer import Signer
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.level3.identity.roles import apply_roles
from toolchain import build
from toolchain.trouble import Trouble

pytestmark = pytest.mark.level3

STAFF = "https://login.harbour.example/realms/staff"
PARTNERS = "https://login.partners.harbour.example"
PIPELINES = "https://ci.harbour.example"
NEVER_DECLARED = "https://login.elsewhere.example"

DEVELOPER: dict[str, Any] = {
    "sub": "4711",
    "aud": "estate-dmz",
    "email": "ada@harbour.example",
    "email_verified": True,
    "acr": "mfa",
    "groups": ["life-developers", "canteen"],
}
OWN = "life-policy-portal"


@dataclass(frozen=True)
class World:
    """A cluster that people log in to."""

    estate: Estate
    plan: Plan
    cluster: Cluster
    signer: Signer
    http: urllib3.PoolManager

    def ask(
        self, path: str, token: str | None, *, method: str = "GET", body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """What the API server answers to whoever carries the token."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        given = None if body is None else json.dumps(body)
        answer = self.http.request(
            method, f"{self.cluster.server}{path}", body=given, headers=headers
        )
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, json.loads(answer.data) if is_json else {}

    def token(self, url: str = STAFF, signed_by: str | None = None, **claims: Any) -> str:
        """The developer's token with other claims; ``None`` takes one away."""
        whole = {key: value for key, value in (DEVELOPER | claims).items() if value is not None}
        return self.signer.token(url, whole, signed_by=signed_by)

    def whoami(self, token: str | None) -> tuple[int, str, set[str]]:
        """The status, the user's name and its groups."""
        status, said = self.ask(
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            token,
            method="POST",
            body={"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
        )
        user: dict[str, Any] = said["status"]["userInfo"] if status == 201 else {}
        return status, user.get("username", ""), set(user.get("groups", []))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("identity")
    estate = shipped(folder)
    cluster = _cluster(estate, folder / "lab")
    try:
        with cluster.issuer.serving() as signer:
            cluster.up()
            plan = estate.plans()["dmz"]
            apply_roles(cluster, plan)
            http = urllib3.PoolManager(ca_certs=str(cluster.pki / "ca.crt"), timeout=30)
            found = World(estate, plan, cluster, signer, http)
            for url, claims in ((STAFF, {}), (PARTNERS, {}), (PIPELINES, PIPELINE)):
                _wait_until_known(found, found.token(url, **claims))
            yield found
    finally:
        cluster.remove()


def _cluster(estate: Estate, home: Path) -> Cluster:
    (declared,) = (cluster for cluster in inventory.clusters(estate.root) if cluster.name == "dmz")
    return Cluster(declared, home, build.binaries())


def _wait_until_known(world: World, token: str) -> None:
    """Keys are fetched in the background, and tried again only some seconds later."""
    end = time.monotonic() + 90
    while (answer := world.whoami(token))[0] != 201:
        assert time.monotonic() < end, answer
        time.sleep(0.3)


PIPELINE: dict[str, Any] = {
    "sub": "project_path:platform/estate:ref_type:branch:ref:main",
    "ref_protected": "true",
    "groups": None,
}


def test_a_token_is_its_user_with_its_groups_and_no_others(world: World) -> None:
    """B1: names carry their issuer's, so that none can be mistaken for the cluster's own."""
    assert world.whoami(world.token()) == (
        201,
        "staff:ada@harbour.example",
        {"staff:life-developers", "staff:canteen", "system:authenticated"},
    )


def test_a_groups_member_gets_exactly_its_rights(world: World) -> None:
    """B1, B2: what the matrix gives a developer of the tenant, where it gives it."""
    token = world.token()
    expected = {
        f"/api/v1/namespaces/{OWN}/pods": 200,
        f"/apis/apps/v1/namespaces/{OWN}/deployments": 200,
        f"/api/v1/namespaces/{OWN}/secrets": 403,
        "/api/v1/namespaces/motor/pods": 403,
        "/api/v1/namespaces/kube-system/pods": 403,
        "/api/v1/pods": 403,
        "/api/v1/nodes": 403,
    }
    assert {path: world.ask(path, token)[0] for path in expected} == expected
    wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}}
    path = f"/api/v1/namespaces/{OWN}/configmaps"
    assert world.ask(path, token, method="POST", body=wanted)[0] == 403


def test_who_is_in_no_group_of_ours_has_no_right(world: World) -> None:
    """B2: logging in is not yet a right."""
    token = world.token(groups=["canteen"])
    assert world.whoami(token)[0] == 201
    assert world.ask(f"/api/v1/namespaces/{OWN}/pods", token)[0] == 403


REFUSED: dict[str, dict[str, Any]] = {
    "of an issuer that nobody declared": {"url": NEVER_DECLARED},
    "signed with another issuer's key": {"signed_by": PARTNERS},
    "expired": {"exp": int(time.time()) - 60},
    "not valid yet": {"nbf": int(time.time()) + 3600},
    "made for the other zone": {"aud": "estate-intranet"},
    "made for nobody": {"aud": None},
    "without the required claim": {"acr": None},
    "with another value of the required claim": {"acr": "password"},
    "without a user": {"email": None},
    "with an empty user": {"email": ""},
    "with an address that is not verified": {"email_verified": False},
    "with an address of which nobody says so": {"email_verified": None},
    "of a group of Kubernetes' own": {"groups": ["life-developers", "system:masters"]},
    "of a group of the estate's own": {"groups": ["Estate:preview"]},
    "of a user of Kubernetes' own": {"email": "system:kube-scheduler"},
    "of another pipeline": {
        "url": PIPELINES,
        "sub": "project_path:somebody/else:ref_type:branch:ref:main",
        "ref_protected": "true",
    },
    "of the preview pipeline on another branch": {
        "url": PIPELINES,
        "sub": "project_path:platform/estate:ref_type:branch:ref:mine",
        "ref_protected": "true",
    },
    "of the preview pipeline on a branch that lost its protection": {
        "url": PIPELINES,
        "sub": "project_path:platform/estate:ref_type:branch:ref:main",
        "ref_protected": "false",
    },
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_token_is_refused(world: World, what: str) -> None:
    """B1: with 401, as if it were none."""
    assert world.whoami(world.token(**REFUSED[what]))[0] == 401


def test_a_token_without_a_signature_is_refused(world: World) -> None:
    """B1: the oldest trick with tokens."""
    _, claims, _ = world.token().split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    assert world.whoami(f"{header}.{claims}.")[0] == 401


def test_an_issuer_speaks_for_its_own_people_only(world: World) -> None:
    """B1: partners name a group as the staff does, and it is another one."""
    token = world.token(PARTNERS, roles=["life-developers", "brokers-support"], acr=None)
    status, user, groups = world.whoami(token)
    assert (status, user) == (201, "partners:4711")
    assert groups == {
        "partners:life-developers",
        "partners:brokers-support",
        "system:authenticated",
    }
    assert world.ask(f"/api/v1/namespaces/{OWN}/pods", token)[0] == 403
    assert world.ask("/api/v1/namespaces/brokers/pods", token)[0] == 200


def test_a_pipeline_is_the_preview_identity_whatever_it_claims(world: World) -> None:
    """B1: its token lists groups of its own choice, which count for nothing."""
    claims: dict[str, Any] = {**PIPELINE, "groups": ["system:masters"]}
    token = world.token(PIPELINES, **claims)
    assert world.whoami(token) == (
        201,
        f"ci:{PIPELINE['sub']}",
        {"estate:preview", "system:authenticated"},
    )


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_health_is_anybodys_to_ask(world: World, path: str) -> None:
    """B6: load balancers have no token."""
    assert world.ask(path, None)[0] == 200


@pytest.mark.parametrize(
    "path", ["/", "/api", "/apis", "/version", "/metrics", "/openapi/v2", "/api/v1/namespaces"]
)
def test_nothing_else_is_anybodys(world: World, path: str) -> None:
    """B6: not even the version, which says what to attack."""
    assert world.ask(path, None)[0] == 401


def test_a_namespace_without_labels_is_restricted(world: World) -> None:
    """B3: who makes a namespace by hand and forgets its labels opens nothing."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "host"},
        "spec": {"hostNetwork": True, "containers": [{"name": "c", "image": "none"}]},
    }
    with pytest.raises(Trouble, match=r'violates PodSecurity "restricted:v1\.36"'):
        world.cluster.api.apply("/api/v1/namespaces/default/pods/host", pod, "test")


def test_a_service_takes_over_no_address(world: World) -> None:
    """CVE-2020-8554: an external address in a service drew others' traffic."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "thief"},
        "spec": {"externalIPs": ["192.0.2.7"], "ports": [{"port": 443}]},
    }
    with pytest.raises(Trouble, match="Use of external IPs is denied"):
        world.cluster.api.apply("/api/v1/namespaces/default/services/thief", service, "test")


def test_a_secret_is_neither_in_the_audit_log_nor_readable_in_the_store(world: World) -> None:
    """fault 17: who did it is written down; what it holds is not."""
    canary, harmless = "ee4e1a5c0ffee5ec", "77a2b1d8dec0ded0"
    for kind, data in (("Secret", {"stringData": {"k": canary}}), ("ConfigMap", {})):
        body = {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {"name": "probe", "annotations": {"estate/probe": harmless}},
            **data,
        }
        path = f"/api/v1/namespaces/default/{kind.lower()}s/probe"
        world.cluster.api.apply(path, body, "test")
    log = world.cluster.audit_log.read_text(encoding="utf-8")
    assert "/api/v1/namespaces/default/secrets/probe" in log
    store = b"".join(
        file.read_bytes() for file in world.cluster.folder.glob("etcd/**/*") if file.is_file()
    )
    assert harmless.encode() in store  # the config map's
    for hidden in (canary, base64.b64encode(canary.encode()).decode()):
        assert hidden not in log
        assert hidden.encode() not in store


def test_rights_that_were_given_stand_in_the_audit_log(world: World) -> None:
    """B8: who gave whom which right is what an auditor asks first."""
    events = [
        json.loads(line)
        for line in world.cluster.audit_log.read_text(encoding="utf-8").splitlines()
    ]
    given = [
        event for event in events if event.get("objectRef", {}).get("resource") == "rolebindings"
    ]
    assert any(one["level"] == "Request" and "requestObject" in one for one in given)
    assert any(event["user"]["username"] == "staff:ada@harbour.example" for event in events)


@pytest.mark.parametrize("version", ["1.31", "1.33"])
def test_the_files_for_older_versions_are_taken_too(world: World, version: str) -> None:
    """B1: their API versions are still read by a newer API server."""
    assert _other(world, version).up() == "restarted with another configuration"


def _other(world: World, version: str) -> Cluster:
    """The cluster with the files that another version gets; the flags stay."""
    control_plane = world.plan.of(ControlPlanePlan)
    cluster = control_plane.cluster.model_copy(update={"version": version})
    plan = world.plan.having([replace(control_plane, cluster=cluster)])
    declared = world.cluster.declared
    files = {
        path: texts(plan)[f"api-server/{Path(path).name}"] for path in declared.api_server.files
    }
    return _changed(world, files)


def _changed(world: World, files: dict[str, str]) -> Cluster:
    declared = world.cluster.declared
    given = replace(declared, api_server=replace(declared.api_server, files=files))
    return Cluster(given, world.cluster.folder.parents[1], build.binaries())


def test_a_file_that_an_api_server_does_not_take_fails_in_the_lab(world: World) -> None:
    """B1: with the API server's own words; the right file brings it back."""
    files = dict(world.cluster.declared.api_server.files)
    (path,) = (one for one in files if one.endswith("/authorization.yaml"))
    wrong = files | {path: files[path].replace("authorizers:", "authorisers:")}
    with pytest.raises(Trouble, match='unknown field "authorisers"'):
        _changed(world, wrong).up()
    assert world.cluster.up() == "restarted with another configuration"


def test_what_the_store_holds_of_a_secret_is_encrypted(world: World) -> None:
    """X11, B4: with the key of the lab's bootstrap source, through the file that is handed over."""
    canary = "canary-of-the-store-4f1c"
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "canary", "namespace": "default"},
        "stringData": {"value": canary},
    }
    world.cluster.api.apply("/api/v1/namespaces/default/secrets/canary", body, "test")
    store = world.cluster.folder / "etcd" / "member"
    written = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert b"/registry/secrets/default/canary" in written
    assert b"k8s:enc:secretbox:v1:key1:" in written
    assert canary.encode() not in written
    assert base64.b64encode(canary.encode()) not in written
