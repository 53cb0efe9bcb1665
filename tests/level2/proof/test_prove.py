"""`estate prove`: declared flows are complete, nothing else is open, over what is emitted (F6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from estate.cli.render import render_stack
from estate.composition import compose
from estate.objects.manifest import JsonObject
from estate.proof.assumptions import ASSUMPTIONS, RESIDUAL
from estate.proof.emitted import Emitted, emitted
from estate.proof.prove import Claim, Proof, prove
from estate.reader.problems import Problem
from estate.reader.values import Zone
from tests.documents import permission_id
from tests.estates import REPOSITORY, shipped
from tests.level0.egress.test_egress import on_ovn
from tests.mutations import mutations
from tests.proving import claimed

pytestmark = pytest.mark.level2


TO_POLICYDB = permission_id("fw-inner", "10.10.1.12", "10.20.9.10", "tcp-1521")
TO_CLAIMDB = permission_id("fw-inner", "10.10.1.104", "10.20.9.20", "tcp-5432")

Claimed = tuple[Claim, Mapping[Zone, Emitted]]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Claimed:
    """The shipped estate: what is to be proved, and over what."""
    return claimed(shipped(tmp_path_factory.mktemp("ours")))


@pytest.fixture(scope="module")
def proof(ours: Claimed) -> Proof:
    """Its proof."""
    return prove(*ours)


def problems_after(ours: Claimed, name: str) -> tuple[Problem, ...]:
    """What the proof says after one mutation, by its name."""
    claim, found = ours
    mutated = [mutation for mutation in mutations(found) if mutation.name == name]
    assert len(mutated) == 1, name
    return prove(claim, mutated[0].of(found)).problems


def changed(
    found: Mapping[Zone, Emitted], zone: Zone, kind: str, change: Callable[[Any], object]
) -> dict[Zone, Emitted]:
    """The first object of a kind, changed in a copy."""
    one = found[zone]
    index = next(number for number, (_, body) in enumerate(one.objects) if body["kind"] == kind)
    place, body = one.objects[index]
    copied = json.loads(json.dumps(body))
    change(copied)
    objects = (*one.objects[:index], (place, copied), *one.objects[index + 1 :])
    return {**found, zone: replace(one, objects=objects)}


def test_the_shipped_estate_is_proved(proof: Proof) -> None:
    """F6: every declared flow has a complete path, and no undeclared one has."""
    assert proof.problems == ()
    assert all(trail.hops for trail in proof.trails)


def test_it_resolves_what_is_rendered(tmp_path: Path) -> None:
    """F6: the objects that it reads are, text for text, the ones that `estate render` writes."""
    for zone, plan in shipped(tmp_path).plans().items():
        composition = compose(plan)
        names = render_stack(composition, tmp_path / zone)
        read = emitted(composition)
        for name in names:
            path = tmp_path / zone / name
            if name.endswith(".xlsx"):
                assert name.removeprefix("documents/") in read.texts
                continue
            if name.startswith("documents/"):
                text = path.read_text(encoding="utf-8")
                assert read.texts[name.removeprefix("documents/")] == text
                continue
            objects = [body for place, body in read.objects if place.file == f"{zone}/{name}"]
            rendered: list[JsonObject] = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
            for one in rendered:
                one.pop("stringData", None)  # a placeholder for what is generated
            assert rendered == objects


BROKEN = [
    (
        "dmz/manifests/apps/policy-portal.yaml: NetworkPolicy "
        "life-policy-portal/policy-portal-exposed: removed",
        "flow-broken",
        "takes no connection from",
    ),
    (
        "dmz/manifests/apps/policy-portal.yaml: NetworkPolicy "
        "life-policy-portal/policy-portal-databases: egress[0].to[0] twice as wide",
        "undeclared-way",
        "opens a way that no flow declares",
    ),
    (
        "dmz/documents/f5/as3.json: life.policy_portal: members[0] without 10.10.1.12",
        "flow-broken",
        "node dmz-n02 is no member of its pool",
    ),
    (
        "dmz/documents/f5/as3.json: life.policy_portal: members[0] one more",
        "undeclared-opening",
        "a member 10.99.0.2:30010",
    ),
    (
        f"dmz/documents/firewall/request.json: {TO_POLICYDB}: removed",
        "flow-broken",
        "no row lets dmz-n02 (10.10.1.12) through fw-inner to policydb",
    ),
    (
        f"dmz/documents/firewall/request.json: {TO_POLICYDB}: any port",
        "undeclared-opening",
        "10.10.1.12/32 to 10.20.9.10/32",
    ),
    (
        "intranet/manifests/apps/rating.yaml: NetworkPolicy motor/rating-scraped: "
        "ingress[0].from[0] of every namespace",
        "undeclared-way",
        "to motor/rating on TCP 9090",
    ),
    (
        "intranet/manifests/tenants/motor.yaml: NetworkPolicy motor/default-deny: removed",
        "not-held",
        "no policy of namespace 'motor' closes what goes in",
    ),
    (
        "intranet/manifests/apps/rating.yaml: Service motor/rating-metrics: removed",
        "flow-broken",
        "there is no Service motor/rating-metrics",
    ),
    (
        "intranet/manifests/apps/claims-desk.yaml: Service claims/claims-desk: "
        "externalTrafficPolicy: Cluster",
        "flow-broken",
        "takes no connection from intranet nodes",
    ),
    (
        "intranet/manifests/apps/claims-desk.yaml: PersistentVolume claims-desk-logs: "
        "another directory",
        "flow-broken",
        "no claim of its pods is bound to",
    ),
    (
        "dmz/manifests/services/relays.yaml: NetworkPolicy estate-egress/relay-claimdb: "
        "ingress[0].from[0] every pod there",
        "opens-too-much",
        "to estate-egress/relay on TCP 15432",
    ),
    (
        f"dmz/documents/firewall/request.json: {TO_CLAIMDB}: removed",
        "flow-broken",
        "no row lets dmz-e02 (10.10.1.104) through fw-inner to claimdb",
    ),
    (
        "intranet/manifests/tenants/claims.yaml: EndpointSlice claims/claimdb: "
        "endpoints[0] one address more",
        "flow-broken",
        "the Service forwards to other addresses than 10.20.9.20:5432",
    ),
    (
        "intranet/documents/nfs/filer-intranet.exports: /exports/intranet/claims/claims-desk: "
        "one client more",
        "undeclared-opening",
        "for 10.99.0.3 is open",
    ),
]


@pytest.mark.parametrize(("name", "code", "found"), BROKEN, ids=[one[0] for one in BROKEN])
def test_a_broken_or_wider_artefact_is_named_with_the_fix(
    ours: Claimed, name: str, code: str, found: str
) -> None:
    """F6: the problem names artefact and object, what is wrong, and what to do."""
    listed = problems_after(ours, name)
    matching = [problem for problem in listed if problem.code == code and found in problem.found]
    assert matching, "\n".join(str(problem) for problem in listed)
    assert all(problem.source.file.startswith(name.partition("/")[0]) for problem in matching)
    assert all(problem.hint and problem.key_path for problem in matching)


UNREADABLE: list[tuple[str, Callable[[Any], object], str]] = [
    ("NetworkPolicy", lambda body: body["spec"].update(tier="strong"), "tier"),
    ("NetworkPolicy", lambda body: body.update(apiVersion="crd.projectcalico.org/v1"), ""),
    ("NetworkPolicy", lambda body: body.update(kind="GlobalNetworkPolicy"), ""),
    ("NetworkPolicy", lambda body: body.update(kind="Gateway"), ""),
    ("Service", lambda body: body["spec"].update(externalIPs=["192.0.2.1"]), "externalIPs"),
    ("Service", lambda body: body["spec"].update(type="LoadBalancer"), "type"),
    (
        "NetworkPolicy",
        lambda body: body["spec"].update(podSelector={"matchLabels": {"pod-template-hash": "5f4"}}),
        "",
    ),
    (
        "Deployment",
        lambda body: body["spec"]["template"]["spec"].update(
            affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}
        ),
        "",
    ),
]


@pytest.mark.parametrize(("kind", "change", "path"), UNREADABLE)
def test_what_it_does_not_understand_it_refuses(
    ours: Claimed, kind: str, change: Callable[[Any], object], path: str
) -> None:
    """F6: an unknown feature is neither taken for open nor for closed."""
    claim, found = ours
    listed = prove(claim, changed(found, "dmz", kind, change)).problems
    assert any(
        problem.code == "not-understood" and path in problem.key_path for problem in listed
    ), listed


def test_a_document_that_nobody_has_judged_is_refused(ours: Claimed) -> None:
    """F6: whoever emits a new document says whether it opens a way."""
    claim, found = ours
    texts = {**found["dmz"].texts, "tunnel/wireguard.conf": "AllowedIPs = 0.0.0.0/0\n"}
    listed = prove(claim, {**found, "dmz": replace(found["dmz"], texts=texts)}).problems
    assert [problem.source.file for problem in listed] == ["dmz/documents/tunnel/wireguard.conf"]


def test_every_triple_of_the_universe_has_a_verdict(proof: Proof) -> None:
    """F6: declared, blocked by something with a name, assumed or a named risk; never open."""
    for zone in proof.views:
        universe = proof.universe(zone)
        counts = universe.counts()
        assert sum(counts.values()) == universe.size
        assert not [by for kind, by in counts if kind == "open"]
        assert all(by for kind, by in counts if kind != "declared")
        assert any("outside" in name for name in _names(proof.views[zone].matrix))


def _names(matrix: Any) -> list[str]:
    return [matrix.name(number) for number in range(len(matrix.pods) + len(matrix.space))]


def test_host_network_pods_are_a_risk_and_never_blocked(ours: Claimed) -> None:
    """F6: no policy holds them, so no verdict says that one does."""
    claim, found = ours
    mutated = changed(
        found,
        "dmz",
        "Deployment",
        lambda body: body["spec"]["template"]["spec"].update(hostNetwork=True),
    )
    proof = prove(claim, mutated)
    pods = proof.views["dmz"].matrix.pods
    host = sum(1 << number for number, pod in enumerate(pods) if pod.host_network)
    assert host
    for verdict in proof.universe("dmz").verdicts():
        if verdict.sources & host:
            assert (verdict.kind, verdict.by) == ("residual", "host-network")
        if host >> verdict.destination & 1:
            assert verdict.kind != "blocked" or "default-deny" in verdict.by


def test_the_zones_meet_only_where_it_is_declared(proof: Proof) -> None:
    """F1, F3, X13: databases, and an app of the intranet, by declared nodes, row by row."""
    crossing = [
        hop.text for trail in proof.trails for hop in trail.hops if "through fw-inner" in hop.text
    ]
    relays = ("dmz-e01", "dmz-e01", "dmz-e02", "dmz-e02")  # to claimdb, and to the app reserving
    nodes = (*relays, "dmz-n01", "dmz-n02")
    masters = "through fw-inner"  # to GitLab, whose tokens they accept
    assert sorted(crossing) == [*(f"{node} through fw-inner" for node in nodes), masters]


@pytest.mark.parametrize("node", ["dmz-n01", "dmz-r01", "dmz-e01", "int-z01"])
def test_flows_of_several_replicas_survive_any_one_node(proof: Proof, node: str) -> None:
    """A4: an app node, a router, an egress node, a node with disks of its own."""
    hit = {one.flow for one in proof.hits if one.node == node}
    assert not [trail for trail in proof.trails if trail.flow.available and trail.flow.text in hit]


def test_what_runs_once_comes_back_on_another_node(proof: Proof) -> None:
    """A4: the loss of its node interrupts a batch run and an app that is alone."""
    hits = proof.hits
    assert {(one.flow.partition(" ")[0], one.fate) for one in hits} == {
        ("claims-batch/settlement", "comes back"),
        ("claims/claims-inbox", "comes back"),
        ("estate-logging/elasticsearch-exporter", "comes back"),
        ("estate-logging/logging-setup", "comes back"),
        ("estate-monitoring/grafana", "comes back"),
        ("estate-monitoring/kube-state-metrics", "comes back"),
        ("estate-monitoring/prometheus", "comes back"),  # those of the two that it reads
        ("estate-registry/promotion", "comes back"),
    }


def test_replicas_that_may_share_a_node_are_not_available(ours: Claimed) -> None:
    """A4: without spread, both may be gone with one node."""
    name = "dmz/manifests/apps/quote.yaml: Deployment motor/quote: not spread"
    listed = problems_after(ours, name)
    assert {problem.code for problem in listed} == {"not-available"}


def test_without_a_monitor_the_f5_keeps_sending_to_a_lost_node(ours: Claimed) -> None:
    """A4, E3: the monitor is what takes a member out."""
    name = "dmz/documents/f5/as3.json: life.policy_portal: no monitor"
    listed = problems_after(ours, name)
    assert {problem.code for problem in listed} == {"not-available"}
    assert "which no monitor takes out" in listed[0].found


def test_the_command_prints_and_writes_the_report(tmp_path: Path) -> None:
    """F6: exit code 0, a summary, and the tables as files."""
    shipped(tmp_path)
    root, out = str(tmp_path / "estate"), tmp_path / "out"
    ran = CliRunner().invoke(main, ["prove", "--root", root, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "declared flows complete" in ran.output
    assert "blocked by an emitted artefact" in ran.output
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["problems"] == []
    assert all(flow["complete"] for flow in report["flows"])
    assert (out / "verdicts.csv").read_text(encoding="utf-8").count("\n") > 100


def test_a_flow_is_shown_hop_by_hop(tmp_path: Path) -> None:
    """F6: with the artefact that each hop rests on."""
    shipped(tmp_path)
    root = str(tmp_path / "estate")
    ran = CliRunner().invoke(main, ["prove", "--root", root, "--show", "policydb"])
    assert ran.exit_code == 0, ran.output
    assert permission_id("fw-inner", "10.10.1.11", "10.20.9.10", "tcp-1521") in ran.output
    missed = CliRunner().invoke(main, ["prove", "--root", root, "--show", "nowhere"])
    assert missed.exit_code == 1


def test_the_documentation_names_every_assumption_and_risk() -> None:
    """F6: what is taken for granted stands where people read it."""
    text = (REPOSITORY / "docs/prove.md").read_text(encoding="utf-8")
    for name in (*ASSUMPTIONS, *RESIDUAL):
        assert f"`{name}`" in text


def test_a_flow_by_the_relays_is_followed_through_their_configuration(proof: Proof) -> None:
    """F3: name, relays' Service, listener, both egress nodes; loss of one leaves the other."""
    (trail,) = (one for one in proof.trails if "claim-intake -> claimdb" in one.flow.text)
    hops = " | ".join(hop.text for hop in trail.hops)
    assert "claimdb -> claimdb.estate-egress.svc.cluster.local:5432" in hops
    assert "estate-egress/relay on TCP 15432 -> claimdb" in hops
    assert "leaves as dmz-e01, dmz-e02" in hops
    assert trail.flow.available
    assert not [one for one in proof.hits if one.flow == trail.flow.text]


