"""What grows is counted, and said before the program that meets it says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import estates
from estate.cli.limits import table
from estate.cli.main import main
from estate.composition import compose
from estate.handover import documents
from estate.plan import Plan
from estate.proof.sizes import emitted_uses
from estate.topics.capacity.checks.limits import check_limits
from estate.topics.capacity.plan import limits
from estate.topics.capacity.plan.limit_counts import (
    Use,
    collector_inputs,
    health_checks,
    shards_used,
    uses,
)
from estate.topics.capacity.plan.limits import LIMITS, Limit
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.logging.declare import Logging
from estate.topics.logging.manifests.pipeline import configuration
from estate.topics.logging.manifests.retention import retention
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.shards import FULL_SHARD_BYTES, stream_shards
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level0

DMZ, INTRANET = "Pulumi.dmz.yaml", "Pulumi.intranet.yaml"
APPLICATION = "application: {events_per_second: 500, bytes_per_event: 600, hot_days: 3, days: 30"
LOGGING = "  estate:logging:\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return shipped(tmp_path_factory.mktemp("shipped")).plans()["intranet"]


@pytest.fixture(scope="module")
def declared(plan: Plan) -> Logging:
    return plan.of(LoggingPlan).declared


def test_the_page_of_limits_is_made_from_the_table() -> None:
    """X4: `estate limits --markdown > docs/limits.md` writes it."""
    assert (REPOSITORY / "docs/limits.md").read_text(encoding="utf-8") == table()


def test_every_limit_says_where_its_number_stands() -> None:
    """No source, no limit: a document, or the team whose device it is."""
    for limit in LIMITS:
        assert limit.source and limit.counted and limit.past
        assert limit.value is not None or limit.key, limit.name
        assert "://" in limit.source or "Linux" in limit.source or "team" in limit.source
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)


def test_every_limit_is_counted(plan: Plan) -> None:
    counted = {
        "check": {use.limit.name for use in uses(plan)},
        "limits": {use.limit.name for use in emitted_uses(compose(plan))},
    }
    for verb, names in counted.items():
        assert names == {limit.name for limit in LIMITS if limit.verb == verb}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one.name)
def test_one_more_than_a_limit_is_past_it_and_the_limit_is_not(limit: Limit) -> None:
    at = Use(limit=limit, count=5000, most=5000, reckoning="", path=("nodes",))
    assert not at.past
    assert replace(at, count=5001).past
    if limit.notice_percent == limits.NEAR_PERCENT:
        assert replace(at, count=4000).near
        assert not replace(at, count=3999).near
    assert not replace(at, most=None).past


def test_what_is_past_a_limit_is_refused_only_where_something_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate = shipped(tmp_path)
    stacks, plans = estate.load().stacks, estate.plans()
    for limit in LIMITS:
        use = Use(limit=limit, count=11, most=10, reckoning="counted", path=("nodes",))

        def counted(plan: Plan, use: Use = use) -> Iterator[Use]:
            yield use

        monkeypatch.setattr("estate.topics.capacity.checks.limits.uses", counted)
        found = check_limits(stacks, plans)
        assert bool(found.problems) == limit.refused
        assert bool(found.notices) != limit.refused
        (first, _) = found.problems or found.notices
        assert "11 " in first.found and "110 % of 10" in first.found and "counted" in first.found
        assert limit.past in first.allowed


# Elasticsearch


def test_shards_are_indices_of_all_days_with_their_copies(declared: Logging) -> None:
    """H4: a stream for each of six tenants, thirty indices kept and one written, one copy."""
    (access, infrastructure, application) = stream_shards(declared, tenants=6)
    assert (access.shards, infrastructure.shards) == (61 * 2, 31 * 2)
    full = 500 * 600 * 86400 * 110 // 100 * 30 // FULL_SHARD_BYTES
    assert application.indices == 6 * 31 + full
    assert application.shards == application.indices * 2


@pytest.mark.parametrize("tenants, past", [(77, False), (78, True)])
def test_one_tenant_more_is_past_what_data_nodes_hold(
    declared: Logging, tenants: int, past: bool
) -> None:
    """H4, X15: 1000 for each data node, and the limit shrinks while one is gone."""
    use = shards_used(declared, tenants)
    assert use.most == 5000
    assert use.past == past, use.count


def test_the_hint_is_a_number_of_days_with_which_it_fits(declared: Logging) -> None:
    use = shards_used(declared, tenants=126)
    assert use.past and "roll_days: 3 for application" in use.hint
    application = declared.streams.application.model_copy(update={"roll_days": 3})
    streams = declared.streams.model_copy(update={"application": application})
    mended = shards_used(declared.model_copy(update={"streams": streams}), tenants=126)
    assert not mended.near


def test_an_index_is_written_as_long_as_its_stream_says(tmp_path: Path) -> None:
    """H4: and hot nodes hold as much more, since its age counts from then on."""
    estate = shipped(tmp_path).edit(INTRANET, APPLICATION, f"{APPLICATION}, roll_days: 7")
    logged = estate.plans()["intranet"].find(LoggingPlan)
    assert logged
    bodies = {request.name: json.dumps(request.body) for request in retention(logged)}
    assert '"max_age": "7d"' in bodies["lifecycle-application"]
    assert '"max_age": "1d"' in bodies["lifecycle-access"]


# The collector


def test_inputs_are_counted_as_the_collector_has_them(plan: Plan) -> None:
    """H3: each input that follows files takes an inotify instance; one that looks at them four
    times a second takes none, and neither does the journal's."""
    logged = plan.find(LoggingPlan)
    assert logged
    file: dict[str, Any] = json.loads(json.dumps(configuration(logged)))
    inputs: list[dict[str, Any]] = file["pipeline"]["inputs"]
    followed = [one for one in inputs if one["name"] == "tail" and "inotify_watcher" not in one]
    assert collector_inputs(logged) == len(followed) > 0


