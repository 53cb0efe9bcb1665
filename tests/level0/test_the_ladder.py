"""What `make test` counts: nothing that did not run to its end passes for proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ladder import SLOW, Result, Run, main, report, slow

pytestmark = pytest.mark.level0

PASSES = "def test_passes() -> None:\n    pass\n"


def ran(root: Path, workers: int = 1, *, sample: bool = False, **files: str) -> Result:
    """The result of a level that consists of these files."""
    folder = root / "tests/level0"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    return Run("level0", workers, sample=sample, root=root).result()


def outcome(result: Result, test: str) -> str:
    """Of one test, by the end of its name."""
    (found,) = [outcome for name, outcome in result.outcomes.items() if name.endswith(test)]
    return found


@pytest.fixture(scope="module", params=[1, 2])
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Tests of all kinds, in one process and in two."""
    skips = "import pytest\n\n\ndef test_skips() -> None:\n    pytest.skip('no program')\n"
    mark = "import pytest\n\n\n@pytest.mark.may_not_run\n"
    return ran(
        tmp_path_factory.mktemp("mixed"),
        request.param,
        good=PASSES,
        skips=skips,
        absent=f"{mark}def test_is_absent() -> None:\n    pytest.skip('no schema')\n",
        whole="import pytest\npytest.skip('no program', allow_module_level=True)\n",
    )


def test_a_skipped_test_counts_as_failed(mixed: Result) -> None:
    assert outcome(mixed, "test_passes") == "passed"
    assert outcome(mixed, "test_skips") == "skipped"
    assert report([mixed], 0) == 1


def test_a_file_that_skips_itself_counts_as_failed(mixed: Result) -> None:
    assert outcome(mixed, "test_whole.py") == "skipped"
    assert mixed.failed == 2


def test_what_may_not_run_is_counted_by_itself(mixed: Result) -> None:
    assert outcome(mixed, "test_is_absent") == "not run"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_cannot_be_read_counts_as_failed(tmp_path: Path, workers: int) -> None:
    result = ran(tmp_path, workers, good=PASSES, broken="import nothing_of_this_name\n")
    assert outcome(result, "test_broken.py") == "failed"


def test_a_test_whose_process_ends_counts_as_failed_and_the_others_run(tmp_path: Path) -> None:
    ends = "import os\n\n\ndef test_ends() -> None:\n    os._exit(0)\n"
    others = "".join(PASSES.replace("passes", f"passes_{n}") for n in range(9))
    result = ran(tmp_path, 2, ends=ends, good=others)
    assert result.counts == {"passed": 9, "failed": 1}
    assert outcome(result, "test_ends") == "failed"


@pytest.mark.parametrize(
    ("workers", "victim"),
    [(1, "os.getpid()"), (2, "os.getpid()"), (2, "os.getppid()")],
    ids=["the only process", "one that runs tests", "the one that hands out tests"],
)
def test_a_killed_process_counts_as_failed(tmp_path: Path, workers: int, victim: str) -> None:
    kills = f"import os\n\n\ndef test_kills() -> None:\n    os.kill({victim}, 9)\n"
    result = ran(tmp_path, workers, good=PASSES, kills=kills)
    assert result.failed
    assert report([result], 0) == 1


def test_processes_that_find_different_tests_count_as_failed(tmp_path: Path) -> None:
    differs = "import os\n\nimport pytest\n\n\n@pytest.mark.parametrize('process', [os.getpid()])\n"
    result = ran(tmp_path, 2, differs=f"{differs}def test_it(process: int) -> None:\n    pass\n")
    assert result.failed


@pytest.mark.parametrize("workers", [1, 2])
def test_a_test_that_waits_for_ever_fails_and_the_others_run(tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "tests/level0"
    folder.mkdir(parents=True)
    waits = "import time\n\n\ndef test_waits() -> None:\n    time.sleep(600)\n\n\n"
    (folder / "test_waiting.py").write_text(waits + PASSES)
    result = Run("level0", workers, seconds=1, root=tmp_path).result()
    assert result.counts == {"passed": 1, "failed": 1}
    assert outcome(result, "test_waits") == "failed"


def test_a_level_without_tests_is_no_proof(tmp_path: Path) -> None:
    assert report([ran(tmp_path)], 0) == 1


def test_a_sample_has_the_first_function_of_each_file(tmp_path: Path) -> None:
    several = "import pytest\n\n\n@pytest.mark.parametrize('n', [1, 2])\n"
    several += f"def test_numbers(n: int) -> None:\n    pass\n\n\n{PASSES}"
    result = ran(tmp_path, sample=True, good=PASSES, several=several)
    assert sorted(name.rpartition("::")[2] for name in result.outcomes) == [
        "test_numbers[1]",
        "test_numbers[2]",
        "test_passes",
    ]


def _fails_while(file: Path, *, for_ever: bool) -> str:
    """A test that fails once, or always; the file says that it has run."""
    ends = "False" if for_ever else f"before == {file.name!r}"
    return (
        "from pathlib import Path\n\n\n"
        "def test_starves() -> None:\n"
        f"    file = Path({str(file)!r})\n"
        "    before = file.read_text() if file.exists() else ''\n"
        "    file.write_text(file.name)\n"
        f"    assert {ends}\n"
    )


def _level2(root: Path, text: str) -> Result:
    folder = root / "tests/level2"
    folder.mkdir(parents=True)
    (folder / "test_starving.py").write_text(PASSES + text)
    return Run("level2", 2, root=root).result()


def test_a_test_that_starved_beside_others_passes_alone_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _level2(tmp_path, _fails_while(tmp_path / "ran", for_ever=False))
    assert report([result], 0) == 0
    assert "passed alone, after it had failed beside others: " in capsys.readouterr().out
    assert [name.rpartition("::")[2] for name in result.alone] == ["test_starves"]


def test_a_test_that_fails_alone_as_well_has_failed(tmp_path: Path) -> None:
    result = _level2(tmp_path, _fails_while(tmp_path / "ran", for_ever=True))
    assert result.alone == ()
    assert report([result], 0) == 1


def test_levels_that_start_no_program_run_once(tmp_path: Path) -> None:
    result = ran(tmp_path, starving=_fails_while(tmp_path / "ran", for_ever=False))
    assert report([result], 0) == 1


def test_slow_tests_are_listed_and_others_are_not() -> None:
    result = Result("level0", each={"a": SLOW + 5, "b": SLOW - 1, "c": SLOW + 30})
    assert slow([result]) == ["slow:   60 s c", "slow:   35 s a"]


def test_an_unknown_level_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["level7x"])
    assert "no such level: level7x" in capsys.readouterr().err
