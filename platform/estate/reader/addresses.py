"""Addresses of declarations: hosts, IPv4 addresses and networks, ports."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError, ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from estate.reader.problems import shown
from estate.reader.values import refusal

EVERYBODY = IPv4Network("0.0.0.0/0")
"""Every address: the clients where none are declared."""

_HOST = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?"


def _host(value: str) -> str:
    if not re.fullmatch(_HOST, value) or len(value) > 253:
        raise refusal(
            "bad-host",
            f"{shown(value)} is not a host name",
            "like registry.insurer.example, with a port where it is not 443",
            "Leave the scheme out" if "://" in value else "",
        )
    return value


HostName = Annotated[
    str,
    AfterValidator(_host),
    WithJsonSchema({"type": "string", "pattern": f"^{_HOST}$", "maxLength": 253}),
]


_NAME_ONLY = _HOST.removesuffix("(:[1-9][0-9]{0,4})?")


def _host_alone(value: str) -> str:
    if re.fullmatch(_NAME_ONLY, value) and len(value) <= 253:
        return value
    hint = ""
    if "://" in value or "/" in value:
        hint = "Leave scheme and path out"
    elif ":" in value:
        hint = "Leave the port out: people reach 443"
    elif re.fullmatch(_NAME_ONLY, value.lower()):
        hint = f"Did you mean '{value.lower()}'?"
    raise refusal(
        "bad-host",
        f"{shown(value)} is not a host name",
        "like quote.insurer.example, in lower case",
        hint,
    )


Host = Annotated[
    str,
    AfterValidator(_host_alone),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME_ONLY}$", "maxLength": 253}),
]
"""A host name as people type it: lower case, without a port."""


def _address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    try:
        return IPv4Address(value if isinstance(value, str) else str(value))
    except AddressValueError:
        raise refusal(
            "bad-address",
            _not_ipv4(value, "address"),
            "four numbers from 0 to 255 without leading zeros, like 10.10.1.11",
            "Leave the prefix length out" if "/" in str(value) else "",
        ) from None


def _not_ipv4(value: object, what: str) -> str:
    """Why it is none: another form, the other family, or no address at all."""
    if isinstance(value, list | tuple | dict):
        return f"here stands a {'mapping' if isinstance(value, dict) else 'list'}, not one {what}"
    with suppress(ValueError):
        ip_network(str(value), strict=False)
        return f"{shown(value)} is IPv6: an estate has IPv4 addresses only"
    return f"{shown(value)} is not an IPv4 {what}"


Address = Annotated[
    IPv4Address, BeforeValidator(_address), WithJsonSchema({"type": "string", "format": "ipv4"})
]


def _cidr(value: object) -> IPv4Network:
    if isinstance(value, IPv4Network):
        return value
    text = value if isinstance(value, str) else str(value)
    try:
        if not re.search(r"/([0-9]|[12][0-9]|3[0-2])$", text):
            given = IPv4Network(text)  # with a netmask, or a single address
            raise refusal(
                "bad-cidr",
                f"{shown(text)} has no prefix length",
                "like 10.10.1.0/24",
                f"Did you mean '{given}'?",
            )
        return IPv4Network(text)
    except (AddressValueError, NetmaskValueError):
        raise refusal("bad-cidr", _not_ipv4(value, "network"), "like 10.10.1.0/24") from None
    except ValueError as error:
        if isinstance(error, PydanticCustomError):
            raise
        network = IPv4Network(text, strict=False)
        raise refusal(
            "bad-cidr",
            f"{shown(text)} has host bits set",
            "the network's first address",
            f"Did you mean '{network}'?",
        ) from None


Cidr = Annotated[
    IPv4Network,
    BeforeValidator(_cidr),
    WithJsonSchema(
        {"type": "string", "pattern": r"^([0-9]{1,3}\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])$"}
    ),
]

Port = Annotated[int, Field(ge=1, le=65535)]
