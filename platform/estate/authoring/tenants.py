"""New tenants."""

from __future__ import annotations

from collections.abc import Mapping

from estate.authoring.rendering import rendered
from estate.authoring.values import checked, scalar
from estate.reader.values import CostCentre, Name, Owner, Words, Zone
from estate.topics.tenancy.declare.quota import AnyQuota


def tenant_file(
    name: str,
    *,
    owner: str,
    contact: str,
    unit: str,
    cost_centre: str,
    zones: Mapping[Zone, tuple[str, str]],
) -> str:
    """The file of a tenant; ``zones`` has the pool and the quota of its namespace."""
    here = [
        f"  {zone}: {{pool: {checked(Name, pool)}, quota: {_quota(quota)}}}\n"
        for zone, (pool, quota) in zones.items()
    ]
    return rendered(
        "tenant.yaml",
        {
            "tenant": checked(Name, name),
            "owner": checked(Owner, owner),
            "contact": scalar(checked(Words, contact)),
            "unit": scalar(checked(Words, unit)),
            "cost_centre": scalar(checked(CostCentre, cost_centre)),
            "zones": "".join(here),
        },
    )


def _quota(value: str) -> str:
    checked(AnyQuota, value)
    return value
