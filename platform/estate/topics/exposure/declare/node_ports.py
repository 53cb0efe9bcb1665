"""The register of node ports: ``registers/node-ports.yaml``, who holds which port (E1, E2)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.addresses import Port
from estate.reader.problems import shown
from estate.reader.stacks import EnvironmentName
from estate.reader.values import Model, Protocol, Zone, refusal

PROTOCOLS: tuple[Protocol, Protocol] = ("TCP", "UDP")

PLATFORM = "platform"
"""What stands in an owner in place of a tenant where the port is the platform's own."""

_PART = "[a-z]([-a-z0-9]*[a-z0-9])?"
_OWNER = f"{_PART}/{_PART}"


def _owner(value: str) -> str:
    if not re.fullmatch(_OWNER, value) or len(value) > 80:
        raise refusal(
            "bad-port-owner",
            f"{shown(value)} is not the owner of a port",
            "<tenant>/<app>, or platform/<service>, like life/policy-portal",
            "`estate ports assign` writes it",
        )
    return value


PortOwner = Annotated[
    str,
    AfterValidator(_owner),
    WithJsonSchema({"type": "string", "pattern": f"^{_OWNER}$", "maxLength": 80}),
]


class RegisteredPort(Model):
    """One port of one zone and its owner, until `estate ports release`."""

    zone: Zone = Field(examples=["dmz"])
    """The zone whose nodes keep it."""
    port: Port = Field(examples=[30010])
    """Its number; from the zone's band."""
    protocol: Protocol = Field(examples=["TCP"])
    """The same number may have another owner under the other protocol."""
    owner: PortOwner = Field(examples=["life/policy-portal"])
    """``<tenant>/<app>``, or ``platform/<service>``; who had it where that is gone."""
    environment: EnvironmentName | None = Field(default=None, examples=["test"])
    """The environment that has this port, in place of the owner's port without one; without it,
    the port holds in all environments."""


class NodePortRegister(Model):
    """All node ports of both zones; `estate ports` writes it, `check` and `up` only read it."""

    ports: tuple[RegisteredPort, ...] = Field(
        examples=[[{"zone": "dmz", "port": 30010, "protocol": "TCP", "owner": "life/portal"}]]
    )
    """Every port with an owner, by zone, number and protocol."""
