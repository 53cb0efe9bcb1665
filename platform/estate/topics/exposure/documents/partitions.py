"""Partitions: what a tenant's part of a BIG-IP is called, on a device of several environments too.

A name never depends on who else uses the device: where another environment joins, no partition is
renamed, and a change of one environment cannot name a partition of another.
"""

from __future__ import annotations

from estate.reader.stacks import Environment
from estate.topics.exposure.documents.as3_model import As3Name


def partition_of(environment: Environment, tenant: str) -> As3Name:
    """The partition of a tenant, or of the platform: the tenant's name, behind that of the
    environment where this is not the first."""
    return As3Name(f"{environment.prefix}{tenant}")