@pytest.mark.parametrize("instances, files", [(128, 3), (129, 28)])
def test_nodes_are_set_to_more_instances_where_more_are_declared(
    tmp_path: Path, instances: int, files: int
) -> None:
    """H3: on every node, since the collector runs on every node."""
    key = f"{LOGGING}    inotify_instances: {instances}\n"
    plan = shipped(tmp_path).edit(INTRANET, LOGGING, key).plans()["intranet"]
    found = {
        document.name: document.text
        for document in documents(plan)
        if document.name.endswith("/sysctl.conf")
    }
    ours = {name: text for name, text in found.items() if name.startswith("logging/")}
    assert len(ours) == files
    for text in ours.values():
        assert (f"fs.inotify.max_user_instances = {instances}\n" in text) == (files > 3)
    assert sum("vm.max_map_count" in text for text in ours.values()) == 3


# Load balancers


def test_members_are_counted_by_how_often_they_are_asked(plan: Plan) -> None:
    """E3: a longer interval asks less often."""
    (of_apps, _) = (use for use in uses(plan) if use.limit is limits.HEALTH_CHECKS)
    slower = tuple(
        replace(virtual_server, monitor=replace(virtual_server.monitor, interval=10))
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
    )
    (fewer, _) = health_checks(plan.having([VirtualServersPlan(virtual_servers=slower)]))
    assert (of_apps.count, fewer.count) == (12, 6)


def test_check_says_how_often_health_is_asked() -> None:
    """E3: a pool of all nodes is asked as often as there are nodes."""
    checked = CliRunner().invoke(main, ["check", "--root", str(REPOSITORY)])
    assert "Health in dmz: 9 checks a second; 42 members of 9 virtual servers" in checked.output


# From end to end


def grown(root: Path, tenants: int) -> Estate:
    """The shipped estate with so many tenants more in the intranet, with one app each."""
    estate = shipped(root)
    for number in range(tenants):
        name = f"team-{number:03d}"
        estate.add(
            f"tenants/{name}.yaml",
            f"tenant: {name}\nowner: {name}@harbour.example\ncontact: roster\n"
            f"business_unit: Unit\ncost_centre: CC-{number}\n"
            "zones: {intranet: {pool: shared, quota: {cpu: 1, memory: 1Gi, pods: 6}}}\n",
        )
    return estate