def test_egress_addresses_of_ovn_are_proved_as_well(tmp_path: Path) -> None:
    """F3: rows with the addresses that an EgressIP gives to exactly the app's pods."""
    ours = claimed(on_ovn(shipped(tmp_path)))
    assert prove(*ours).problems == ()
    claim, found = ours
    changes: list[tuple[Callable[[Any], object], str]] = [
        (lambda body: body["spec"]["egressIPs"].pop(), "10.10.1.212/32 to"),
        (lambda body: body["spec"]["egressIPs"].append("10.10.1.213"), "no row lets"),
        (
            lambda body: body["spec"]["podSelector"]["matchExpressions"][0]["values"].pop(),
            "no egress address is given",
        ),
    ]
    for change, text in changes:
        listed = prove(claim, changed(found, "dmz", "EgressIP", change)).problems
        assert any(text in problem.found for problem in listed), listed


def test_without_policies_nothing_blocks_and_the_proof_says_so(ours: Claimed) -> None:
    """F6: the universe itself is searched, whatever the other checks have found."""
    claim, found = ours
    dmz = found["dmz"]
    objects = tuple(one for one in dmz.objects if one[1]["kind"] != "NetworkPolicy")
    listed = prove(claim, {**found, "dmz": replace(dmz, objects=objects)}).problems
    open_ways = [problem for problem in listed if problem.code == "nothing-blocks"]
    assert any("motor/quote" in open_way.key_path for open_way in open_ways)
