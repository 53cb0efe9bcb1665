"""What a change runs into on a running cluster, told from both sides of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from estate.changes.change_set import change_set
from estate.changes.rendered import Rendered, of_files
from estate.changes.sheet import as_markdown
from estate.changes.transitions.finding import Finding
from estate.changes.transitions.rules import transitions
from estate.cli.main import main
from estate.cli.render import rendered_texts
from estate.composition import compose
from estate.reader.values import ZONES, Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-dmz.yaml"
ZOOKEEPER = "apps/registry-zk-intranet.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def rendered(estate: Estate) -> dict[Zone, Rendered]:
    plans = estate.plans()
    return {zone: of_files(rendered_texts(compose(plans[zone]))) for zone in ZONES}


def found(before: Mapping[Zone, Rendered], estate: Estate) -> tuple[Finding, ...]:
    return transitions(before, rendered(estate))


def codes(findings: tuple[Finding, ...], effect: str) -> set[tuple[str, str]]:
    return {(finding.code, finding.what) for finding in findings if finding.effect == effect}


def test_no_change_runs_into_nothing(estate: Estate) -> None:
    before = rendered(estate)
    assert transitions(before, before) == ()


def larger_disks(estate: Estate) -> None:
    text = (estate.root / "Pulumi.intranet.yaml").read_text(encoding="utf-8")
    line = r"(\{app: registry-zk, .*, size: )20Gi\}"
    assert len(re.findall(line, text)) == 3
    estate.add("Pulumi.intranet.yaml", re.sub(line, r"\g<1>40Gi}", text))
    estate.edit(ZOOKEEPER, "size: 20Gi", "size: 40Gi")


def test_a_larger_volume_of_a_stateful_app_is_refused_with_the_way_to_another(
    estate: Estate,
) -> None:
    """M1: the API server would take the volumes and refuse the claims: half of it applied."""
    before = rendered(estate)
    larger_disks(estate)
    findings = found(before, estate)
    refused = codes(findings, "refused")
    assert refused == {
        ("claim-fixed", f"PersistentVolumeClaim shared-services-registry-zk/data-registry-zk-{one}")
        for one in (1, 2, 3)
    }
    (first, *_) = findings
    assert "a volume of another name" in first.steps[0]


def test_a_larger_log_directory_is_refused_too(estate: Estate) -> None:
    """H1, M1: its claim is bound in advance, and such a claim does not grow."""
    before = rendered(estate)
    estate.edit(PORTAL, "size: 20Gi", "size: 40Gi")
    findings = found(before, estate)
    assert ("claim-fixed", "PersistentVolumeClaim life-policy-portal/policy-portal-logs") in codes(
        findings, "refused"
    )
    assert "`logs`" in findings[0].steps[0]


def test_a_disk_that_moves_to_another_node_is_refused(estate: Estate) -> None:
    """M3: the node of a local volume never changes."""
    before = rendered(estate)
    estate.edit(
        "Pulumi.intranet.yaml",
        "replica: 1, node: int-z01, path: /srv/disks/zk,",
        "replica: 1, node: int-z01, path: /srv/disks/other,",
    )
    assert {code for code, _ in codes(found(before, estate), "refused")} == {"volume-fixed"}


def test_a_quota_that_stops_a_rollout_is_refused(estate: Estate) -> None:
    """C1, X5: lowered together with the apps in it, before their old pods are gone."""
    before = rendered(estate)
    quote = "apps/quote-dmz.yaml"
    estate.edit(quote, "size: {cpu: 500m, memory: 1Gi}", "size: {cpu: 100m, memory: 256Mi}")
    assert not codes(found(before, estate), "refused"), "smaller pods alone fit"
    was, zone = "quota: {cpu: 8, memory: 16Gi, pods: 20}", "dmz:\n    pool: shared\n    "
    now = "quota: {cpu: 1, memory: 2Gi, pods: 20}"
    estate.edit("tenants/motor.yaml", f"{zone}{was}", f"{zone}{now}")
    assert estate.problems() == (), "what is declared fits: only the way to it does not"
    refused = [finding for finding in found(before, estate) if finding.effect == "refused"]
    assert [(finding.code, finding.what) for finding in refused] == [
        ("quota-stops-rollout", "ResourceQuota motor/quota")
    ]
    assert "Deployment motor/quote" in refused[0].found
    assert "Keep the quota as it was" in refused[0].steps[0]


def test_a_smaller_app_on_its_own_nodes_restarts_and_is_not_refused(estate: Estate) -> None:
    """X5: which pods, how many at a time, for how long at most."""
    before = rendered(estate)
    estate.edit(PORTAL, "size: {cpu: 2, memory: 4Gi}", "size: {cpu: 1, memory: 2Gi}")
    findings = found(before, estate)
    assert not codes(findings, "refused")
    (restart,) = (finding for finding in findings if "policy-portal" in finding.what)
    assert restart.effect == "restarts"
    assert restart.found.startswith("2 pods restart one by one")
    assert restart.found.endswith("within 660 seconds")


@pytest.mark.parametrize("more", ["{name: other}", "{name: other, mounted: false}"])
def test_another_key_of_a_secret_restarts_pods_and_makes_no_secret_anew(
    estate: Estate, more: str
) -> None:
    """F3: running pods keep the Secret that they read, and the next ones get another."""
    one = "{name: session-key, keys: [{name: pin}]}"
    estate.edit(PORTAL, "{name: session-key}", one)
    before = rendered(estate)
    estate.edit(PORTAL, one, f"{{name: session-key, keys: [{{name: pin}}, {more}]}}")
    (restart,) = found(before, estate)
    assert (restart.effect, "policy-portal" in restart.what) == ("restarts", True)


def test_a_node_port_that_is_given_to_another_app_is_refused(estate: Estate) -> None:
    """E2: the new Service is made before the old one goes."""
    before = rendered(estate)
    port = "listen: {port: 8443, node_port: 30011, traffic_policy: Local, tls: true}"
    estate.edit("apps/broker-gateway-dmz.yaml", port, port.replace("30011", "30012"))
    after: dict[Zone, Rendered] = {
        zone: Rendered(
            one.documents,
            {
                name: text.replace("name: broker-gateway\n", "name: broker-other\n")
                for name, text in one.manifests.items()
            },
        )
        for zone, one in before.items()
    }
    refused = codes(transitions(before, after), "refused")
    assert ("port-in-use", "node port 30011/TCP") in refused


def test_what_never_changes_in_place_is_said_to_be_made_anew(estate: Estate) -> None:
    """X5: a StatefulSet with another start stops as a whole."""
    before = rendered(estate)
    estate.edit(ZOOKEEPER, "start: parallel\n", "")
    replaced = [finding for finding in found(before, estate) if finding.effect == "replaced"]
    assert [finding.what for finding in replaced] == [
        "StatefulSet shared-services-registry-zk/registry-zk"
    ]
    assert "all its pods stop" in replaced[0].found
    assert not [
        finding
        for finding in found(before, estate)
        if finding.effect == "restarts" and "registry-zk" in finding.what
    ], "made anew is more than restarted"


def test_a_node_that_leaves_takes_its_disks_with_it(estate: Estate) -> None:
    """A5, M3: what a person does first."""
    after = rendered(estate)
    line = "int-z01,"
    documents = dict(after["intranet"].documents)
    rows = documents["cmdb/nodes.csv"].splitlines(keepends=True)
    documents["cmdb/nodes.csv"] = "".join(row for row in rows if not row.startswith(line))
    without: dict[Zone, Rendered] = {
        **after,
        "intranet": Rendered(documents, after["intranet"].manifests),
    }
    findings = transitions(after, without)
    (leaves,) = findings
    assert (leaves.code, leaves.what) == ("node-leaves", "node int-z01")
    assert "PersistentVolume registry-zk.data-1" in leaves.found
    assert any("kubectl drain int-z01" in step for step in leaves.steps)


def test_a_pool_that_empties_under_its_app_is_refused(estate: Estate) -> None:
    """D2: its pods may run nowhere else."""
    before = rendered(estate)
    documents = dict(before["dmz"].documents)
    rows = documents["cmdb/nodes.csv"].splitlines(keepends=True)
    documents["cmdb/nodes.csv"] = "".join(row for row in rows if ",policy-portal," not in row)
    after: dict[Zone, Rendered] = {
        **before,
        "dmz": Rendered(documents, before["dmz"].manifests),
    }
    assert ("pool-empties", "pool policy-portal") in codes(transitions(before, after), "refused")


def test_an_address_that_changes_hands_is_noticed(estate: Estate) -> None:
    """E3: users of the one reach the other."""
    before = rendered(estate)
    documents = dict(before["dmz"].documents)
    documents["cmdb/apps.csv"] = documents["cmdb/apps.csv"].replace("\npolicy-portal,", "\nother,")
    after: dict[Zone, Rendered] = {
        **before,
        "dmz": Rendered(documents, before["dmz"].manifests),
    }
    (notice,) = transitions(before, after)
    assert (notice.code, notice.what) == ("address-changes-hands", "address 10.10.0.21:443")


def test_the_change_sheet_and_its_json_show_what_it_runs_into(estate: Estate) -> None:
    """X18: before the steps of the teams."""
    before = rendered(estate)
    larger_disks(estate)
    change = change_set("v1", before, rendered(estate))
    told = as_markdown(change)
    assert told.index("This cannot work") < told.index("## 1.")
    assert "  1. Declare a volume of another name" in told


def test_check_refuses_what_cannot_work_and_says_what_restarts(
    estate: Estate, tmp_path: Path
) -> None:
    """X18: exit code 1 only for what cannot work."""
    runner = CliRunner()
    for zone in ZONES:
        arguments = ["render", "--root", str(estate.root), "--stack", zone]
        ran = runner.invoke(main, [*arguments, "--out", str(tmp_path / "was" / zone)])
        assert ran.exit_code == 0, ran.output
    check = ["check", "--root", str(estate.root), "--against", str(tmp_path / "was")]
    assert runner.invoke(main, check).exit_code == 0
    estate.edit(PORTAL, "size: {cpu: 2, memory: 4Gi}", "size: {cpu: 1, memory: 2Gi}")
    ran = runner.invoke(main, check)
    assert (ran.exit_code, "Restarts  dmz: Deployment" in ran.output) == (0, True)
    larger_disks(estate)
    ran = runner.invoke(main, check)
    assert (ran.exit_code, "3 things cannot work." in ran.output) == (1, True)
    ran = runner.invoke(main, [*check, "--json"])
    assert {load["code"] for load in json.loads(ran.output)["transitions"]} >= {"claim-fixed"}
    change = ["change", "--root", str(estate.root), "--against", str(tmp_path / "was")]
    assert runner.invoke(main, change).exit_code == 1
