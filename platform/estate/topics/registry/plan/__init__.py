"""Registry: what is derived, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estate.topics.registry.declare.harbor import Harbor
from estate.topics.registry.plan.model import (
    ExternalRegistryPlan,
    InternalRegistryPlan,
    SuppliedImage,
)
from estate.topics.registry.plan.programs import ProgramPlan


@dataclass(frozen=True, kw_only=True)
class RegistryPlan:
    """Where one zone's images come from."""

    host: str
    """Of the registry that its nodes pull from."""
    harbor: Harbor | None
    """Harbor, where it is the zone's registry."""
    external: ExternalRegistryPlan | None
    """How it is built; None where another team runs it."""
    internal: InternalRegistryPlan | None
    """The copy inside the cluster."""
    supply: tuple[SuppliedImage, ...]
    """Every image that the zone runs or builds on, by path."""
    programs: tuple[ProgramPlan, ...]
    """Programs of others that the cluster runs."""
    images: Mapping[str, str]
    """The platform's own images in the zone's registry, by name."""
