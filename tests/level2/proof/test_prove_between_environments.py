"""Nothing of one environment reaches another undeclared (A1, F6)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from estate.cli.main import main
from estate.composition import compose
from estate.proof.between import Between, between
from estate.proof.emitted import Emitted, emitted
from estate.proof.prove import Claim, claim_of, prove
from estate.reader.problems import Problem
from estate.reader.stacks import Environment
from estate.reader.values import Zone
from estate.whole import Whole, whole
from tests.estates import TODAY
from tests.minimal import CLIENTS, Minimal, minimal
from tests.mutations import Mutation, mutations

pytestmark = pytest.mark.level2

Json = dict[str, Any]
TEST_NODES = "10.60.1.0/24"
PRODUCTION_NODES = "10.10.1.0/24"
COMPANY = "10.0.0.0/8"
"""All of its networks, those of every environment among them."""


def estate(clients: tuple[str, ...] = CLIENTS) -> Minimal:
    """Production and test behind one F5, an app in both, a database for each, and firewalls."""
    made = minimal().with_environments("test")
    made = made.with_exposed_app(
        "till",
        address="10.13.0.20",
        node_port=30010,
        vip={"clients": list(clients)},
        databases=[{"name": "books"}],
    )
    there = {"vip": {"address": "10.13.0.21", "clients": list(CLIENTS)}}
    made = made.with_file("apps/till-dmz.yaml", **{"in": {"test": there}})
    for stack, first, router in (("dmz", 10, 17), ("test-dmz", 60, 18)):
        made = made.with_stack(
            stack,
            load_balancer={
                "name": "f5-dmz",
                "self_addresses": [f"10.{first + 3}.0.2"],
                "vips": ["10.13.0.16/28"],
            },
            routers={"shards": [{"name": "default", "size": "S", "address": f"10.13.0.{router}"}]},
            databases=[
                {
                    "name": "books",
                    "address": f"10.99.{first}.9",
                    "port": 5432,
                    "tenants": ["team"],
                }
            ],
            firewalls=[
                {"name": "fw-outer", "before": "vips"},
                {"name": "fw-nodes", "before": "nodes"},
                {"name": "fw-servers", "before": "servers"},
            ],
            firewall_order={"ticket": "CHG1", "ordered": "2026-02-16", "valid_days": 1095},
        )
    return made


@dataclass(frozen=True)
class Case:
    """The estate, and what one environment emits."""

    whole: Whole
    environment: Environment
    claim: Claim
    emitted: Mapping[Zone, Emitted]

    def held(self, found: Mapping[Zone, Emitted]) -> Between:
        """What its openings have to do with the other environment."""
        return between(self.whole, self.environment, prove(self.claim, found))


def case(made: Minimal, folder: Path, name: str = "production") -> Case:
    found = whole(made.written(folder).root, TODAY)
    assert not found.problems, "\n".join(str(problem) for problem in found.problems)
    environment = next(one for one in found.environments.all if one.name == name)
    plans = found.derived[environment].plans
    return Case(
        whole=found,
        environment=environment,
        claim=claim_of(plans, found.loaded[environment]),
        emitted={zone: emitted(compose(plan)) for zone, plan in plans.items()},
    )


def changed_rows(found: Mapping[Zone, Emitted], **cells: str) -> Iterator[Mapping[Zone, Emitted]]:
    """Every row of production's dmz with other cells, one at a time."""
    request: Json = json.loads(found["dmz"].texts["firewall/request.json"])
    for index, row in enumerate(request["rows"]):
        rows = [*request["rows"][:index], {**row, **cells}, *request["rows"][index + 1 :]]
        text = json.dumps({**request, "rows": rows})
        texts = {**found["dmz"].texts, "firewall/request.json": text}
        yield {**found, "dmz": replace(found["dmz"], texts=texts)}