def test_a_hundred_and_twenty_tenants_more_are_refused_with_the_arithmetic(tmp_path: Path) -> None:
    """H4: refused before the day on which Elasticsearch makes no further index."""
    estate = grown(tmp_path, 120)
    result = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    text = " ".join(result.output.split())
    assert result.exit_code == 1
    assert "application: (126 streams x (30 + 1) + 15 full) indices x 1 x 2 copies" in text
    assert "8,026 shards of Elasticsearch, 160 % of 5,000" in text
    assert "inotify" not in text  # what pods say is polled
    assert "roll_days: 3 for application" in text


def test_with_fewer_indices_they_are_accepted(tmp_path: Path) -> None:
    estate = grown(tmp_path, 120).edit(INTRANET, APPLICATION, f"{APPLICATION}, roll_days: 3")
    assert estate.problems() == ()


def test_a_notice_names_the_place_and_refuses_nothing(tmp_path: Path) -> None:
    """Four of five of the static band are held."""
    estate = shipped(tmp_path)
    for port in range(30000, 30060):
        if port not in (30010, 30011):
            estate.assign("dmz", f"life/former-{port}", port)
    result = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    assert result.exit_code == 0, result.output
    assert "Near a limit" not in result.output
    for port in (30060, 30061):
        estate.assign("dmz", f"life/former-{port}", port)
    result = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    assert result.exit_code == 0, result.output
    assert "Near a limit: Pulumi.dmz.yaml:" in result.output
    listed = CliRunner().invoke(main, ["check", "--json", "--root", str(estate.root)])
    (notice,) = json.loads(listed.output)["near_limits"]
    assert notice["code"] == "near-limit" and notice["key_path"] == "estate:network.node_ports"


def test_all_numbers_of_both_zones_are_shown() -> None:
    shown = CliRunner().invoke(main, ["limits", "--root", str(REPOSITORY)])
    assert "shards of Elasticsearch of 5,000" in shown.output
    listed = CliRunner().invoke(main, ["limits", "--json", "--root", str(REPOSITORY)])
    assert {load["zone"] for load in json.loads(listed.output)["limits"]} == {"dmz", "intranet"}


def test_the_largest_generated_estate_is_past_no_limit(tmp_path: Path) -> None:
    """A10: 130 tenants and 900 apps."""
    estates.write(tmp_path, apps=900, nodes_per_zone=150, tenants=130)
    for plan in Estate(tmp_path).plans().values():
        assert not [use for use in uses(plan) if use.past and use.limit.refused]


# What is emitted


def test_the_largest_objects_are_counted_as_they_are_emitted(plan: Plan) -> None:
    """X4: rules of alerts grow with tenants, and a ConfigMap holds one mebibyte."""
    found = {use.limit.name: use for use in emitted_uses(compose(plan))}
    maps = [manifest for manifest in compose(plan).manifests if manifest.kind == "ConfigMap"]
    largest = max(maps, key=lambda manifest: len(json.dumps(manifest.body)))
    assert found["config-map"].reckoning.startswith(largest.name)
    assert 0 < found["config-map"].count <= found["object"].count
    assert found["etcd"].most == 8 * 2**30
    assert found["as3-declaration"].most is None


@pytest.mark.parametrize("size, code", [("16Ki", 1), ("1Mi", 0)])
def test_a_declaration_larger_than_its_team_takes_is_past_its_limit(
    tmp_path: Path, size: str, code: int
) -> None:
    """E3: nothing of it would be applied."""
    begin = "    kind: f5\n    name: f5-dmz\n"
    estate = shipped(tmp_path).edit(DMZ, begin, f"{begin}    declaration_size: {size}\n")
    result = CliRunner().invoke(main, ["limits", "--root", str(estate.root)])
    assert result.exit_code == code, result.output
