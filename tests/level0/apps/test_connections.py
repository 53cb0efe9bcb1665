"""Who reaches whom: every rendered policy evaluated, for every pair of apps (C3, C4).

The lab moves no packets, so policies are evaluated here as the Kubernetes documentation defines
them, by code that knows nothing of the plan. What the evaluator does not know, it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.reader.values import ZONES, Zone
from estate.topics.network.plan import NetworkPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-intranet.yaml"
RESERVING = "apps/reserving-intranet.yaml"
Json = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Pod:
    """A pod of an app."""

    app: str
    namespace: str
    labels: Json
    port: int


@dataclass(frozen=True)
class World:
    """What a zone's cluster would enforce."""

    namespaces: dict[str, Json]
    pods: tuple[Pod, ...]
    policies: tuple[Json, ...]
    pod_range: IPv4Network

    def reaches(self, source: Pod, target: Pod, port: int) -> bool:
        """Whether both sides let a connection through."""
        return self.lets(source, "Egress", target, port) and self.lets(
            target, "Ingress", source, port
        )

    def pairs(self, port: int | None = None) -> set[Pair]:
        """Who reaches whom, on the callee's port or on another."""
        return {
            (source.app, target.app)
            for source in self.pods
            for target in self.pods
            if self.reaches(source, target, port or target.port)
        }

    def lets(self, pod: Pod, direction: str, peer: Pod, port: int) -> bool:
        """Whether one side's policies let it out, or in."""
        side, key = {"Egress": ("egress", "to"), "Ingress": ("ingress", "from")}[direction]
        selecting = [
            one
            for one in self.policies
            if one["metadata"]["namespace"] == pod.namespace
            and direction in one["spec"]["policyTypes"]
            and _selects(one["spec"]["podSelector"], pod.labels)
        ]
        if not selecting:
            return True
        rules = [(one, rule) for one in selecting for rule in one["spec"].get(side, ())]
        return any(self._rule(policy, rule, key, peer, port) for policy, rule in rules)

    def _rule(self, policy: Json, rule: Json, key: str, peer: Pod, port: int) -> bool:
        assert set(rule) <= {key, "ports"}
        ports = rule.get("ports")
        if ports is not None and ("TCP", port) not in [
            (one["protocol"], one["port"]) for one in ports
        ]:
            return False
        return any(self._peer(policy, one, peer) for one in rule[key])

    def _peer(self, policy: Json, given: Json, peer: Pod) -> bool:
        assert given and set(given) <= {"podSelector", "namespaceSelector", "ipBlock"}
        if "ipBlock" in given:
            assert not IPv4Network(given["ipBlock"]["cidr"]).overlaps(self.pod_range)
            return False
        if "namespaceSelector" in given:
            here = _selects(given["namespaceSelector"], self.namespaces.get(peer.namespace, {}))
        else:
            here = peer.namespace == policy["metadata"]["namespace"]
        return here and _selects(given.get("podSelector", {}), peer.labels)


def _selects(selector: Json, labels: Json) -> bool:
    assert set(selector) <= {"matchLabels"}
    return selector.get("matchLabels", {}).items() <= labels.items()


def world(estate: Estate, zone: Zone) -> World:
    """The zone as rendered."""
    plan = estate.plans()[zone]
    bodies: list[Json] = [manifest.body for manifest in compose(plan).manifests]
    return World(
        namespaces={
            name: body["metadata"]["labels"] | {"kubernetes.io/metadata.name": name}
            for body in bodies
            if body["kind"] == "Namespace"
            for name in [body["metadata"]["name"]]
        },
        pods=tuple(
            Pod(
                body["metadata"]["name"],
                body["metadata"]["namespace"],
                body["spec"]["template"]["metadata"]["labels"],
                body["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"],
            )
            for body in bodies
            if body["kind"] == "Deployment"
            and "estate/app" in body["spec"]["template"]["metadata"]["labels"]
            and "ports"
            in body["spec"]["template"]["spec"]["containers"][0]  # workers listen nowhere
        ),
        policies=tuple(body for body in bodies if body["kind"] == "NetworkPolicy"),
        pod_range=plan.of(NetworkPlan).network.pods,
    )


def declared(estate: Estate, zone: Zone) -> set[Pair]:
    """The pairs of the zone that stand in the files."""
    found = [yaml.safe_load(path.read_text()) for path in estate.root.glob("apps/*.yaml")]
    return {
        (app["app"], peer["app"])
        for app in found
        if app["zone"] == zone and app.get("state") != "retired"
        for peer in app.get("connects_to", ())
        if "zone" not in peer
    }


def neighbours(found: World) -> set[Pair]:
    """The pairs that share a namespace, each app with itself included."""
    return {
        (pod.app, other.app)
        for pod in found.pods
        for other in found.pods
        if pod.namespace == other.namespace
    }


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def test_the_shipped_estate_connects_within_a_tenant_and_across_tenants(estate: Estate) -> None:
    """C4: otherwise the tests below would prove less than they say."""
    assert declared(estate, "intranet") == {
        ("policy-portal", "underwriting"),
        ("reserving", "claims-archive"),
    }


