"""The exception register as a table."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.admission.plan import ExceptionsPlan


def _exceptions(stack: Stack) -> Iterator[Row]:
    for exception in stack.plan.of(ExceptionsPlan).exceptions:
        yield {
            "rule": exception.rule,
            "namespace": exception.namespace,
            "account": exception.account or "",
            "opens": exception.opens,
            "expires": str(exception.expires),
            "approved": str(exception.approved),
            "owner": exception.owner,
            "reason": exception.reason,
        }


EXCEPTIONS = Listing(
    name="exceptions",
    what="rules of admission that do not hold somewhere, until a day",
    columns=(*("rule", "namespace", "account", "opens", "expires", "approved", "owner", "reason"),),
    rows=_exceptions,
)
