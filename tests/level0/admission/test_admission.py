"""Rules of admission as data: each has an object, a declaration, parameters and an exception."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from estate.cli.main import main
from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.reader.values import ZONES, Zone
from estate.topics.admission.declare.rules import OF_SERVICES, RULES, RuleName, rule_of
from estate.topics.admission.manifests.admission import admission
from estate.topics.admission.manifests.examples import Place, failing, passing
from estate.topics.admission.manifests.probes import probes
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.admission.plan.exceptions import expiring
from tests.control_planes import of_version
from tests.documents import table
from tests.estates import TODAY, Estate, shipped
from tests.level0.refused import DMZ, PORTAL, QUOTE, Edit

pytestmark = pytest.mark.level0

EXCEPTION = """  estate:exceptions:
    - rule: {rule}
      namespace: {namespace}
{bounds}      reason: reads what the old agent leaves on the node
      owner: life-portal@insurer.example
      approved: "2026-01-31"
      expires: "2026-03-20"
"""
OWN = "life-policy-portal"
ACCOUNT = "policy-portal"
OPENS: Mapping[RuleName, tuple[str, str]] = {
    "host-path": ("paths: [{path: /var/log}, {path: /srv, writable: true}]", "ro:/var/log rw:/srv"),
    "host-port": ("ports: [9100]", "9100"),
    "host-namespaces": ("shares: [network, ipc]", "hostNetwork hostIPC"),
    "privilege": ("root: true\n      capabilities: [NET_ADMIN]", "root NET_ADMIN"),
}
"""By rule, what an exception declares, and what admission's parameters say."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The rule broken in a declaration, and the code of the problem."""

    rule: RuleName
    edit: Edit
    code: str = "against-a-rule"


DECLARED = (
    Declared(rule="image", edit=(QUOTE, "image: ", "image: docker.io/"), code="bad-image"),
    Declared(rule="image", edit=(QUOTE, "replicas: 3", "replicas: 3\ntag: latest")),
    Declared(rule="host-path", edit=(QUOTE, "replicas: 3", "replicas: 3\nhost_path: /var/log")),
    Declared(rule="host-port", edit=(QUOTE, "port: 8080", "port: 8080, host_port: 8080")),
    Declared(rule="host-namespaces", edit=(QUOTE, "replicas: 3", "replicas: 3\nhostPID: true")),
    Declared(rule="privilege", edit=(QUOTE, "replicas: 3", "replicas: 3\nprivileged: true")),
    Declared(
        rule="node-port",
        edit=(PORTAL, "node_port: 30010", "node_port: 30011"),
        code="node-port-of-others",
    ),
    Declared(
        rule="node-port",
        edit=(PORTAL, "node_port: 30010", "node_port: 31000"),
        code="node-port-disagrees",
    ),
    Declared(
        rule="endpoints",
        edit=(QUOTE, "replicas: 3", "replicas: 3\nexternalName: kibana.estate-logging.svc"),
    ),
    Declared(
        rule="exposure",
        edit=(QUOTE, "replicas: 3", "replicas: 3\nexternal_ips: [192.0.2.10]"),
    ),
    Declared(
        rule="exposure",
        edit=(PORTAL, "address: 10.10.0.21", "address: 192.0.2.21"),
        code="vip-outside",
    ),
    Declared(
        rule="placement", edit=(QUOTE, "replicas: 3", "replicas: 3\ntolerations: [everything]")
    ),
    Declared(
        rule="placement",
        edit=(QUOTE, "replicas: 3", "replicas: 3\npool: brokers"),
        code="pool-of-others",
    ),
)


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def manifests(estate: Estate, zone: Zone = "dmz") -> dict[tuple[str, str], Manifest]:
    """By kind and name; a rule's parameters by the rule's name, without the hash of their data."""
    found = admission(estate.plans()[zone].of(AdmissionPlan))
    return {
        (
            manifest.kind,
            (manifest.former if manifest.kind == "ConfigMap" else None) or manifest.name,
        ): manifest
        for manifest in found
    }


def data(found: Mapping[tuple[str, str], Manifest], rule: RuleName) -> dict[str, str]:
    body: Any = found[("ConfigMap", f"estate-{rule}")].body
    return body["data"]


def opened(estate: Estate, rule: RuleName, namespace: str = OWN) -> Estate:
    text = (estate.root / DMZ).read_text(encoding="utf-8")
    before, _, rest = text.partition("  estate:exceptions:")
    rest = rest[rest.index("\n  estate:") + 1 :]
    lines = [] if rule in OF_SERVICES else [f"account: {ACCOUNT}"]
    lines += [OPENS[rule][0]] if rule in OPENS else []
    bounds = "".join(f"      {line}\n" for line in lines)
    exception = EXCEPTION.format(rule=rule, namespace=namespace, bounds=bounds)
    return estate.add(DMZ, before + exception + rest)


