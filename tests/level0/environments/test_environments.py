"""Several environments of one estate: what is common, what differs, and which stacks there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from estate.cli.main import main
from estate.declarations.load import NODE_PORTS
from estate.engine.configuration import Configured
from estate.handover import documents
from estate.plan import Plan
from estate.program import Refused, stack_plan
from estate.reader.problems import Problem
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.declare.node_ports import RegisteredPort
from estate.topics.node_ports.register_file import line_of
from estate.whole import Whole, whole
from tests.estates import TODAY, Estate
from tests.minimal import Minimal, minimal

pytestmark = pytest.mark.level0

HERE = {"hosts": ["shop.dmz.test.example.org"]}
"""What an app of the dmz must have of its own in the environment test."""


def in_test(differs: dict[str, Any]) -> dict[str, Any]:
    """What stands below the environment test in a declaration."""
    return {"in": {"test": differs}}


def two() -> Minimal:
    """Production, and test before it."""
    made = minimal().with_environments("test")
    return made.with_stack("test-dmz", tenant_names={"team": HERE["hosts"]})


def estate_of(made: Minimal, folder: Path) -> Whole:
    found = whole(made.written(folder).root, TODAY)
    assert not found.problems, "\n".join(str(one) for one in found.problems)
    return found


def problems_of(made: Minimal, folder: Path) -> tuple[Problem, ...]:
    return whole(made.written(folder).root, TODAY).problems


def plan(found: Whole, stack: str) -> Plan:
    name = found.environments.stack(stack)
    assert name
    return found.derived[name.environment].plans[name.zone]


def app(found: Whole, stack: str, name: str) -> AppPlan:
    (one,) = (each for each in plan(found, stack).of(AppsPlan).apps if each.name == name)
    return one


def run(estate: Estate, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, [*arguments, "--root", str(estate.root)], catch_exceptions=False
    )


def test_an_environment_has_a_stack_for_each_zone_and_the_first_those_without_its_name(
    tmp_path: Path,
) -> None:
    """L3: the stacks that exist keep their names, which are keys of state."""
    found = estate_of(two(), tmp_path)
    names = [str(one) for one in found.environments.stacks]
    assert names == ["dmz", "intranet", "test-dmz", "test-intranet"]
    assert [one.name for one in found.environments.all] == ["test", "production"]


def test_what_differs_stands_below_the_environment_and_the_rest_is_common(tmp_path: Path) -> None:
    """A9, L3: digest, replicas, size and hosts of their own, and one declaration."""
    digest = f"sha256:{'7b' * 32}"
    differs = {**HERE, "image": f"team/app@{digest}", "size": {"memory": "512Mi"}}
    made = two().with_app("shop", replicas=3, **in_test(differs))
    found = estate_of(made, tmp_path)
    ours, theirs = app(found, "dmz", "shop"), app(found, "test-dmz", "shop")
    assert digest in theirs.image and digest not in ours.image
    assert ours.replicas == theirs.replicas == 3
    assert theirs.size.memory < ours.size.memory
    assert theirs.size.cpu == ours.size.cpu


def test_secrets_and_files_are_found_by_name_and_other_lists_are_replaced(tmp_path: Path) -> None:
    """A new generation in test leaves the other secrets, and production, as they are."""
    made = two().with_app(
        "shop",
        secrets=[{"name": "key"}, {"name": "salt"}],
        config=[
            {"path": "/etc/shop/a", "content": "a"},
            {"path": "/etc/shop/b", "content": "b"},
        ],
        **in_test(
            {
                **HERE,
                "secrets": [{"name": "salt", "generation": 2}],
                "config": [{"path": "/etc/shop/b", "content": "test"}],
            }
        ),
    )
    found = estate_of(made, tmp_path)
    loaded = found.loaded[plan(found, "test-dmz").environment]
    (theirs,) = (one.value for one in loaded.apps)
    assert [(one.name, one.generation) for one in theirs.secrets] == [("key", 1), ("salt", 2)]
    assert [one.content for one in theirs.config] == ["a", "test"]
    assert len(theirs.databases) == 0


def test_a_key_can_be_left_out_in_an_environment(tmp_path: Path) -> None:
    made = two().with_app("shop", scale={"max": 4}, **in_test({**HERE, "without": ["scale"]}))
    found = estate_of(made, tmp_path)
    assert app(found, "dmz", "shop").scale and not app(found, "test-dmz", "shop").scale


def test_an_app_can_be_in_one_environment_only(tmp_path: Path) -> None:
    made = two().with_app("shop", only_in=["production"])
    found = estate_of(made, tmp_path)
    assert [one.name for one in plan(found, "dmz").of(AppsPlan).apps] == ["shop"]
    assert not plan(found, "test-dmz").of(AppsPlan).apps


def test_a_problem_of_one_environment_points_into_what_differs_there(tmp_path: Path) -> None:
    """N1: file, line and key of the overlay, not of the common value that it replaces."""
    made = two().with_app("shop", replicas=2, **in_test({**HERE, "databases": [{"name": "nodb"}]}))
    (problem,) = problems_of(made, tmp_path)
    assert problem.code == "unknown-database"
    assert problem.key_path == "in.test.databases[0].name"
    lines = (tmp_path / "estate/apps/shop-dmz.yaml").read_text(encoding="utf-8").splitlines()
    assert "nodb" in lines[problem.source.line - 1]


def test_what_is_wrong_in_common_is_said_once(tmp_path: Path) -> None:
    made = two().with_app("shop", replicas=0, **in_test(HERE))
    (problem,) = problems_of(made, tmp_path)
    assert (problem.code, problem.key_path) == ("out-of-range", "replicas")


def test_a_stack_file_of_no_environment_is_refused(tmp_path: Path) -> None:
    """Case 01: such a file is never read in silence."""
    made = two().with_stack("staging-dmz", cluster={"zone": "dmz"})
    (problem,) = problems_of(made, tmp_path)
    assert problem.code == "unknown-stack"
    assert "Pulumi.test-dmz.yaml" in problem.allowed
    assert "environments.yaml" in problem.hint


def test_a_missing_stack_file_of_an_environment_is_refused(tmp_path: Path) -> None:
    estate = two().written(tmp_path).remove("Pulumi.test-intranet.yaml")
    (problem,) = whole(estate.root, TODAY).problems
    assert (problem.code, problem.source.file) == ("missing-file", "Pulumi.test-intranet.yaml")


def test_an_environment_has_node_ports_of_its_own_or_the_common_ones(tmp_path: Path) -> None:
    """E1: one register with the ports of all environments."""
    made = two().with_exposed_app(
        "till",
        address="10.13.0.20",
        node_port=30010,
        listen={"port": 8080, "node_port": None},
        **in_test({"vip": {"address": "10.63.0.20"}}),
    )
    estate = made.written(tmp_path)
    ports = made.files[NODE_PORTS]["ports"]
    lines = (line_of(RegisteredPort.model_validate(one)) for one in ports)
    estate.add(NODE_PORTS, f"ports:\n{''.join(lines)}")
    done = run(estate, "ports", "assign", "--stack", "test-dmz", "till")
    assert done.exit_code == 0, done.output
    found = whole(estate.root, TODAY)
    assert not found.problems, found.problems
    held = {
        stack: [
            one.port
            for one in found.loaded[plan(found, stack).environment].node_ports.value.ports  # pyright: ignore[reportOptionalMemberAccess]
            if one.owner == "team/till"
        ]
        for stack in ("dmz", "test-dmz")
    }
    assert held["dmz"] == [30010] and held["test-dmz"] not in ([], [30010])
    listed = run(estate, "ports", "list").output
    assert "test" in listed and "Free in test-dmz" in listed
    released = run(estate, "ports", "release", "--stack", "test-dmz", "till")
    assert released.exit_code == 1 and "is declared in apps/till-dmz.yaml" in released.output


def test_check_covers_every_environment_and_explain_shows_each(tmp_path: Path) -> None:
    estate = two().with_app("shop", **in_test(HERE)).written(tmp_path)
    checked = run(estate, "check")
    assert checked.exit_code == 0
    assert "test-dmz: 1 tenants, 1 apps" in checked.output
    explained = run(estate, "explain", "shop").output
    assert "in zone dmz of environment 'production'" in explained
    assert "in zone dmz of environment 'test'" in explained
    assert "http://shop.dmz.test.example.org/" in explained
    one = run(estate, "explain", "shop", "--environment", "test").output
    assert "of environment 'production'" not in one


def test_a_verb_for_one_stack_takes_its_whole_name(tmp_path: Path) -> None:
    estate = two().with_app("shop", **in_test(HERE)).written(tmp_path)
    out = tmp_path / "out"
    done = run(estate, "render", "--stack", "test-dmz", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "shop.dmz.test.example.org" in (out / "manifests/apps/shop.yaml").read_text("utf-8")
    wrong = run(estate, "render", "--stack", "tset-dmz", "--out", str(out))
    assert wrong.exit_code == 2
    assert "'test-dmz', 'test-intranet'" in wrong.output
    assert "Did you mean 'test-dmz'?" in wrong.output


def test_an_estate_without_a_list_has_no_environment_to_name(tmp_path: Path) -> None:
    estate = minimal().written(tmp_path)
    wrong = run(estate, "limits", "--environment", "test")
    assert wrong.exit_code == 2 and "environments.yaml names them" in wrong.output


def test_a_change_is_compared_for_every_stack(tmp_path: Path) -> None:
    """A stack that the baseline does not have was not there; one of the first must be."""
    estate = two().written(tmp_path)
    before = tmp_path / "before"
    for stack in ("dmz", "intranet", "test-dmz", "test-intranet"):
        run(estate, "render", "--stack", stack, "--out", str(before / stack))
    later = two().with_app("shop", **in_test(HERE), only_in=["test"])
    for file, content in later.files.items():
        estate.add(file, json.dumps(content))
    changed = run(estate, "change", "--against", str(before))
    assert changed.exit_code == 0, changed.output
    assert "test-dmz" in changed.output and ", dmz" not in changed.output


def test_the_program_finds_the_environment_by_the_stack(tmp_path: Path) -> None:
    """A6: the engine's stack decides; a problem of any environment refuses it."""
    made = two().with_app("shop", **in_test(HERE))
    root = made.written(tmp_path).root
    facts = made.files["Pulumi.test-dmz.yaml"]["config"]
    given = Configured({key: _passed(value) for key, value in facts.items()}, frozenset())
    found = stack_plan(root, "test-dmz", given, TODAY)
    assert str(found.stack) == "test-dmz" and found.zone == "dmz"
    with pytest.raises(Refused, match="There is no stack 'staging-dmz'"):
        stack_plan(root, "staging-dmz", given, TODAY)


def _passed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def test_new_writes_to_the_stack_file_of_the_environment(tmp_path: Path) -> None:
    estate = two().written(tmp_path)
    done = run(
        estate, "new", "database", "--zone", "dmz", "--environment", "test",
        "--address", "10.99.1.1", "--port", "5432", "--tenant", "team", "testdb",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "testdb" in (estate.root / "Pulumi.test-dmz.yaml").read_text("utf-8")
    assert "testdb" not in (estate.root / "Pulumi.dmz.yaml").read_text("utf-8")


def test_documents_of_one_stack_say_nothing_of_the_other_environment(tmp_path: Path) -> None:
    found = estate_of(two().with_app("shop", **in_test(HERE)), tmp_path)
    texts = "\n".join(one.text for one in documents(plan(found, "dmz")))
    assert "test.example.org" not in texts
