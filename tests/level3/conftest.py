"""A lab of the tests' own, in a folder that goes away: the one of `make up` is not touched."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from lab.lab import Lab
from tests.level3.applied import STACKS, Applied, applied


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked ``last`` takes away what the others stand on."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[Applied]:
    """The shipped estate, applied to a lab of its own; whoever changes it changes it back."""
    with applied(tmp_path_factory.mktemp("estate")) as found:
        for stack in STACKS:
            found.up(stack)
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
