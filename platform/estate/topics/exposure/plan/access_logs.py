"""How access logs come in from outside the cluster (H5)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, collapse_addresses


@dataclass(frozen=True, kw_only=True)
class LogDevice:
    """A load balancer that sends access logs."""

    name: str
    addresses: tuple[IPv4Address, ...]
    """Where its lines come from."""


@dataclass(frozen=True, kw_only=True)
class LogIntakePlan:
    """How access logs come in from outside the cluster."""

    owner: str
    devices: tuple[LogDevice, ...]
    members: tuple[IPv4Address, ...]
    """The nodes that take them."""
    node_port: int

    @property
    def sources(self) -> tuple[IPv4Network, ...]:
        """Exactly the addresses that its pods see."""
        own = (IPv4Network(address) for device in self.devices for address in device.addresses)
        return tuple(collapse_addresses(own))

    def takes(self, device: str) -> bool:
        """Whether that device sends here."""
        return any(log_device.name == device for log_device in self.devices)
