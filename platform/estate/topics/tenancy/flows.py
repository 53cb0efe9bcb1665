"""Flows of tenants' namespaces: neighbours, the name service, probes in a mesh (C3, J1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import Flow, NameFlow, NeighbourFlow, ProbeFlow
from estate.plan import Plan
from estate.topics.tenancy.plan import TenancyPlan


def flows_of_tenants(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone."""
    for tenant in plan.of(TenancyPlan).tenants:
        for namespace in tenant.namespaces:
            yield NeighbourFlow(zone=plan.zone, subject=tenant.name, namespace=namespace.name)
            yield NameFlow(zone=plan.zone, subject=tenant.name, namespace=namespace.name)
            if namespace.mesh:
                yield ProbeFlow(zone=plan.zone, subject=tenant.name, namespace=namespace.name)
