"""Volumes of stateful apps and platform services: the values."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class DiskPlan:
    """What one replica's claim is bound to in advance; one of the three says where it is."""

    replica: int
    size: int
    node: str = ""
    path: str = ""
    """With ``node``, a directory on it."""
    wwid: str = ""
    """A LUN on the Fibre Channel SAN."""
    portals: tuple[IPv4Address, ...] = ()
    iqn: str = ""
    lun: int = 0
    """With ``portals`` and ``iqn``, a LUN of an iSCSI target."""


@dataclass(frozen=True, kw_only=True)
class VolumePlan:
    """A volume of which each replica has its own."""

    name: str
    path: str
    size: int
    backend: str
    """Also the storage class."""
    technique: Literal["local", "fc", "iscsi", "csi"]
    disks: tuple[DiskPlan, ...]
    """By replica; none where a driver makes them."""
