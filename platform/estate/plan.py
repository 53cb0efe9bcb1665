"""One zone's plan: what its topics derived, each part found by its class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from estate.reader.stacks import UNNAMED, Environment, StackName
from estate.reader.values import Zone

P = TypeVar("P")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One zone's plan. It knows no topic: a topic's part is found by the class of that part."""

    zone: Zone
    protected: bool
    """Whether the stack protects namespaces, volumes and claims."""
    environment: Environment = UNNAMED
    """Whose plan it is."""
    parts: Mapping[type, object] = field(default_factory=dict[type, object])
    """What each topic derived, by class."""

    @property
    def stack(self) -> StackName:
        """The stack that it is the plan of."""
        return self.environment.stack(self.zone)

    def of(self, part: type[P]) -> P:
        """The part of that class.

        Raises KeyError where the topic derived none; :meth:`find` is for topics that may be absent.
        """
        found = self.parts[part]
        assert isinstance(found, part)
        return found

    def find(self, part: type[P]) -> P | None:
        """The part of that class, or None where the zone does not have it."""
        return self.of(part) if part in self.parts else None

    def having(self, parts: Iterable[object]) -> Plan:
        """The same plan with more parts; a part replaces one of its class."""
        return replace(self, parts={**self.parts, **{type(one): one for one in parts}})
