"""What is rendered: valid against Kubernetes' own schema, restricted, local to its app."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]
import pytest

from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from tests import kubernetes_schema
from tests.balancers import with_metallb
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

LOOSENED = ("estate-logging", "estate-monitoring")
"""Their daemon sets stand in the register of exceptions."""


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def manifests(estate: Estate, zone: Zone) -> dict[tuple[str, str], Manifest]:
    return {
        (manifest.kind, manifest.name): manifest
        for manifest in compose(estate.plans()[zone]).manifests
    }


@pytest.mark.parametrize("zone", ZONES)
def test_every_manifest_fits_the_schema_and_has_no_unknown_field(
    estate: Estate, zone: Zone
) -> None:
    """The real provider drops an unknown field without a word, so it is caught here (ADR 2)."""
    for manifest in compose(estate.plans()[zone]).manifests:
        kubernetes_schema.validate(manifest.body)


def test_a_misspelled_field_does_not_fit_the_schema(estate: Estate) -> None:
    body: dict[str, Any] = copy.deepcopy(manifests(estate, "dmz")[("Deployment", "quote")].body)
    body["spec"]["replicsa"] = body["spec"].pop("replicas")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(body, "1.36", strict=True)


@pytest.mark.parametrize("zone", ZONES)
def test_logical_names_are_unique_per_kind(estate: Estate, zone: Zone) -> None:
    found = [(manifest.kind, manifest.name) for manifest in compose(estate.plans()[zone]).manifests]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("zone", ZONES)
def test_every_namespace_is_closed_and_restricted_before_anything_runs_in_it(
    estate: Estate, zone: Zone
) -> None:
    """B3, C3: default-deny in both directions, Pod Security as the cluster's version has it."""
    found = manifests(estate, zone)
    names = [name for kind, name in found if kind == "Namespace"]
    assert names
    for name in names:
        labels: Any = found[("Namespace", name)].body["metadata"]
        # Where an exception is registered, our own rules hold all the others (B3).
        level = "privileged" if name in LOOSENED else "restricted"
        assert labels["labels"]["pod-security.kubernetes.io/enforce"] == level
        assert labels["labels"]["pod-security.kubernetes.io/warn"] == "restricted"
        assert labels["labels"]["pod-security.kubernetes.io/enforce-version"] == "v1.36"
        deny = found[("NetworkPolicy", f"{name}-default-deny")]
        assert deny.namespace == name
        assert deny.body["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("zone", ZONES)
def test_an_exposed_apps_policy_admits_the_planned_sources_to_its_port_only(
    estate: Estate, zone: Zone
) -> None:
    """C3: the lab moves no packets, so the policy is held against the plan here."""
    found = manifests(estate, zone)
    exposed = [app for app in estate.plans()[zone].of(AppsPlan).apps if app.exposure]
    assert exposed
    for app in exposed:
        assert app.exposure is not None
        spec: Any = found[("NetworkPolicy", f"{app.name}-exposed")].body["spec"]
        assert spec["podSelector"] == {"matchLabels": {"estate/app": app.name}}
        (rule,) = spec["ingress"]
        assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == [
            str(source) for source in app.exposure.sources
        ]
        assert rule["ports"] == [{"protocol": "TCP", "port": app.port}]


def test_what_a_pod_sees_as_source_is_what_its_policy_admits(estate: Estate) -> None:
    """Cluster: nodes and tunnels. Local: the F5, and the clients where it does not translate."""
    intranet = manifests(estate, "intranet")

    def admitted(app: str) -> list[str]:
        spec: Any = intranet[("NetworkPolicy", f"{app}-exposed")].body["spec"]
        return [peer["ipBlock"]["cidr"] for peer in spec["ingress"][0]["from"]]

    assert admitted("policy-portal") == ["10.20.1.0/24", "10.69.0.0/24"]
    assert admitted("claims-desk") == ["10.20.0.2/31", "10.30.0.0/16"]


def test_only_the_app_reaches_its_database_and_only_its_port(estate: Estate) -> None:
    """F1, F2."""
    spec: Any = manifests(estate, "dmz")[("NetworkPolicy", "policy-portal-databases")].body["spec"]
    assert spec == {
        "podSelector": {"matchLabels": {"estate/app": "policy-portal"}},
        "policyTypes": ["Egress"],
        "egress": [
            {
                "to": [{"ipBlock": {"cidr": "10.20.9.10/32"}}],
                "ports": [{"protocol": "TCP", "port": 1521}],
            }
        ],
    }


def test_a_pod_is_attracted_by_its_pool_and_tolerates_that_pool_only(estate: Estate) -> None:
    """C6, D2, D6."""
    deployment = manifests(estate, "dmz")[("Deployment", "policy-portal")]
    spec: Any = deployment.body["spec"]
    pod = spec["template"]["spec"]
    assert pod["nodeSelector"] == {"node-restriction.kubernetes.io/pool": "policy-portal"}
    assert pod["tolerations"] == [
        {
            "key": "dedicated",
            "operator": "Equal",
            "value": "policy-portal",
            "effect": "NoSchedule",
        }
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_no_spread_rule_or_disruption_budget_blocks_failover_or_drain(
    estate: Estate, zone: Zone
) -> None:
    """D8, X5, X6: hard spread or minDomains would keep replicas from the survivor."""
    found = manifests(estate, zone)
    for (kind, name), manifest in found.items():
        spec: Any = manifest.body.get("spec")
        if kind == "Deployment":
            for rule in spec["template"]["spec"]["topologySpreadConstraints"]:
                assert rule["whenUnsatisfiable"] == "ScheduleAnyway"
                assert "minDomains" not in rule
            alone = spec["strategy"]["type"] == "Recreate"
            budget: Any = found.get(("PodDisruptionBudget", name))
            assert alone == (budget is None)
            assert alone or budget.body["spec"]["maxUnavailable"] == 1


@pytest.mark.parametrize("zone", ZONES)
def test_every_kind_but_admission_policies_can_be_previewed(estate: Estate, zone: Zone) -> None:
    """No policy guards policies: who may write them could lift what holds previews to dry runs."""
    found = manifests(estate, zone)
    rules: Any = found[("ClusterRole", "estate-preview")].body["rules"]
    writable = {
        (group, resource)
        for rule in rules
        if "patch" in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert not any("*" in pair or pair[0] == "admissionregistration.k8s.io" for pair in writable)
    emitted: set[tuple[str, str]] = set()
    for manifest in found.values():
        group = str(manifest.body["apiVersion"]).rpartition("/")[0]
        kind = manifest.kind.lower()
        if group != "admissionregistration.k8s.io":
            plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
            emitted.add((group, f"{kind}es" if kind.endswith("s") else plural))
    assert emitted - {("", "secrets")} <= writable


@pytest.mark.parametrize("zone", ZONES)
def test_a_preview_of_a_new_secret_is_all_that_the_identity_may_do_with_secrets(
    estate: Estate, zone: Zone
) -> None:
    """B2, fault 17: a patch of an existing one answers with its data, even as a dry run."""
    rules: Any = manifests(estate, zone)[("ClusterRole", "estate-preview")].body["rules"]
    verbs = [
        verb
        for rule in rules
        if rule["apiGroups"] in ([""], ["*"]) and {"secrets", "*"} & {*rule["resources"]}
        for verb in rule["verbs"]
    ]
    assert verbs == ["create"]


def test_a_changed_app_changes_its_own_manifests_only(estate: Estate) -> None:
    """P-b."""
    before = {zone: manifests(estate, zone) for zone in ZONES}
    estate.edit("apps/quote-dmz.yaml", "health: /healthz", "health: /ready")
    after = {zone: manifests(estate, zone) for zone in ZONES}
    changed = {key for zone in ZONES for key in before[zone] if before[zone] != after[zone]}
    different = {
        key
        for zone in ZONES
        for key, manifest in after[zone].items()
        if before[zone][key] != manifest
    }
    assert changed
    assert different == {("Deployment", "quote")}


BUILT_IN = {
    *("", "apps", "autoscaling", "batch", "policy"),
    *("admissionregistration.k8s.io", "apiregistration.k8s.io", "discovery.k8s.io"),
    *("networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io"),
}
"""What every API server has."""


@pytest.mark.parametrize("zone", ZONES)
def test_kinds_that_others_define_are_asked_for_first(tmp_path: Path, zone: Zone) -> None:
    """fault 11: whatever is not built in is asked of the cluster before anything is written."""
    composition = compose(with_metallb(shipped(tmp_path)).plans()[zone])
    wanted = {(definition.api_version, definition.kind) for definition in composition.definitions}
    found = {
        (str(manifest.body["apiVersion"]), manifest.kind) for manifest in composition.manifests
    }
    others = {(api, kind) for api, kind in found if _group(api) not in BUILT_IN}
    assert others == wanted


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]
