"""What an AS3 declaration says of a virtual server, in the words of our declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something that was not carried over, and why."""

    what: str
    """The object and its field."""
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """How members are checked."""

    secure: bool
    path: str
    """Empty where a connection is enough."""
    host: str
    interval: int


@dataclass(frozen=True, kw_only=True)
class VirtualServer:
    """An address and port of the device, and the pool behind it."""

    place: str
    """``tenant/application/service``."""
    address: str
    port: int
    udp: bool
    http: bool
    """Whether the device reads requests."""
    clients: tuple[str, ...]
    """The ranges that may connect; empty for everybody."""
    members: frozenset[str]
    member_ports: frozenset[int]
    monitor: Monitor | None
    stickiness: Literal["none", "source", "cookie"]
    snat: Literal["auto", "none"]
    snat_addresses: tuple[str, ...]
    """Of its SNAT pool; empty where it has none."""
    profile: str
    """The client SSL profile that the device holds; empty where it ends no TLS."""


@dataclass(frozen=True, kw_only=True)
class Device:
    """All virtual servers of a declaration."""

    servers: tuple[VirtualServer, ...]
    left: tuple[Left, ...]


Json = Mapping[str, object]
