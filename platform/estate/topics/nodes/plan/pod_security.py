"""Where an exception asks Pod Security to let something pass (B3)."""

from __future__ import annotations

from collections.abc import Iterable

from estate.topics.admission.declare.exceptions import RuleException
from estate.topics.admission.declare.rules import RuleName

POD_SECURITY: frozenset[RuleName] = frozenset(
    ("host-path", "host-port", "host-namespaces", "privilege")
)
"""Rules that Pod Security's ``restricted`` holds as well: to open one, both must let it pass."""


def loosened(exceptions: Iterable[RuleException], namespace: str) -> bool:
    """Whether Pod Security has to let pass what an exception opens there.

    Our own rules then still hold all that it held, but the one that is open.
    """
    return any(
        exception.namespace == namespace and exception.rule in POD_SECURITY
        for exception in exceptions
    )
