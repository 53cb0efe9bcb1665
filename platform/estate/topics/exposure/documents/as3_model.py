"""The AS3 classes we emit, as types: what AS3 would silently accept cannot be written (E3).

F5's published schema lets unknown properties, impossible addresses and pointers to nothing pass.
Here a property is a field, an address is an ``IPv4Address``, and a pointer exists only as the
object it points to: a service holds its pool, a pool its monitor, and the application writes down
what its service holds. Fields are named as AS3 names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal, Protocol

SCHEMA_VERSION = "3.56.0"

Rendered = dict[str, object]

TEXT_LIMIT = 64
"""AS3 takes at most this many characters in a label or a remark."""

_RESERVED = {
    "class",
    "common",
    "constants",
    "controls",
    "enable",
    "id",
    "label",
    "remark",
    "scratch",
    "shared",
    "target",
    "template",
    "verifiers",
}


@dataclass(frozen=True)
class As3Name:
    """A declared name as AS3 accepts it, different for different names.

    Declared names have no ``_`` and end in no ``-``, so neither replacing the ``-`` nor the ``_``
    behind a word that AS3 uses itself (an app may be called `controls`) makes two names one.
    """

    declared: str

    def __str__(self) -> str:
        name = self.declared.replace("-", "_")
        name = f"{name}_" if name in _RESERVED else name
        if not re.fullmatch(r"[A-Za-z][0-9A-Za-z_]{0,63}", name):
            raise ValueError(f"AS3 takes no object called {name!r}")
        return name


@dataclass(frozen=True)
class Text:
    """A label or a remark: short, and free of what AS3 refuses there."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > TEXT_LIMIT or re.search(r"[\x00-\x1f\"#&*<>?\[\]\\`\x7f]", self.text):
            raise ValueError(f"AS3 takes no label or remark {self.text!r}")


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """Asks a member over HTTP, or over TLS, whether it can serve, or whether its port accepts."""

    send: str = ""
    """What is sent; empty where a connection is enough."""
    receive: str = ""
    kind: Literal["http", "https", "tcp"] = "http"
    interval: int
    timeout: int
    port: int | None = None
    """Where it asks; without one, where the member listens."""
    name: str = "monitor"

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {
            "class": "Monitor",
            "monitorType": self.kind,
            **({"send": self.send, "receive": self.receive} if self.send else {}),
            "interval": self.interval,
            "timeout": self.timeout,
            **({} if self.port is None else {"targetPort": self.port}),
        }


@dataclass(frozen=True, kw_only=True)
class PoolMember:
    """Servers that answer on one port.

    ``shareNodes`` is no choice: the same node is a member for several partitions, and a BIG-IP
    takes each address once, so nodes live in ``/Common``. ``serverAddresses`` because AS3 3.55
    broke the reuse of named ``servers``.
    """

    servicePort: int
    serverAddresses: tuple[IPv4Address, ...]

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {
            "servicePort": self.servicePort,
            "serverAddresses": [str(address) for address in self.serverAddresses],
            "shareNodes": True,
        }


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The members behind a service, each asked by the monitor."""

    members: tuple[PoolMember, ...]
    monitor: Monitor
    loadBalancingMode: Literal["round-robin", "least-connections-member"]
    name: str = "pool"

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {
            "class": "Pool",
            "loadBalancingMode": self.loadBalancingMode,
            "monitors": [{"use": self.monitor.name}],
            "members": [member.rendered() for member in self.members],
        }


@dataclass(frozen=True, kw_only=True)
class SnatPool:
    """The addresses that members see, in place of the device's own."""

    NAME = "snat"

    addresses: tuple[IPv4Address, ...]

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {"class": "SNAT_Pool", "snatAddresses": [str(address) for address in self.addresses]}


class Logged(Protocol):
    """What a service has to have to be logged, and the objects that it points to then."""

    def on(self, *, http: bool) -> Rendered: ...

    def rendered(self, *, http: bool) -> Rendered: ...


