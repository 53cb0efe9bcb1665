"""Whatever `check` accepts, `prove` proves (F6)."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from estate.declarations.load import load
from estate.derivation import derive
from estate.proof.prove import prove_plans
from tests.ladder import FULL_SETS
from tests.level0.generated import Drawn, estates, write

pytestmark = pytest.mark.level2

EXAMPLES = 100 if os.environ.get(FULL_SETS) else 25


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(estates())
def test_what_is_accepted_is_proved(drawn: Drawn) -> None:
    """F6: every flow that a declaration asks for is complete, and it opens nothing else."""
    with TemporaryDirectory() as folder:
        loaded = load(write(Path(folder), drawn.texts()))
    derived = derive(loaded)
    if derived.problems:
        return
    proof = prove_plans(derived.plans, loaded)
    assert proof.problems == (), "\n".join(str(problem) for problem in proof.problems[:5])
