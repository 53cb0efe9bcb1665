"""One change over all documents and both zones, in the order in which teams act (X18)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from estate.changes.change_set import ChangeSet, Step, as_json, change_set, team_of
from estate.changes.rendered import Rendered, of_files
from estate.changes.sheet import as_markdown
from estate.cli.render import rendered_texts
from estate.composition import compose
from estate.reader.values import ZONES, Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

GATEWAY = "apps/broker-gateway-dmz.yaml"
STATUS = "apps/broker-status-dmz.yaml"
NODE = (
    "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: policy-portal}\n"
)
LAST = "    - {name: dmz-r01, "


def rendered(estate: Estate) -> dict[Zone, Rendered]:
    return {zone: of_files(rendered_texts(compose(plan))) for zone, plan in estate.plans().items()}


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


@pytest.fixture
def before(estate: Estate) -> Mapping[Zone, Rendered]:
    return rendered(estate)


def add_a_node(estate: Estate) -> None:
    estate.edit("Pulumi.dmz.yaml", LAST, f"{NODE}{LAST}")


def add_an_app(estate: Estate) -> None:
    """With a node port, a virtual server, a name and a database of the other zone."""
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    text = text.replace("app: broker-gateway", "app: broker-status")
    text = text.replace("node_port: 30011, ", "")
    text = text.replace(
        "10.10.0.22, port: 443", "10.10.0.23, port: 443, names: [status.brokers.harbour.example]"
    )
    estate.add(STATUS, f"{text}databases: [{{name: brokerdb, via: direct}}]\n")
    estate.assign("dmz", "brokers/broker-status", 30012)


def declare_its_database(estate: Estate) -> None:
    own = "    - {name: claimdb,"
    new = "    - {name: brokerdb, address: 10.20.9.30, port: 5432, tenants: [brokers]}\n"
    estate.edit("Pulumi.intranet.yaml", own, f"{new}{own}")


def use_a_database(estate: Estate) -> None:
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    estate.add(GATEWAY, f"{text}databases: [{{name: brokerdb, via: direct}}]\n")


def name_a_vip(estate: Estate) -> None:
    estate.edit(GATEWAY, "port: 443,", "port: 443, names: [gateway.brokers.harbour.example],")


def name_a_vip_again(estate: Estate) -> None:
    estate.edit(GATEWAY, "[gateway.", "[gateway.brokers.harbour.example, a.")


def order(found: ChangeSet) -> list[tuple[str, str, str]]:
    return [(step.phase, step.team, step.zone) for step in found.steps]


FIREWALL = {"firewall/request.json"}
CROSSED = ("fw-outer", "fw-dmz", "fw-inner")
NAMES = {"dns/zones/0.10.10.in-addr.arpa.zone", "dns/records/harbour.example.zone"}


def test_a_node_changes_exactly_what_lists_nodes(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18, D3: and the way to it is open before it is a member of a pool."""
    add_a_node(estate)
    found = change_set("before", before, rendered(estate))
    assert found.documents["intranet"] == ()
    assert set(found.documents["dmz"]) == {
        *FIREWALL,
        "firewall/fw-dmz/objects.csv",
        "firewall/fw-inner/objects.csv",
        "cmdb/nodes.csv",
        "databases/access.csv",
        "dns/zones/1.10.10.in-addr.arpa.zone",
        "dns/zones/dmz.harbour.example.zone",
        "f5/as3.json",
        "kubelet/nodes.csv",
        "nfs/filer-dmz.exports",
        "nodes/dmz-n13/kubeadm.yaml",
        "nodes/machines.csv",
    }
    assert order(found) == [
        ("open", "firewall", "dmz"),
        ("open", "nodes", "dmz"),
        ("open", "storage", "dmz"),
        ("open", "databases", "dmz"),
        ("open", "platform", "dmz"),
        ("open", "load balancer", "dmz"),
        ("open", "name servers", "dmz"),
        ("open", "records", "dmz"),
    ]