HTTP_PROFILE = "http"
"""What each request is read by: the device's own profile tells members no client (E5, X7)."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A virtual server: TCP or UDP passed through, or HTTP, with TLS ended where a profile is
    named."""

    virtualAddress: IPv4Address
    virtualPort: int
    clients: tuple[IPv4Network, ...]
    """Who may connect; everybody when empty. AS3 makes one virtual server for each."""
    pool: Pool
    persistenceMethods: tuple[Literal["source-address", "cookie"], ...]
    snat: SnatPool | Literal["auto", "none"]
    metadata: Mapping[str, str]
    http: bool = False
    serverTLS: str = ""
    """The client SSL profile, which the device holds already; with ``http`` only."""
    udp: bool = False
    logged: Logged | None = None
    """Its access log."""
    name: str = "service"

    def rendered(self) -> Rendered:
        """As JSON has it. Persistence is always written: by default AS3 turns it on."""
        address = str(self.virtualAddress)
        tls: Rendered = {}
        if self.serverTLS:
            # By default AS3 would answer on port 80 of the same address, too.
            tls = {"serverTLS": {"bigip": self.serverTLS}, "redirect80": False}
        http: Rendered = {"profileHTTP": {"use": HTTP_PROFILE}} if self.http else {}
        return {
            "class": self._class(),
            "virtualAddresses": [[address, str(client)] for client in self.clients] or [address],
            "virtualPort": self.virtualPort,
            **tls,
            **http,
            "pool": self.pool.name,
            "persistenceMethods": list(self.persistenceMethods),
            "snat": {"use": self.snat.NAME} if isinstance(self.snat, SnatPool) else self.snat,
            "metadata": {key: {"value": value} for key, value in self.metadata.items()},
            **(self.logged.on(http=self.http) if self.logged else {}),
        }

    def _class(self) -> str:
        if self.udp:
            return "Service_UDP"
        if not self.http:
            return "Service_TCP"
        return "Service_HTTPS" if self.serverTLS else "Service_HTTP"


@dataclass(frozen=True, kw_only=True)
class Application:
    """One app: its services, each with all that it holds."""

    name: As3Name
    label: Text
    remark: Text | None
    services: tuple[Service, ...]
    """Of names that differ, as do those of what they hold."""

    def rendered(self) -> Rendered:
        """As JSON has it: every object that is pointed to stands beside what points to it."""
        found: Rendered = {}
        for service in self.services:
            pool = service.pool
            found |= {
                service.name: service.rendered(),
                pool.name: pool.rendered(),
                pool.monitor.name: pool.monitor.rendered(),
            }
            if isinstance(service.snat, SnatPool):  # the same for all services of an app
                found[service.snat.NAME] = service.snat.rendered()
            if service.logged:
                found |= service.logged.rendered(http=service.http)
            if service.http:
                found[HTTP_PROFILE] = {"class": "HTTP_Profile", "xForwardedFor": True}
        return {
            "class": "Application",
            "label": self.label.text,
            **({"remark": self.remark.text} if self.remark else {}),
            **found,
        }


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """A partition of the BIG-IP. Without applications AS3 empties it."""

    name: As3Name
    label: Text
    applications: tuple[Application, ...]

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {
            "class": "Tenant",
            "label": self.label.text,
            **_by_name(
                {str(application.name): application.rendered() for application in self.applications}
            ),
        }


@dataclass(frozen=True, kw_only=True)
class ADC:
    """One declaration. Partitions that it does not name stay as they are."""

    id: str
    label: Text
    remark: Text
    tenants: tuple[Tenant, ...]

    def rendered(self) -> Rendered:
        """As JSON has it."""
        return {
            "class": "ADC",
            "schemaVersion": SCHEMA_VERSION,
            "id": self.id,
            "label": self.label.text,
            "remark": self.remark.text,
            "updateMode": "selective",
            **_by_name({str(tenant.name): tenant.rendered() for tenant in self.tenants}),
        }


def _by_name(objects: Mapping[str, Rendered]) -> Rendered:
    return {name: objects[name] for name in sorted(objects)}
