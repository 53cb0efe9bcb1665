"""What the containers of an app's pods run, and with what: values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class VariablePlan:
    """An environment variable: a text, or one of the sources."""

    name: str
    value: str = ""
    secret: str = ""
    """The Kubernetes Secret that has it."""
    pod: Literal["address", "name", "namespace", "node", "node-address", ""] = ""
    size: Literal["cpu", "memory", "memory-mib", ""] = ""


@dataclass(frozen=True, kw_only=True)
class ProcessPlan:
    """What a container runs; empty where its image says it."""

    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    directory: str = ""
    variables: tuple[VariablePlan, ...] = ()
    """In the order in which they were declared."""
