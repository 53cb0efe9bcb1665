"""The `estate` command, as a person and as a machine use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estate import VERSION
from estate.cli.main import SECTIONS, main
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level0


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], catch_exceptions=False)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_check_of_the_shipped_estate_finds_nothing(estate: Estate) -> None:
    result = run("check", "--root", str(estate.root))
    assert result.exit_code == 0
    assert "No problems." in result.output


def test_check_lists_every_problem_with_place_and_fix_and_ends_with_one(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicsa: 3")
    estate.edit("tenants/brokers.yaml", "cpu: 12", "cpu: lots")
    result = run("check", "--root", str(estate.root))
    assert result.exit_code == 1
    assert "apps/quote-dmz.yaml:8:1" in result.output
    assert "Did you mean 'replicas'?" in result.output
    assert "tenants/brokers.yaml:" in result.output
    assert "3 problems in 2 files." in result.output


def test_problems_as_json_have_file_line_and_column(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "tenant: motor", "tenant: moto")
    result = run("check", "--root", str(estate.root), "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.output)["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("apps/quote-dmz.yaml", 3, 9)
    assert problem["code"] == "unknown-tenant"


def test_output_that_is_no_terminal_has_no_colour(estate: Estate) -> None:
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 0")
    ran = subprocess.run(
        [str(REPOSITORY / "estate"), "check", "--root", str(estate.root)],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert "\x1b" not in ran.stdout and "out-of-range" in ran.stdout


def test_two_renders_are_equal_byte_by_byte(estate: Estate, tmp_path: Path) -> None:
    for name in ("one", "two"):
        out = str(tmp_path / name)
        result = run("render", "--root", str(estate.root), "--stack", "dmz", "--out", out)
        assert result.exit_code == 0, result.output
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert {"manifests/apps/quote.yaml", "documents/f5/as3.json"} <= tree(tmp_path / "one").keys()


def test_a_render_shows_a_placeholder_where_a_secret_will_be(
    estate: Estate, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("render", "--root", str(estate.root), "--stack", "dmz", "--out", str(out))
    text = (out / "manifests/apps/policy-portal.yaml").read_text(encoding="utf-8")
    assert "value: <generated, 32 characters>" in text


def test_a_render_replaces_what_an_earlier_one_left(estate: Estate, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("render", "--root", str(estate.root), "--stack", "dmz", "--out", str(out))
    run(*arguments)
    estate.remove("apps/quote-dmz.yaml")
    run(*arguments)
    assert "manifests/apps/quote.yaml" not in tree(out)


def test_a_render_never_empties_a_folder_that_it_did_not_write(
    estate: Estate, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine")
    out = str(tmp_path / "precious")
    result = run("render", "--root", str(estate.root), "--stack", "dmz", "--out", out)
    assert result.exit_code == 1
    assert "was not written by a render" in result.output
    assert (tmp_path / "precious" / "file").read_text() == "mine"


def test_a_render_of_declarations_with_problems_writes_nothing(
    estate: Estate, tmp_path: Path
) -> None:
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 0")
    out = tmp_path / "out"
    result = run("render", "--root", str(estate.root), "--stack", "dmz", "--out", str(out))
    assert result.exit_code == 1
    assert not out.exists()


def test_schema_prints_one_schema_per_kind_of_file() -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert sorted(json.loads(result.output)) == [
        "app",
        "environments",
        "images",
        "images-lock",
        "node-ports",
        "nodes",
        "stack",
        "tenant",
    ]


def test_the_version_is_that_of_the_wheel() -> None:
    """Which an estate of another repository pins."""
    assert run("--version").output == f"estate {VERSION}\n"


def test_every_module_of_a_verb_has_its_verb() -> None:
    """A title that stands twice would hide the verbs below the first."""
    modules = {path.stem for path in (REPOSITORY / "platform/estate/cli/verbs").glob("[a-z]*.py")}
    named = {at.split(":")[0] for verbs in SECTIONS.values() for at in verbs.values()}
    assert {f"verbs.{module}" for module in modules} <= named


def test_help_teaches_the_next_step() -> None:
    result = run("--help")
    assert "estate check" in result.output and "pulumi up" in result.output


def test_a_missing_library_is_said_in_one_line(tmp_path: Path) -> None:
    """A fresh clone without its virtual environment."""
    (tmp_path / "platform").symlink_to(REPOSITORY / "platform")
    (tmp_path / "estate").write_bytes((REPOSITORY / "estate").read_bytes())
    ran = subprocess.run(
        [sys.executable, "-S", "-I", str(tmp_path / "estate"), "check"],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert "pip install -r" in ran.stderr and "Traceback" not in ran.stderr