def test_an_app_changes_exactly_what_leads_to_it_and_from_it(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18: its database's row stands before its pods, its name comes when it answers."""
    declare_its_database(estate)
    assert change_set("before", before, rendered(estate)).steps == (), "nobody uses it yet"
    add_an_app(estate)
    found = change_set("before", before, rendered(estate))
    assert found.documents["intranet"] == ()
    assert set(found.documents["dmz"]) == {
        *FIREWALL,
        *(f"firewall/{one}/{table}.csv" for one in CROSSED for table in ("rules", "objects")),
        "firewall/fw-outer/fortios.conf",
        *NAMES,
        "cmdb/apps.csv",
        "cutover/broker-status.md",
        "databases/access.csv",
        "f5/as3.json",
        "images/bases.csv",
        "node-ports/register.csv",
    }
    teams = [step.team for step in found.steps]
    assert teams[0] == "firewall"
    assert teams.index("platform") < teams.index("load balancer") < teams.index("name servers")
    (firewall,) = [step for step in found.steps if step.team == "firewall"]
    assert {row.split(":")[0] for row in firewall.does} == {
        "add fw-dmz",
        "add fw-inner",
        "add fw-outer",
    }


def test_a_database_changes_firewall_policy_and_records_alone(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18, F2: the row is there before a pod may go out."""
    declare_its_database(estate)
    use_a_database(estate)
    found = change_set("before", before, rendered(estate))
    records = {"cmdb/apps.csv", "cutover/broker-gateway.md"}
    assert set(found.documents["dmz"]) - records == {
        *FIREWALL,
        "firewall/fw-inner/objects.csv",
        "firewall/fw-inner/rules.csv",
        "databases/access.csv",
    }
    assert found.documents["intranet"] == ()
    assert [one for one in order(found) if one[1] != "records"] == [
        ("open", "firewall", "dmz"),
        ("open", "databases", "dmz"),
        ("open", "platform", "dmz"),
    ]


def test_a_further_name_changes_the_zones_that_know_it(estate: Estate) -> None:
    """X18, J4: nobody but the name servers has anything to do."""
    name_a_vip(estate)
    before = rendered(estate)
    name_a_vip_again(estate)
    found = change_set("before", before, rendered(estate))
    assert {step.team for step in found.steps} <= {"name servers", "records"}
    assert set(found.documents["dmz"]) >= NAMES


def test_the_first_name_is_what_monitors_and_probes_say(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18, X3: so whoever asks for the app's health has something to do, too."""
    name_a_vip(estate)
    found = change_set("before", before, rendered(estate))
    teams = {step.team for step in found.steps if step.zone == "dmz"}
    assert {"load balancer", "name servers", "platform"} <= teams


@pytest.mark.parametrize("change", [add_a_node, add_an_app, use_a_database, name_a_vip_again])
def test_taking_it_back_is_the_same_in_reverse(estate: Estate, change: object) -> None:
    """X18: what was opened first is closed last; nothing is left open."""
    declare_its_database(estate)
    if change is name_a_vip_again:
        name_a_vip(estate)
    before = rendered(estate)
    assert callable(change)
    change(estate)
    after = rendered(estate)
    there = [step for step in change_set("before", before, after).steps]
    back = [step for step in change_set("after", after, before).steps]

    def teams(steps: list[Step], phase: str) -> list[str]:
        return [step.team for step in steps if step.phase == phase and step.team not in APART]

    assert teams(back, "close") == teams(there, "open")[::-1]
    for one, other in zip(
        [step for step in there if step.team in ("firewall", "load balancer", "name servers")],
        [step for step in back if step.team in ("firewall", "load balancer", "name servers")][::-1],
        strict=True,
    ):
        came = {text.removeprefix("add ") for text in one.does if text.startswith("add ")}
        went = {text.removeprefix("remove ") for text in other.does if text.startswith("remove ")}
        assert came == went


@pytest.mark.parametrize("how", ["retired", "removed"])
def test_what_only_goes_leaves_the_load_balancer_before_its_pods_do(
    estate: Estate, before: Mapping[Zone, Rendered], how: str
) -> None:
    """E3, X18: else users run into a dead address until the load balancer's team comes."""
    app = "apps/broker-gateway-dmz.yaml"
    if how == "retired":
        estate.edit(app, "kind: traditional", "kind: traditional\nstate: retired")
    else:
        estate.remove(app)
    found = change_set("before", before, rendered(estate))
    there = [(step.team, step.phase) for step in found.steps if step.zone == "dmz"]
    balancer, platform = there.index(("load balancer", "close")), there.index(("platform", "close"))
    assert balancer < platform < there.index(("firewall", "close"))
    assert "both at once" not in as_markdown(found)


def test_what_a_load_balancer_will_point_at_stands_before_it_does(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18: where one app comes and another goes, nothing new points at what is not there yet."""
    add_a_node(estate)
    estate.edit("apps/broker-gateway-dmz.yaml", "kind: trad", "state: retired\nkind: trad")
    found = change_set("before", before, rendered(estate))
    there = [(step.team, step.phase) for step in found.steps if step.zone == "dmz"]
    assert there.index(("platform", "open")) < there.index(("load balancer", "open"))
    assert "both at once" in as_markdown(found)


APART = ("platform", "records")
"""Objects are applied in one run, and registers follow."""


def test_what_comes_under_the_hash_of_its_content_is_a_change(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18: a configuration that reads otherwise is not something that goes, and nobody is warned
    that users of it may be left behind; an app that goes while another comes is."""
    declare_its_database(estate)
    add_an_app(estate)
    found = change_set("before", before, rendered(estate))
    (platform,) = (step for step in found.steps if step.team == "platform")
    assert not [one for one in platform.does if one.startswith("remove")]
    assert [one for one in platform.does if one.startswith("change ConfigMap estate-monitoring/")]
    assert "both at once" not in as_markdown(found)
    estate.remove("apps/quote-dmz.yaml")
    found = change_set("before", before, rendered(estate))
    assert "both at once" in as_markdown(found)


def test_no_change_is_no_step(before: Mapping[Zone, Rendered]) -> None:
    found = change_set("before", before, before)
    assert (found.steps, found.documents) == ((), {zone: () for zone in ZONES})
    assert "no team has anything to do" in as_markdown(found)


def test_it_reads_the_same_for_people_and_programs(
    estate: Estate, before: Mapping[Zone, Rendered]
) -> None:
    """X18: Markdown with a section for each step, JSON with the same steps."""
    add_an_app_with_its_database(estate)
    found = change_set("v1", before, rendered(estate))
    told = as_markdown(found)
    headings = [line.split(". ")[1] for line in told.splitlines() if line.startswith("## ")]
    steps = json.loads(as_json(found))["steps"]
    assert headings == [f"{step['team'].capitalize()}, {step['zone']}" for step in steps]
    assert told.startswith("# Change against v1\n")
    assert [step["order"] for step in steps] == list(range(1, len(steps) + 1))


def add_an_app_with_its_database(estate: Estate) -> None:
    declare_its_database(estate)
    add_an_app(estate)


def test_every_document_has_a_team_and_devices_have_their_own(
    before: Mapping[Zone, Rendered],
) -> None:
    """X18: a document for a device never ends among the records."""
    for one in before.values():
        teams = {name: team_of(name) for name in one.documents}
        records = {name.split("/")[0] for name, team in teams.items() if team == "records"}
        assert records <= {"access", "cmdb", "node-ports", "cutover"}
