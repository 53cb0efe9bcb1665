"""The wheel, and an estate elsewhere that has nothing of this repository but the wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from estate import VERSION
from tests.estates import REPOSITORY
from tests.minimal import minimal
from toolchain import dist

pytestmark = pytest.mark.level2

THREE_LINES = """\
from pathlib import Path
from estate.pulumi_program import run
run(Path(__file__).parent)
"""
PULUMI_YAML = "name: elsewhere\nruntime: python\n"

READ_THE_PROGRAM = """
import runpy
import pulumi, estate
programs = []
pulumi.run = programs.append
runpy.run_path("__main__.py", run_name="__main__")
print(len(programs), estate.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dist.wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which the wheel was installed, and nothing before it."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(install, check=True)
    return folder / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An estate of three lines, and its declarations."""
    estate = minimal().with_app("shop").written(tmp_path)
    estate.add("__main__.py", THREE_LINES).add("Pulumi.yaml", PULUMI_YAML)
    return estate.root


def outside(folder: Path, *command: str) -> str:
    """What a program prints that finds nothing of this repository; fails where it fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    ran = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_wheel_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    """Templates too: a file that a build leaves out is missed only by who installs the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "platform/estate"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    ours = {name.removeprefix("platform/") for name in listed.stdout.splitlines()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == ours


def test_the_wheel_requires_what_requirements_txt_names(wheel: Path) -> None:
    """One list, pinned exactly."""
    (name,) = (one for one in zipfile.ZipFile(wheel).namelist() if one.endswith("/METADATA"))
    metadata = zipfile.ZipFile(wheel).read(name).decode()
    wanted = re.findall(r"^[^#\s].*", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE)
    assert re.findall(r"^Requires-Dist: (.*)", metadata, re.MULTILINE) == wanted
    assert f"\nVersion: {VERSION}\n" in metadata


def test_two_wheels_of_the_same_files_are_equal(wheel: Path, tmp_path: Path) -> None:
    """What is published can be built again and compared."""
    assert dist.wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_an_estate_of_three_lines_is_checked_by_the_installed_program(
    programs: Path, elsewhere: Path
) -> None:
    """The console script, in an environment without this repository."""
    assert "No problems." in outside(elsewhere, str(programs / "estate"), "check")


def test_an_estate_of_three_lines_is_a_pulumi_program(programs: Path, elsewhere: Path) -> None:
    """Its three lines hand Pulumi one program, that of the installed package."""
    said = outside(elsewhere, str(programs / "python"), "-c", READ_THE_PROGRAM)
    count, where = said.split()
    assert count == "1"
    assert Path(where).is_relative_to(programs.parent)


def test_the_installed_program_renders_both_zones(programs: Path, elsewhere: Path) -> None:
    """Documents and manifests need nothing beside the package either."""
    for zone in ("dmz", "intranet"):
        arguments = ("render", "--stack", zone, "--out", f"out/{zone}")
        outside(elsewhere, str(programs / "estate"), *arguments)
        assert list((elsewhere / "out" / zone).rglob("*.yaml"))


def test_the_installed_program_begins_an_estate_and_adds_to_it(
    programs: Path, tmp_path: Path
) -> None:
    """Its templates are in the wheel, and the new estate is a Pulumi program at once."""
    command = str(programs / "estate")
    outside(tmp_path, command, "init", "bank")
    estate = tmp_path / "bank"
    outside(estate, command, "new", "node", "--zone", "dmz")
    assert "No problems. dmz: 1 tenants, 1 apps, 5 nodes" in outside(estate, command, "check")
    said = outside(estate, str(programs / "python"), "-c", READ_THE_PROGRAM)
    assert said.startswith("1 ")
    assert f"estate=={VERSION}\n" in (estate / "requirements.txt").read_text(encoding="utf-8")