@pytest.mark.parametrize("zone", ZONES)
def test_an_app_reaches_its_namespace_and_its_declared_peers_and_nothing_else(
    estate: Estate, zone: Zone
) -> None:
    """C3, C4: every pair of the zone, on the callee's port."""
    found = world(estate, zone)
    assert len(found.pods) >= 4
    assert found.pairs() == neighbours(found) | declared(estate, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_a_declared_pair_opens_one_port(estate: Estate, zone: Zone) -> None:
    """C4: on any other port there are only neighbours; a connection is no merged namespace."""
    found = world(estate, zone)
    assert found.pairs(port=9999) == neighbours(found)


def test_neither_side_alone_opens_anything(estate: Estate) -> None:
    """C3: each of the two policies is needed, so that neither stands there for nothing."""
    found = world(estate, "intranet")
    for side in ("connects-to", "connected-from"):
        rest = [
            policy for policy in found.policies if not policy["metadata"]["name"].endswith(side)
        ]
        assert len(rest) == len(found.policies) - 3
        assert replace(found, policies=tuple(rest)).pairs() == neighbours(found)


def test_each_side_is_as_narrow_as_the_pair(estate: Estate) -> None:
    """C3: neither relies on the other: this pod, that pod, that port, in both policies."""
    found = world(estate, "intranet")
    pods = {pod.app: pod for pod in found.pods}
    for caller, callee in declared(estate, "intranet"):
        source, target = pods[caller], pods[callee]
        for one, direction, other in ((source, "Egress", target), (target, "Ingress", source)):
            assert found.lets(one, direction, other, target.port)
            assert not found.lets(one, direction, other, target.port + 1)
            stranger = replace(other, labels={"estate/app": "stranger"})
            assert not found.lets(one, direction, stranger, target.port)
            mover = replace(other, namespace="default")
            assert not found.lets(one, direction, mover, target.port)


def test_a_pod_with_the_callers_label_in_another_namespace_gets_nowhere(estate: Estate) -> None:
    """C3: teams label their pods as they like; the namespace's name is the API server's."""
    found = world(estate, "intranet")
    for caller, callee in declared(estate, "intranet"):
        (source,) = [pod for pod in found.pods if pod.app == caller]
        (target,) = [pod for pod in found.pods if pod.app == callee]
        for namespace in (*found.namespaces, "default"):
            reached = found.reaches(replace(source, namespace=namespace), target, target.port)
            assert reached == (namespace in (source.namespace, target.namespace))


def test_taking_the_declaration_away_closes_both_sides(estate: Estate) -> None:
    """C4: of both policies nothing is left, and no other object changes."""
    before = {(body["kind"], body["metadata"]["name"]) for body in _bodies(estate)}
    estate.edit(PORTAL, "connects_to:\n  - {app: underwriting}\n", "")
    after = {(body["kind"], body["metadata"]["name"]) for body in _bodies(estate)}
    assert before - after == {
        ("NetworkPolicy", "policy-portal-connects-to"),
        ("NetworkPolicy", "underwriting-connected-from"),
    }
    assert after <= before
    found = world(estate, "intranet")
    assert found.pairs() == neighbours(found) | {("reserving", "claims-archive")}


def test_a_caller_that_retires_closes_both_sides(estate: Estate) -> None:
    """C4, D3: with its pods goes what was opened for them."""
    estate.without_calls_to_reserving()
    estate.edit(RESERVING, "replicas: 2", "replicas: 2\nstate: retired")
    names = {body["metadata"]["name"] for body in _bodies(estate)}
    assert "claims-archive-connected-from" not in names
    assert "reserving-connects-to" not in names


def test_a_callees_new_port_is_the_new_port_on_both_sides(estate: Estate) -> None:
    """C4: one fact, two policies: they cannot disagree."""
    estate.edit("apps/underwriting-intranet.yaml", "port: 8080", "port: 8181")
    found = world(estate, "intranet")
    assert ("policy-portal", "underwriting") in found.pairs()
    assert ("policy-portal", "underwriting") not in found.pairs(port=8080)


def test_a_callee_with_two_callers_admits_both_and_no_third(estate: Estate) -> None:
    """C4: a second consent and a second caller; each pair is a rule of its own."""
    estate.edit("apps/claims-archive-intranet.yaml", "[actuarial]", "[actuarial, life]")
    estate.edit(PORTAL, "{app: underwriting}", "{app: underwriting}\n  - {app: claims-archive}")
    found = world(estate, "intranet")
    assert found.pairs() == neighbours(found) | declared(estate, "intranet")
    assert len(declared(estate, "intranet")) == 3


def test_an_app_that_cannot_be_read_is_not_called_unknown(estate: Estate) -> None:
    """A10: about a file that is broken enough has been said."""
    estate.edit("apps/claims-archive-intranet.yaml", "replicas: 2", "replicas: x")
    assert [problem.code for problem in estate.problems()] == ["wrong-type"]


def test_a_peer_with_a_problem_of_its_own_is_not_reported_twice(estate: Estate) -> None:
    """A10: one mistake, one problem."""
    estate.edit("apps/claims-archive-intranet.yaml", "{name: claimdb}", "{name: claimsdb}")
    assert [problem.code for problem in estate.problems()] == ["unknown-database"]


def _bodies(estate: Estate) -> Iterator[Json]:
    for manifest in compose(estate.plans()["intranet"]).manifests:
        yield manifest.body
