"""What the containers of an app's pods run, and with what: values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from estate.objects.container import Probe
from estate.topics.nodes.plan.model import Amount


@dataclass(frozen=True, kw_only=True)
class VariablePlan:
    """An environment variable: a text, or one of the sources."""

    name: str
    value: str = ""
    secret: str = ""
    """The Kubernetes Secret that has it."""
    key: str = ""
    """The key of that Secret."""
    pod: Literal["address", "name", "namespace", "node", "node-address", ""] = ""
    size: Literal["cpu", "memory", "memory-mib", ""] = ""


@dataclass(frozen=True, kw_only=True)
class GroupPlan:
    """All keys of a Secret or a ConfigMap as environment variables."""

    secret: str = ""
    """The Secret's name."""
    settings: str = ""
    """The ConfigMap's name."""
    prefix: str = ""
    names: tuple[str, ...] = ()
    """Of the variables, prefix included."""


@dataclass(frozen=True, kw_only=True)
class ProcessPlan:
    """What a container runs; empty where its image says it."""

    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    directory: str = ""
    variables: tuple[VariablePlan, ...] = ()
    """In the order in which they were declared."""
    groups: tuple[GroupPlan, ...] = ()
    """Before the variables, in the order in which they were declared."""


@dataclass(frozen=True, kw_only=True)
class FurtherPlan:
    """A container beside the app's own, or one that runs before it."""

    name: str
    image: str
    size: Amount
    """What it requests, which is its limit too."""
    process: ProcessPlan
    ready: Probe | None
    alive: Probe | None
