"""The entry of the topic identity."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.identity.checks.groups import check_groups
from estate.topics.identity.checks.issuers import check_identity
from estate.topics.identity.plan import IdentityPlan
from estate.topics.identity.plan.access import platform_bindings


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    stack = given.catalogue.stack(zone)
    bindings = platform_bindings(stack.identity, stack.platform_groups)
    yield IdentityPlan(identity=stack.identity, bindings=bindings)


TOPIC = Topic(
    name="identity",
    checks=(
        lambda given: check_identity(given.catalogue),
        lambda given: check_groups(given.catalogue),
    ),
    derive=_derive,
)
