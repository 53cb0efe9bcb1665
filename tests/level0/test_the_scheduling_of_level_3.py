"""Files of level 3 are handed out whole; one process keeps those of the applied estate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ladder import Run

pytestmark = pytest.mark.level0

CONFTEST = """
import os
import time
from pathlib import Path
from tests.level3.scheduling import FromBothEnds

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: ("destroy" in item.name) + 2 * ("own" in item.nodeid))

def pytest_xdist_make_scheduler(config):
    return FromBothEnds(config)

def pytest_runtest_call(item):
    time.sleep(0.05)
    with Path("order").open("a") as file:
        file.write(f"{os.environ['PYTEST_XDIST_WORKER']} {item.nodeid}\\n")
"""


def text_of(*names: str) -> str:
    return "\n\n".join(f"def test_{name}():\n    pass" for name in names)


def order(root: Path, **files: str) -> list[tuple[str, str, str]]:
    """Process, file and test of each run, in the order of time."""
    folder = root / "tests/level0"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(CONFTEST)
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    assert not Run("level0", 2, root=root).result().failed
    found: list[tuple[str, str, str]] = []
    for line in (root / "order").read_text().splitlines():
        process, nodeid = line.split()
        file, test = nodeid.rsplit("/", 1)[1].split("::")
        found.append((process, file, test))
    return found


def test_each_end_has_a_process_of_its_own_and_destroy_comes_last(tmp_path: Path) -> None:
    found = order(
        tmp_path,
        a=text_of("one", "two", "three", "destroy"),
        b=text_of("one", "two", "three"),
        own_c=text_of("one", "two", "three"),
        own_d=text_of("one", "two", "three"),
    )
    assert len(found) == 13
    by = {name: {process for process, file, _ in found if file == name} for _, name, _ in found}
    assert all(len(processes) == 1 for processes in by.values())
    assert by["test_own_d.py"].isdisjoint(by["test_a.py"])
    assert [test for _, file, test in found if file == "test_a.py"][-1] == "test_destroy"


def test_a_process_without_the_estate_never_takes_it_away(tmp_path: Path) -> None:
    found = order(
        tmp_path, a=text_of("one", "two", "three", "four", "destroy"), own_b=text_of("one")
    )
    assert len({process for process, file, _ in found if file == "test_a.py"}) == 1


def test_a_larger_file_is_handed_out_no_earlier(tmp_path: Path) -> None:
    """A second process that took a file of the applied estate would apply a second one."""
    found = order(
        tmp_path,
        a=text_of("one", "destroy"),
        b=text_of("one", "two", "three", "four"),
        own_c=text_of("one", "two"),
        own_d=text_of("one", "two", "three"),
        own_e=text_of("one", "two", "three", "four", "five"),
    )
    by = {name: {process for process, file, _ in found if file == name} for _, name, _ in found}
    assert by["test_a.py"] == by["test_b.py"]
    assert by["test_own_e.py"].isdisjoint(by["test_a.py"])