def changed_objects(found: Mapping[Zone, Emitted], block: Json) -> Iterator[Mapping[Zone, Emitted]]:
    """Every address block of every policy of production's dmz as another one, one at a time."""
    objects = found["dmz"].objects
    for index, (place, body) in enumerate(objects):
        spec: Any = body.get("spec", {})
        if body["kind"] != "NetworkPolicy":
            continue
        for way, side in (("ingress", "from"), ("egress", "to")):
            for at, rule in enumerate(spec.get(way, [])):
                for number, peer in enumerate(rule.get(side, [])):
                    if "ipBlock" not in peer:
                        continue
                    changed: Any = copy.deepcopy(body)
                    changed["spec"][way][at][side][number]["ipBlock"] = block
                    here = (*objects[:index], (place, changed), *objects[index + 1 :])
                    yield {**found, "dmz": replace(found["dmz"], objects=here)}


def lead(found: Between) -> list[Problem]:
    """Problems with destinations. A row that is for everybody has none of its flow any more once
    it leads elsewhere, so its source is a problem, too."""
    return [problem for problem in found.problems if "it opens the way to" in problem.found]


def codes(found: Between) -> set[str]:
    return {problem.code for problem in found.problems}


@pytest.mark.parametrize("name", ["production", "test"])
def test_nothing_of_one_environment_reaches_the_other(name: str, tmp_path: Path) -> None:
    """A1, F6: rows, policies, virtual servers and members were held against what the other has."""
    one = case(estate(), tmp_path, name)
    held = one.held(one.emitted)
    assert [str(problem) for problem in held.problems] == []
    assert held.ends > 40
    # The router has no clients: it is there for everybody.
    assert {str(crossing.clients) for crossing in held.crossings} == {"0.0.0.0/0"}
    assert {crossing.declared_by for crossing in held.crossings} == {"router-default"}


@pytest.mark.parametrize("end", ["source_address", "destination_address"])
@pytest.mark.parametrize("network", [TEST_NODES, "10.60.1.12/32", "10.61.0.0/16", COMPANY])
def test_a_row_that_covers_another_environment_is_found(
    end: str, network: str, tmp_path: Path
) -> None:
    """F2: whichever row it is, and whichever end."""
    one = case(estate(), tmp_path)
    found = [one.held(mutated) for mutated in changed_rows(one.emitted, **{end: network})]
    assert len(found) >= 6
    for held in found:
        assert codes(held) == {"reaches-environment"}
        problem, *_ = held.problems if end == "source_address" else lead(held)
        assert problem.source.file == "dmz/documents/firewall/request.json"
        assert "of test-dmz (Pulumi.test-dmz.yaml:" in problem.found


def test_a_row_to_a_virtual_address_of_another_environment_is_found(tmp_path: Path) -> None:
    """E5: even on its port, where it names no clients of this environment."""
    one = case(estate(), tmp_path)
    cells: Any = {"destination_address": "10.13.0.21/32", "port": 443}
    for mutated in changed_rows(one.emitted, **cells):
        (problem,) = lead(one.held(mutated))
        assert "the virtual server team/till of test-dmz" in problem.found


def test_a_row_to_a_server_of_another_environment_is_found(tmp_path: Path) -> None:
    """F1: test's database holds what test may read; production's is not test's."""
    one = case(estate(), tmp_path, "test")
    for mutated in changed_rows(one.emitted, destination_address="10.99.10.9/32"):
        (problem,) = lead(one.held(mutated))
        assert problem.source.file == "test-dmz/documents/firewall/request.json"
        assert "database books, of dmz (Pulumi.dmz.yaml:" in problem.found


def test_a_server_that_both_use_belongs_to_both(tmp_path: Path) -> None:
    """F1: a server of another team may be declared by several environments."""
    made = estate()
    for stack in ("dmz", "test-dmz"):
        database = {"name": "books", "address": "10.99.3.9", "port": 5432, "tenants": ["team"]}
        made = made.with_stack(stack, databases=[database])
    for name in ("production", "test"):
        one = case(made, tmp_path / name, name)
        assert not one.held(one.emitted).problems


def test_an_address_block_that_covers_another_environment_is_found(tmp_path: Path) -> None:
    """C3: of policies of either direction."""
    one = case(estate(), tmp_path)
    found = [one.held(mutated) for mutated in changed_objects(one.emitted, {"cidr": COMPANY})]
    assert len(found) >= 5
    assert all(codes(held) == {"reaches-environment"} for held in found)


