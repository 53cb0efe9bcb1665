"""Label selectors, with everything that Kubernetes lets stand in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from estate.proof.readers.strict import Strict


class Expression(Strict):
    """One requirement on a label."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _as_the_api_server_demands(self) -> Expression:
        if bool(self.values) != (self.operator in ("In", "NotIn")):
            raise ValueError("In and NotIn take values, Exists and DoesNotExist none")
        return self


class Selector(Strict):
    """What it names must all hold; an empty one selects everything."""

    matchLabels: dict[str, str] = Field(default_factory=dict[str, str])
    matchExpressions: tuple[Expression, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The labels that it asks for."""
        return {*self.matchLabels, *(expression.key for expression in self.matchExpressions)}


class Labelled:
    """Things with labels; a selector finds a set of them as bits of a number."""

    def __init__(self, labels: Sequence[Mapping[str, str]], chosen: int = 0) -> None:
        """``chosen`` are those that have whatever labels are asked for."""
        self.chosen = chosen
        self._pairs: dict[tuple[str, str], int] = {}
        self._keys: dict[str, int] = {}
        self.everything = (1 << len(labels)) - 1
        for number, label in enumerate(labels):
            for key, value in label.items():
                self._pairs[key, value] = self._pairs.get((key, value), 0) | 1 << number
                self._keys[key] = self._keys.get(key, 0) | 1 << number

    def matching(self, selector: Selector) -> int:
        """Those that the selector selects."""
        found = self.everything
        for pair in selector.matchLabels.items():
            found &= self._pairs.get(pair, 0)
        for expression in selector.matchExpressions:
            found &= self._expression(expression)
        return found | self.chosen

    def _expression(self, one: Expression) -> int:
        having = self._keys.get(one.key, 0)
        among = 0
        for value in one.values:
            among |= self._pairs.get((one.key, value), 0)
        match one.operator:
            case "In":
                return among
            case "NotIn":  # also what has no such label
                return self.everything & ~among
            case "Exists":
                return having
            case "DoesNotExist":
                return self.everything & ~having
