"""The access matrix, held against a real API server: what it says, and nothing else (B2, B8).

The tests of this file share one lab, which gets the namespaces, roles and bindings of the dmz.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from estate.composition import compose
from estate.objects.definitions import COMES_WITH
from estate.objects.deployers import ACCOUNTS, DEPLOYER, deployer_user
from estate.objects.roles import ROLES, cluster_role
from estate.plan import Plan
from estate.topics.identity.plan import IdentityPlan
from estate.topics.tenancy.documents import EVERYWHERE
from estate.topics.tenancy.plan import TenancyPlan
from lab.lab import Lab
from tests.documents import table
from tests.estates import shipped
from tests.level3.identity.reviews import Question, Reviews, Served
from tests.level3.identity.roles import apply_roles

TENANT = "life"
OWN = "life-policy-portal"
OTHERS = ("motor", "estate-logging", "kube-system", "default")
"""Another tenant's namespace, one of the platform's, and the cluster's own."""

EVERYBODY = {
    ("create", "authorization.k8s.io", "selfsubjectaccessreviews"),
    ("create", "authorization.k8s.io", "selfsubjectrulesreviews"),
    ("create", "authentication.k8s.io", "selfsubjectreviews"),
}
"""What Kubernetes itself lets everybody do who has logged in: ask about themselves."""

BEYOND_DISCOVERY = (
    *(
        Served(api_group=group, resource=resource, verbs=(verb,), namespaced=False)
        for group, resource, verb in (
            ("rbac.authorization.k8s.io", "clusterroles", "escalate"),
            ("rbac.authorization.k8s.io", "clusterroles", "bind"),
            ("", "users", "impersonate"),
            ("", "groups", "impersonate"),
            ("authentication.k8s.io", "uids", "impersonate"),
            ("authentication.k8s.io", "userextras", "impersonate"),
            ("certificates.k8s.io", "signers", "approve"),
            ("certificates.k8s.io", "signers", "sign"),
            ("certificates.k8s.io", "signers", "attest"),
        )
    ),
    Served(
        api_group="rbac.authorization.k8s.io",
        resource="roles",
        verbs=("escalate", "bind"),
        namespaced=True,
    ),
    Served(api_group="", resource="serviceaccounts", verbs=("impersonate",), namespaced=True),
)
"""Verbs that no URL shows."""

