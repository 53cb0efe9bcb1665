"""Environments and stacks by name: values that are handed down, so that nothing asks twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import ZONES, Zone, refusal

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{0,19}")


def _environment(value: str) -> str:
    if value in ZONES or not _ENVIRONMENT.fullmatch(value):
        raise refusal(
            "bad-environment",
            f"{shown(value)} is not the name of an environment",
            "lower-case letters and digits, beginning with a letter, at most 20 characters, "
            f"and not {' or '.join(ZONES)}",
            "Stacks and partitions of the F5 begin with it, so it has no '-'",
        )
    return value


ENVIRONMENT_PATTERN = f"^(?!({'|'.join(ZONES)})$){_ENVIRONMENT.pattern}$"

EnvironmentName = Annotated[
    str,
    AfterValidator(_environment),
    WithJsonSchema({"type": "string", "pattern": ENVIRONMENT_PATTERN}),
]
"""The name of an environment, such as production or test."""

OnlyIn = Annotated[
    tuple[EnvironmentName, ...] | None, Field(min_length=1, examples=[["test", "production"]])
]
"""The environments that have a tenant or an app."""

Differences = dict[EnvironmentName, dict[str, Any]] | None
"""By environment, the keys of a declaration that differ there."""


@dataclass(frozen=True)
class Environment:
    """One environment: production, test and so on. Each has both zones."""

    name: str = ""
    """Empty where the estate declares no environments: it has one, without a name."""
    first: bool = True
    """Whether its stacks are called as their zones."""

    def stack(self, zone: Zone) -> StackName:
        """Its stack of that zone."""
        return StackName(self, zone)

    @property
    def stacks(self) -> Iterator[StackName]:
        """Its stacks."""
        return (StackName(self, zone) for zone in ZONES)

    @property
    def prefix(self) -> str:
        """What stands before the names of its parts on shared devices; nothing for the first."""
        return "" if self.first else f"{self.name}-"

    @property
    def words(self) -> str:
        """As messages say it, behind another word; nothing where there are no environments."""
        return f" of environment '{self.name}'" if self.name else ""


UNNAMED = Environment()
"""That of an estate which declares no environments."""


@dataclass(frozen=True)
class StackName:
    """One zone of one environment."""

    environment: Environment
    zone: Zone

    def __str__(self) -> str:
        return f"{self.environment.prefix}{self.zone}"

    @property
    def file(self) -> str:
        """The file with its facts."""
        return f"Pulumi.{self}.yaml"