@pytest.mark.parametrize("declared", DECLARED, ids=lambda one: f"{one.rule}: {one.code}")
def test_a_declaration_that_would_break_a_rule_is_refused_before_anything_is_applied(
    estate: Estate, declared: Declared
) -> None:
    """B3, E2: what the API server would refuse, `estate check` refuses first."""
    estate.edit(*declared.edit)
    found = {problem.code: problem for problem in estate.problems()}
    assert list(found) == [declared.code]
    if declared.code == "against-a-rule":
        assert f"'{declared.rule}': {RULES[declared.rule].says}" in found[declared.code].found
        assert found[declared.code].hint == RULES[declared.rule].way_out


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_declaration_that_breaks_it_and_an_object_of_each_kind(
    rule: RuleName,
) -> None:
    place = Place(namespace="motor", registry="r.example", zone="dmz", selector={"pool": "shared"})
    assert rule in {declared.rule for declared in DECLARED}
    assert passing(rule, place).body != failing(rule, place).body
    assert passing(rule, place).path == failing(rule, place).path


def test_a_key_is_recognised_however_it_is_spelled() -> None:
    assert rule_of("hostNetwork") == rule_of("host_network") == rule_of("host-network")
    assert rule_of("replicas") is None


@pytest.mark.parametrize("zone", ZONES)
def test_every_rule_is_a_policy_with_parameters_a_binding_and_a_probe(
    estate: Estate, zone: Zone
) -> None:
    """B3: a rule that is bound nowhere, or that nobody observes, is no rule."""
    assert set(RULES) == set(get_args(RuleName))
    found = manifests(estate, zone)
    names = {f"estate-{rule}" for rule in RULES}
    for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ConfigMap"):
        assert {name for one, name in found if one == kind} == names
    asked = probes(estate.plans()[zone].of(AdmissionPlan))
    assert [probe.name for probe in asked] == [
        *(f"estate-{rule}" for rule in RULES),
        "estate-placement",  # what is put on pods
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_a_binding_denies_with_parameters_of_a_name_that_changes_with_them(
    estate: Estate, zone: Zone
) -> None:
    """E2: without its parameters a rule refuses everything, rather than nothing."""
    found = manifests(estate, zone)
    for (kind, name), manifest in found.items():
        if kind.endswith("Binding"):
            spec: Any = manifest.body["spec"]
            parameters = found[("ConfigMap", name)]
            assert spec["paramRef"] == {
                "name": parameters.physical_name,
                "namespace": parameters.namespace,
                "parameterNotFoundAction": "Deny",
            }
            assert parameters.physical_name.startswith(f"{name}-")
            assert parameters.body["immutable"] is True
            if kind.startswith("Validating"):
                assert spec["validationActions"] == ["Deny"]
        elif kind.endswith("Policy") and kind != "NetworkPolicy":
            spec = manifest.body["spec"]
            assert spec["failurePolicy"] == "Fail"
            (scope,) = spec["matchConstraints"]["namespaceSelector"]["matchExpressions"]
            assert (scope["key"], scope["operator"]) == ("kubernetes.io/metadata.name", "NotIn")
            assert scope["values"] == [
                "calico-apiserver",
                "calico-system",
                "kube-node-lease",
                "kube-public",
                "kube-system",
                "tigera-operator",
            ]


def test_the_parameters_say_what_was_declared(estate: Estate) -> None:
    """A2, C6, E2."""
    found = manifests(estate)
    assert data(found, "image")["registry"] == "registry.dmz.harbour.example"
    assert data(found, "node-port")[f"ports.{OWN}"] == "TCP/30010"
    assert "ports.motor" not in data(found, "node-port")
    assert data(found, "exposure")[f"exposure.{OWN}"] == "external"
    assert data(manifests(estate, "intranet"), "exposure")[f"exposure.{OWN}"] == "internal"
    assert data(found, "placement")["pool.motor"] == "shared"
    assert "taints.motor" not in data(found, "placement")
    assert data(found, "placement")["taints.brokers"] == "dedicated=brokers:NoSchedule"


def test_a_retired_app_has_no_node_port(estate: Estate) -> None:
    """E2: the number stays taken, but nothing may use it."""
    text = (estate.root / PORTAL).read_text(encoding="utf-8")
    estate.add(PORTAL, f"{text}state: retired\n")
    assert f"ports.{OWN}" not in data(manifests(estate), "node-port")


def test_another_node_port_changes_the_parameters_of_that_rule_only(estate: Estate) -> None:
    """P-b: the policies stay, the other rules stay."""
    before = manifests(estate)
    after = manifests(estate.port("dmz", "life/policy-portal", 30012))
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {
        ("ConfigMap", "estate-node-port"),
        ("ValidatingAdmissionPolicyBinding", "estate-node-port"),
    }
    one, other = (each[("ConfigMap", "estate-node-port")] for each in (before, after))
    assert one.physical_name != other.physical_name


def test_a_probe_knows_this_generation_from_the_one_before(estate: Estate) -> None:
    """E2: an API server that still enforces the old parameters is not taken for one that does."""
    before = {probe.name: probe.says for probe in probes(estate.plans()["dmz"].of(AdmissionPlan))}
    estate.port("dmz", "life/policy-portal", 30012)
    after = {probe.name: probe.says for probe in probes(estate.plans()["dmz"].of(AdmissionPlan))}
    assert {name for name in before if before[name] != after[name]} == {"estate-node-port"}


def test_below_1_36_nothing_puts_the_pool_on_pods_so_what_makes_them_has_to(
    estate: Estate,
) -> None:
    """C6: MutatingAdmissionPolicy is v1 from 1.36 on."""
    newer = manifests(estate)
    older = manifests(of_version(estate, "1.35"))
    assert ("MutatingAdmissionPolicy", "estate-placement") in newer
    assert not any(kind.startswith("Mutating") for kind, _ in older)
    key = ("ValidatingAdmissionPolicy", "estate-placement")
    assert "['Pod', 'DaemonSet']" in json.dumps(newer[key].body)
    assert "[object.kind]" in json.dumps(older[key].body)
    assert len(probes(estate.plans()["dmz"].of(AdmissionPlan))) == len(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_an_exception_opens_exactly_one_rule(estate: Estate, rule: RuleName) -> None:
    """B3: and Pod Security only where it holds that rule as well."""
    found = manifests(opened(estate, rule))
    assert {one for one in RULES if data(found, one)["exceptions"]} == {rule}
    whose = OWN if rule in OF_SERVICES else f"{OWN}/{ACCOUNT}"
    assert data(found, rule)["exceptions"] == whose
    opened_to = {key: text for key, text in data(found, rule).items() if key.startswith("open.")}
    assert opened_to == ({f"open.{OWN}.{ACCOUNT}": OPENS[rule][1]} if rule in OPENS else {})
    everything = compose(estate.plans()["dmz"]).manifests
    levels = {
        manifest.name: labels["pod-security.kubernetes.io/enforce"]
        for manifest in everything
        if manifest.kind == "Namespace"
        for labels in [json.loads(json.dumps(manifest.body["metadata"]))["labels"]]
    }
    steps_back = rule in ("host-path", "host-port", "host-namespaces", "privilege")
    assert {name for name, level in levels.items() if level != "restricted"} == (
        {OWN} if steps_back else set()
    )


def test_a_platform_namespace_may_have_an_exception(estate: Estate) -> None:
    """X9: of its own zone only."""
    opened(estate, "host-path", "estate-registry")
    assert data(manifests(estate), "host-path")["exceptions"] == f"estate-registry/{ACCOUNT}"
    others = data(manifests(estate, "intranet"), "host-path")["exceptions"]
    assert others == "estate-logging/log-collector estate-monitoring/node-exporter"


def test_the_register_of_exceptions_is_a_document(estate: Estate) -> None:
    """B3: what an auditor reads."""
    opened(estate, "host-path")
    assert table(estate.plans()["dmz"], "access/exceptions.csv") == [
        {
            "rule": "host-path",
            "namespace": OWN,
            "account": ACCOUNT,
            "opens": "ro:/var/log rw:/srv",
            "zone": "dmz",
            "owner": "life-portal@insurer.example",
            "approved": "2026-01-31",
            "expires": "2026-03-20",
            "reason": "reads what the old agent leaves on the node",
        }
    ]
    others = table(estate.plans()["intranet"], "access/exceptions.csv")
    assert {one["namespace"] for one in others} == {"estate-logging", "estate-monitoring"}


def test_an_exception_that_ends_within_a_month_is_told(estate: Estate) -> None:
    plan = opened(estate, "host-path").plans()["dmz"]
    assert expiring(plan.of(ExceptionsPlan).exceptions, TODAY) == plan.of(ExceptionsPlan).exceptions
    assert expiring(plan.of(ExceptionsPlan).exceptions, TODAY.replace(month=2, day=1)) == ()


def test_check_shows_what_exceptions_open_and_tells_which_end_soon(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B3: visible without looking for it."""
    opened(estate, "host-path")
    monkeypatch.setattr("estate.cli.invocation.today", lambda: TODAY)
    ran = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    assert ran.exit_code == 0
    assert "nodes, 1 exception" in ran.output
    assert "Open in dmz: host-path in life-policy-portal until 2026-03-20." in ran.output
    assert "Open in intranet: host-path in estate-logging" in ran.output
    assert (
        "Expires in 19 days: the exception of life-policy-portal (dmz) from the rule host-path; "
        "life-portal@insurer.example renews or removes it." in ran.output
    )


def test_an_expired_exception_stops_check(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """B3: nobody has to remember."""
    opened(estate, "host-path")
    monkeypatch.setattr("estate.cli.invocation.today", lambda: TODAY.replace(month=4))
    ran = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    assert ran.exit_code == 1
    assert "exception-expired" in ran.output