DANGEROUS = (
    ("", "secrets"),
    ("", "pods"),
    ("", "pods/exec"),
    ("", "pods/log"),
    ("", "pods/portforward"),
    ("", "services"),
    ("", "serviceaccounts/token"),
    ("", "resourcequotas"),
    ("apps", "deployments"),
    ("networking.k8s.io", "networkpolicies"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
)
SERVICE_ACCOUNTS = "system:serviceaccounts"
WRITES = ("create", "update", "patch", "delete", "deletecollection")
VERBS = ("get", "list", "watch", *WRITES)


@dataclass(frozen=True)
class World:
    """A cluster with the dmz's roles, and what was planned for it."""

    lab: Lab
    plan: Plan
    reviews: Reviews
    namespaces: tuple[str, ...]

    def documented(self, namespace: str) -> dict[str, set[tuple[str, str, str]]]:
        """By group, each verb, API group and resource that the matrix has in a namespace."""
        found: dict[str, set[tuple[str, str, str]]] = {}
        for row in table(self.plan, "access/matrix.csv"):
            if row["namespace"] == namespace and row["group"]:
                group = "" if row["api_group"] == "core" else row["api_group"]
                mine = found.setdefault(row["group"], set(EVERYBODY))
                mine |= {(verb, group, row["resource"]) for verb in row["verbs"].split()}
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("access")
    estate = shipped(folder)
    lab = Lab(root=estate.root, state=folder / "lab", zones=("dmz",))
    try:
        lab.up()
        yield _with_roles(lab, estate.plans()["dmz"])
    finally:
        lab.down()


def _with_roles(lab: Lab, plan: Plan) -> World:
    (cluster,) = (one for one in lab.clusters() if one.name == "dmz")
    return World(lab, plan, Reviews(cluster), apply_roles(cluster, plan))


def _asked(group: str, served: list[Served], namespace: str) -> Iterator[Question]:
    """Every verb on every resource: in the namespace where it can be in one."""
    for one in served:
        for verb in one.verbs:
            # A namespace is read as part of itself.
            inside = one.namespaced or (one.resource, verb) == ("namespaces", "get")
            yield Question(
                group=group,
                verb=verb,
                api_group=one.api_group,
                resource=one.resource,
                namespace=namespace if inside else "",
            )


@pytest.mark.parametrize("namespace", [OWN, EVERYWHERE])
def test_every_group_may_do_what_the_matrix_says_and_nothing_else(
    world: World, namespace: str
) -> None:
    """B2, B8: SubjectAccessReview for role x verb x resource, of all that the server serves."""
    served = [*world.reviews.served(), *BEYOND_DISCOVERY]
    known = {(one.api_group, one.resource) for one in served}
    documented = world.documented(namespace)
    place = "" if namespace == EVERYWHERE else namespace
    questions = [question for group in documented for question in _asked(group, served, place)]
    allowed = world.reviews.allowed(questions)
    for group, expected in documented.items():
        found = {(q.verb, q.api_group, q.resource) for q in allowed if q.group == group}
        # What others define may be looked at where it is; here nobody has defined it.
        absent = {one for one in expected if one[1:] not in known}
        assert {api_group for _, api_group, _ in absent} <= COMES_WITH.keys()
        assert found == expected - absent, group


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("namespace", [OWN, *OTHERS])
def test_a_pipelines_accounts_may_do_what_the_matrix_says_and_nothing_else(
    world: World, account: str, namespace: str
) -> None:
    """L4, B2: of all that the server serves; nothing anywhere but in its own namespaces."""
    (own,) = (
        one
        for tenant in world.plan.of(TenancyPlan).tenants
        for one in tenant.namespaces
        if one.name == OWN
    )
    user = own.pipeline if account == "pipeline" else deployer_user(OWN)
    rows = [
        row
        for row in table(world.plan, "access/matrix.csv")
        if (row["account"], row["namespace"]) == (user, namespace)
    ]
    assert {row["role"] for row in rows} == ({account} if namespace == OWN else set())
    questions = [
        replace(question, user=user, name=name)
        for question in _asked(
            SERVICE_ACCOUNTS, [*world.reviews.served(), *BEYOND_DISCOVERY], namespace
        )
        for name in ("", DEPLOYER)
    ]
    found = {
        (question.verb, question.api_group, question.resource, question.name)
        for question in world.reviews.allowed(questions)
    }
    expected = {(*one, name) for one in EVERYBODY for name in ("", DEPLOYER)}
    for row in rows:
        group = "" if row["api_group"] == "core" else row["api_group"]
        names = (row["names"],) if row["names"] else ("", DEPLOYER)
        expected |= {
            (verb, group, row["resource"], name) for verb in row["verbs"].split() for name in names
        }
    assert found == expected


def test_every_role_is_asked_about(world: World) -> None:
    """B8: the shipped dmz has a group for each, so that the matrix above leaves none out."""
    bound = {row["role"] for row in table(world.plan, "access/matrix.csv")}
    assert bound == {*ROLES, *ACCOUNTS}
    roles = {binding.role for binding in world.plan.of(IdentityPlan).bindings}
    assert roles == {"platform-admin", "auditor", "log-reader"}
    (own,) = (
        namespace
        for tenant in world.plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
        if namespace.name == OWN
    )
    assert {binding.role for binding in own.bindings} == set(ROLES) - {"platform-admin"}


def test_a_tenants_groups_have_no_right_in_any_namespace_but_its_own(world: World) -> None:
    """C2: each namespace that there is, and all rules at once, as a member is told them."""
    own = {
        namespace.name: {binding.group for binding in namespace.bindings}
        for tenant in world.plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
    }
    nothing = world.reviews.rules("nobody-knows-us", "default")
    for group in sorted({group for groups in own.values() for group in groups}):
        for namespace in world.namespaces:
            rules = world.reviews.rules(group, namespace)
            bound = group in own.get(namespace, ())
            assert (rules != nothing) == bound, (group, namespace)


@pytest.mark.parametrize("role", ["tenant-admin", "developer", "operator", "auditor", "log-reader"])
def test_what_is_dangerous_is_denied_everywhere_else(world: World, role: str) -> None:
    """B2, C2: other tenants, the platform and the cluster, each asked by name."""
    (group,) = (
        binding.group
        for tenant in world.plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
        for binding in namespace.bindings
        if namespace.name == OWN and binding.role == role
    )
    questions = [
        Question(group=group, verb=verb, api_group=api, resource=resource, namespace=namespace)
        for api, resource in DANGEROUS
        for verb in VERBS
        for namespace in OTHERS
    ]
    assert world.reviews.allowed(questions) == set()


def test_nobody_makes_namespaces_volumes_node_ports_or_rights(world: World) -> None:
    """B2: a service may ask for a node port, so no role writes services at all."""
    kinds = (
        ("", "namespaces", ""),
        ("", "persistentvolumes", ""),
        ("storage.k8s.io", "storageclasses", ""),
        ("rbac.authorization.k8s.io", "clusterroles", ""),
        ("rbac.authorization.k8s.io", "clusterrolebindings", ""),
        *(
            (api, resource, namespace)
            for namespace in (OWN, "estate-logging")
            for api, resource in (
                ("", "persistentvolumeclaims"),
                ("", "services"),
                ("", "secrets"),
                ("rbac.authorization.k8s.io", "rolebindings"),
            )
        ),
    )
    who = {(row["group"], row["account"]) for row in table(world.plan, "access/matrix.csv")}
    questions = [
        Question(
            group=group or SERVICE_ACCOUNTS,
            user=account or "somebody",
            verb=verb,
            api_group=api,
            resource=resource,
            namespace=namespace,
        )
        for group, account in who
        for api, resource, namespace in kinds
        for verb in WRITES
    ]
    assert world.reviews.allowed(questions) == set()


def test_no_group_of_the_platform_reads_a_tenants_secrets(world: World) -> None:
    """B2: only the account that applies declarations does."""
    questions = [
        Question(
            group=binding.group, verb=verb, api_group="", resource=resource, namespace=namespace
        )
        for binding in world.plan.of(IdentityPlan).bindings
        for verb in VERBS
        for resource in ("secrets", "pods/exec", "pods/attach", "serviceaccounts/token")
        for namespace in ("", OWN, "motor")
    ]
    assert world.reviews.allowed(questions) == set()


def test_a_preview_of_more_rights_than_it_has_is_no_escalation(
    world: World, tmp_path: Path
) -> None:
    """B2: else the first pull request that changes a role could not be previewed."""
    file = tmp_path / "probe.json"
    rbac = [
        manifest.body
        for manifest in compose(world.plan).manifests
        if manifest.kind == "ClusterRole"
    ]
    items = [body | {"metadata": {"name": f"probe-{n}"}} for n, body in enumerate(rbac)]
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "probe"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": cluster_role("platform-admin"),
        },
    }
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [*items, binding]}))
    command = ("create", "--dry-run=server", "--as=preview", "-f", str(file))
    plain = world.lab.kubectl("dmz", *command, "--as-group=staff:life-admins", check=False)
    assert "forbidden" in plain.stderr
    world.lab.kubectl("dmz", *command, "--as-group=estate:preview")


