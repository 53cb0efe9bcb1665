"""What an app's slice of the plan says about a system of delivery that it connects to (L4)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, kw_only=True)
class DeliveryAccess:
    """GitLab, Jenkins or the like, and the way to it."""

    name: str
    """Also its Service's, in the app's namespace."""
    address: IPv4Address
    port: int
