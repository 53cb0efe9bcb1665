"""Value types of declarations: each parses what a person writes, or proposes the fix."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

Zone = Literal["dmz", "intranet"]
ZONES: tuple[Zone, Zone] = ("dmz", "intranet")


class Model(BaseModel):
    """A part of a declaration: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


def refusal(code: str, found: str, allowed: str, hint: str = "") -> PydanticCustomError:
    """A validation error that the loader turns into a problem word by word."""
    context = {"found": found, "allowed": allowed, "hint": hint}
    return PydanticCustomError("estate", "{code}", {"code": code, **context})


_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 30:
        fixed = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:30].strip("-")
        hint = f"Try '{fixed}'" if _NAME.fullmatch(fixed) and fixed != value else ""
        raise refusal(
            "bad-name",
            f"'{value[:60]}' is not a name",
            "lower-case letters, digits and '-', beginning with a letter, at most 30 characters",
            hint,
        )
    return value


Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength": 30}),
]
"""A name that fits a Kubernetes label value and, joined with another, a namespace (RFC 1123)."""

_HOST = re.compile(
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?"
)


def _host(value: str) -> str:
    if not _HOST.fullmatch(value) or len(value) > 253:
        raise refusal(
            "bad-host", f"'{value[:60]}' is not a host name", "like registry.insurer.example"
        )
    return value


HostName = Annotated[str, AfterValidator(_host)]


def _address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    try:
        return IPv4Address(value if isinstance(value, str) else str(value))
    except AddressValueError as error:
        raise refusal(
            "bad-address", f"'{str(value)[:60]}' is not an IPv4 address: {error}", "like 10.10.1.11"
        ) from None


Address = Annotated[
    IPv4Address, BeforeValidator(_address), WithJsonSchema({"type": "string", "format": "ipv4"})
]


def _cidr(value: object) -> IPv4Network:
    if isinstance(value, IPv4Network):
        return value
    text = value if isinstance(value, str) else str(value)
    try:
        if "/" not in text:
            raise refusal(
                "bad-cidr",
                f"'{text[:60]}' has no prefix length",
                "like 10.10.1.0/24",
                f"Did you mean '{text}/32'?",
            )
        return IPv4Network(text)
    except (AddressValueError, NetmaskValueError) as error:
        raise refusal(
            "bad-cidr", f"'{text[:60]}' is not an IPv4 network: {error}", "like 10.10.1.0/24"
        ) from None
    except ValueError:
        network = IPv4Network(text, strict=False)
        raise refusal(
            "bad-cidr",
            f"'{text[:60]}' has host bits set",
            "the network's first address",
            f"Did you mean '{network}'?",
        ) from None


Cidr = Annotated[
    IPv4Network,
    BeforeValidator(_cidr),
    WithJsonSchema({"type": "string", "pattern": "^[0-9.]+/[0-9]{1,2}$"}),
]

Port = Annotated[int, Field(ge=1, le=65535)]

_CPU = re.compile(r"([0-9]+(?:\.[0-9]+)?)(m?)")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)(Ki|Mi|Gi|Ti)")
_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def _cpu(value: object) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    match = _CPU.fullmatch(text)
    if match:
        milli = _whole(match[1], 1 if match[2] else 1000)
        if milli and milli <= 10**7:
            return milli
    raise refusal(
        "bad-cpu",
        f"{value!r:.60} is not an amount of CPU",
        'cores such as "2" or "0.5", or millicores such as 500m',
    )


def _memory(value: object) -> int:
    match = _MEMORY.fullmatch(value) if isinstance(value, str) else None
    if match:
        size = _whole(match[1], _UNITS[match[2]])
        if size and size <= 2**50:
            return size
    hint = (
        f"Did you mean '{value}i'?"
        if isinstance(value, str) and re.fullmatch(r"[0-9]+[KMGT]", value)
        else ""
    )
    raise refusal(
        "bad-memory",
        f"{value!r:.60} is not an amount of memory",
        "a number with Mi, Gi or Ti, such as 512Mi or 4Gi",
        hint,
    )


def _whole(number: str, unit: int) -> int | None:
    try:
        amount = Decimal(number) * unit
    except InvalidOperation:
        return None
    return int(amount) if amount == amount.to_integral_value() and amount > 0 else None


Cpu = Annotated[
    int,
    BeforeValidator(_cpu),
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^[0-9]+(\.[0-9]+)?m?$"}),
]
"""CPU in millicores."""

Memory = Annotated[
    int,
    BeforeValidator(_memory),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti)$"}),
]
"""Memory (or storage) in bytes."""

_PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)+|/")


def _path(value: str) -> str:
    if not _PATH.fullmatch(value) or len(value) > 200:
        raise refusal(
            "bad-path",
            f"'{value[:60]}' is not an absolute path",
            "like /exports/logs, of letters, digits, '.', '_' and '-', no '..'",
        )
    return value


AbsolutePath = Annotated[str, AfterValidator(_path)]


def _owner(value: str) -> str:
    if (
        not re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", value)
        or len(value) > 200
    ):
        raise refusal(
            "bad-owner",
            f"'{value[:60]}' is not a mail address",
            "the team's mailbox, like life-portal@insurer.example",
        )
    return value


Owner = Annotated[str, AfterValidator(_owner)]
"""The mailbox of the team that answers for it."""

State = Literal["active", "retired"]
"""``retired`` is the first of two steps by which a tenant or an app leaves."""


class Resources(Model):
    """An amount of CPU (cores or millicores) and memory."""

    cpu: Cpu
    memory: Memory
