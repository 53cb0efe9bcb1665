"""A lab of the tests' own, in a folder that goes away: the one of `make up` is not touched."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import pytest

from lab.lab import Lab
from tests.level3.applied import STACKS, Applied, applied
from tests.level3.scheduling import FromBothEnds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First tests of the applied estate, then what takes it away (``last``), then the others."""

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("last"):
            return 1
        return 0 if "world" in _shared(item) else 2

    items.sort(key=place)


def _shared(item: pytest.Item) -> set[str]:
    """The names of the session's fixtures that a test stands on."""
    fixtures = cast(Any, item)._fixtureinfo.name2fixturedefs
    return {name for name, found in fixtures.items() if found[-1].scope == "session"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> FromBothEnds:
    """Files are handed out whole: their labs take longer to make than their tests take to run."""
    return FromBothEnds(config)


@pytest.fixture(scope="session", autouse=True)
def state_is_written_at_the_end() -> Generator[None]:
    """Pulumi's state: after every step, an `up` of one stack took 48 s of CPU instead of 10 s.

    What a killed engine leaves behind is the subject of tests that have settings of their own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_EXPERIMENTAL", "true")
        patch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
        yield


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[Applied]:
    """The shipped estate, applied to a lab of its own; whoever changes it changes it back."""
    with applied(tmp_path_factory.mktemp("estate")) as found:
        for stack in STACKS:
            found.lab.pulumi("up", "--yes", stack=stack)
        yield found


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab]:
    """Both clusters of the shipped estate, plugins in place, nothing applied yet."""
    lab = Lab(state=tmp_path_factory.mktemp("lab") / "state")
    try:
        lab.up()
        lab.plugins()
        yield lab
    finally:
        lab.down()


@pytest.fixture
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab]:
    """A second lab, not yet up, for tests that break it."""
    lab = Lab(state=tmp_path_factory.mktemp("own") / "state")
    try:
        yield lab
    finally:
        lab.down()
