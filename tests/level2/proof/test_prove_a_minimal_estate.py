"""The estate that tests stand on is proved, and a hole in it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.minimal import SHAPES, Minimal
from tests.proving import proved

pytestmark = pytest.mark.level2


@pytest.mark.parametrize("estate", SHAPES.values(), ids=SHAPES)
def test_it_is_proved(tmp_path: Path, estate: Minimal) -> None:
    proof = proved(estate.written(tmp_path))
    assert [str(problem) for problem in proof.problems] == []
