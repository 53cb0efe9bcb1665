"""The proof of small estates, for tests: what is claimed, and what is emitted to be changed."""

from __future__ import annotations

from collections.abc import Mapping

from estate.composition import compose
from estate.proof.emitted import Emitted, emitted
from estate.proof.prove import Claim, Proof, claim_of, prove_plans
from estate.reader.values import Zone
from tests.estates import Estate


def claimed(estate: Estate) -> tuple[Claim, Mapping[Zone, Emitted]]:
    """What is to be proved, and over what."""
    plans = estate.plans()
    found: dict[Zone, Emitted] = {zone: emitted(compose(plan)) for zone, plan in plans.items()}
    return claim_of(plans, estate.load()), found


def proved(estate: Estate) -> Proof:
    """The whole proof."""
    return prove_plans(estate.plans(), estate.load())
