"""Control plane: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.control_plane.declare.cluster import Cluster
from estate.topics.control_plane.plan.model import MasterPlan, MastersPlan


@dataclass(frozen=True, kw_only=True)
class ControlPlanePlan:
    """One zone's cluster and its masters."""

    cluster: Cluster
    """As declared."""
    masters: MastersPlan | None
    """None where another team runs the control plane."""

    @property
    def machines(self) -> tuple[MasterPlan, ...]:
        """The masters' machines; none where another team runs the control plane."""
        return self.masters.masters if self.masters else ()
