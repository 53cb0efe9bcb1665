"""A lab of the tests' own, in a folder that goes away: the one of `make up` is not touched."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from lab.lab import Lab


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