def test_exceptions_of_an_address_block_count(tmp_path: Path) -> None:
    """C3: what is left of the block has nothing of the other environment."""
    without = ["10.60.0.0/14", "10.70.0.0/14", "10.99.60.9/32", "10.13.0.16/28"]
    one = case(estate(), tmp_path)
    block = {"cidr": COMPANY, "except": without}
    assert not any(one.held(mutated).problems for mutated in changed_objects(one.emitted, block))


def opens_to_everybody(mutation: Mutation) -> bool:
    return mutation.what.endswith(("everywhere", "for everybody"))


def test_what_is_opened_to_everybody_is_found(tmp_path: Path) -> None:
    """F6: each mutation that opens something to all addresses, but for policies of the router's
    pods: it is declared for everybody. The proof of the environment by itself finds those."""
    one = case(estate(), tmp_path)
    opened = [each for each in mutations(one.emitted) if opens_to_everybody(each)]
    missed = [each for each in opened if not one.held(each.of(one.emitted)).problems]
    assert len(opened) > 4 * len(missed)
    assert {each.place.item.rpartition("/")[0] for each in missed} == {
        "NetworkPolicy estate-ingress"
    }
    assert all(prove(one.claim, each.of(one.emitted)).problems for each in missed)


@pytest.mark.parametrize("clients", [TEST_NODES, COMPANY])
def test_declared_clients_of_another_environment_are_listed(clients: str, tmp_path: Path) -> None:
    """E3: the owner named them; the report does, too."""
    one = case(estate(clients=(clients,)), tmp_path)
    held = one.held(one.emitted)
    assert not held.problems
    (crossing,) = [each for each in held.crossings if each.declared_by == "till"]
    assert (str(crossing.clients), crossing.other.name) == (clients, "test")
    assert "the range of nodes of test-dmz" in crossing.holds


def test_the_way_to_a_virtual_address_takes_both_sides(tmp_path: Path) -> None:
    """E5: test has a row, and production names the nodes of test as clients."""
    one = case(estate(clients=(TEST_NODES,)), tmp_path, "test")
    cells: Any = {"destination_address": "10.13.0.20/32", "port": 443}
    assert not any(lead(one.held(mutated)) for mutated in changed_rows(one.emitted, **cells))
    other_port: Any = {**cells, "port": 444}
    assert all(lead(one.held(each)) for each in changed_rows(one.emitted, **other_port))


def test_a_declaration_of_one_side_is_not_enough(tmp_path: Path) -> None:
    """F6: a server that one environment declares among the nodes of the other."""
    time = {"servers": ["10.10.1.10"], "owner": "team@example.org"}
    one = case(estate().with_stack("test-dmz", time=time), tmp_path, "test")
    proof = prove(one.claim, one.emitted)
    assert not proof.problems
    held = between(one.whole, one.environment, proof)
    assert codes(held) == {"reaches-environment"}
    assert "the range of nodes of dmz" in held.problems[0].found


def test_the_verb_holds_all_environments_against_each_other(tmp_path: Path) -> None:
    """A1: with --environment, the openings of that one."""
    root = str(estate(clients=(TEST_NODES,)).written(tmp_path).root)
    done = CliRunner().invoke(main, ["prove", "--root", root, "--out", str(tmp_path / "report")])
    assert done.exit_code == 0, done.output
    assert "held against what test have: 0 openings to another environment" in done.output
    assert f"till ({TEST_NODES})" in done.output
    listed = (tmp_path / "report/production/other-environments.csv").read_text()
    assert (
        f"production,till,clients -> 10.13.0.20:443 -> team/till:8080,{TEST_NODES},test," in listed
    )
    only = CliRunner().invoke(main, ["prove", "--root", root, "--environment", "test", "--json"])
    assert only.exit_code == 0, only.output
    assert json.loads(only.output)["other_environments"]["others"] == ["production"]


def test_an_opening_to_another_environment_ends_the_verb_with_an_error(tmp_path: Path) -> None:
    time = {"servers": ["10.10.1.10"], "owner": "team@example.org"}
    root = str(estate().with_stack("test-dmz", time=time).written(tmp_path).root)
    done = CliRunner().invoke(main, ["prove", "--root", root])
    assert done.exit_code == 1
    assert "test-dmz/documents/firewall/request.json" in done.output
    assert "[reaches-environment]" in done.output