Told = set[tuple[str, str, str, str]]


def told(world: World, kind: str, subject: str, namespace: str) -> Told:
    """Verb, API group, resource or URL, and name, of every right of a subject."""
    who = {"group": subject} if kind == "Group" else {"user": subject}
    status = world.reviews.told(namespace, **who)
    found = {
        (verb, group, resource, name)
        for rule in status["resourceRules"]
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
    }
    return found | {
        (verb, "", url, "")
        for rule in status.get("nonResourceRules", [])
        for verb in rule["verbs"]
        for url in rule["nonResourceURLs"]
    }


def test_every_subject_is_told_exactly_what_the_list_of_rights_says(world: World) -> None:
    """B2, B8: people, pipelines, the preview identity and every account of the platform."""
    rows = table(world.plan, "access/subjects.csv")
    anybody = {
        namespace: told(world, "User", "nobody-knows-us", namespace)
        for namespace in world.namespaces
    }
    subjects = {(row["kind"], row["subject"]) for row in rows}
    assert ("Group", "estate:preview") in subjects
    assert any("router" in subject for _, subject in subjects)
    for kind, subject in sorted(subjects):
        mine = [row for row in rows if (row["kind"], row["subject"]) == (kind, subject)]
        for namespace in world.namespaces:
            expected: Told = {
                (
                    verb,
                    "" if row["api_group"] == "core" else row["api_group"],
                    row["resource"],
                    name,
                )
                for row in mine
                if row["namespace"] in (EVERYWHERE, namespace)
                for verb in row["verbs"].split()
                for name in (row["names"].split() or [""])
            }
            found = told(world, kind, subject, namespace)
            assert found == expected | anybody[namespace], (subject, namespace)
