"""Firewalls around a zone, and the orders under which an app's rows are asked for (F2, E14)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.addresses import Address
from estate.reader.problems import shown
from estate.reader.times import Day
from estate.reader.values import Model, Name, Zone, refusal

Before = Literal["vips", "nodes", "servers", "peers"]
"""What a firewall of the zone itself may stand before."""

_TICKET = r"[A-Za-z][A-Za-z0-9]*[-#]?[0-9]+"


def _ticket(value: str) -> str:
    if not re.fullmatch(_TICKET, value) or len(value) > 40:
        raise refusal(
            "bad-ticket",
            f"{shown(value)} is not a ticket",
            "letters and a number, like CHG0012345 or NET-481",
        )
    return value


Ticket = Annotated[
    str,
    AfterValidator(_ticket),
    WithJsonSchema({"type": "string", "pattern": f"^{_TICKET}$", "maxLength": 40}),
]


_OBJECT = r"[A-Za-z][A-Za-z0-9_-]{0,30}"


def _object(value: str) -> str:
    if not re.fullmatch(_OBJECT, value):
        raise refusal(
            "bad-object-name",
            f"{shown(value)} is not a name of an object on a firewall",
            "a letter first, then letters, digits, '-' and '_', at most 31 characters",
        )
    return value


ObjectName = Annotated[
    str,
    AfterValidator(_object),
    WithJsonSchema({"type": "string", "pattern": f"^{_OBJECT}$"}),
]
"""A name that firewalls of several vendors take: the shortest limit is the one of a schedule of
FortiOS, 31 (https://docs.fortinet.com/document/fortigate/7.6.0/cli-reference/260188243)."""

Format = Literal["csv", "xlsx", "fortios"]
"""What a firewall's team imports."""


class FirewallZones(Model):
    """What the firewall's team calls its two sides; rules name them as zones."""

    outer: ObjectName = Field(examples=["untrust"])
    """The side that connections come from."""
    inner: ObjectName = Field(examples=["trust"])
    """The side of what stands behind the firewall."""


class Translation(Model):
    """A public address that a firewall translates to a virtual address of the zone."""

    public: Address = Field(examples=["203.0.113.21"])
    """The address that clients connect to."""
    virtual: Address = Field(examples=["10.10.0.21"])
    """The virtual address that packets have behind the firewall. Rules name this one."""


class Firewall(Model):
    """A firewall on the way into this zone or within it; it denies by default."""

    name: Name = Field(examples=["fw-inner"])
    """Its name, as its team knows it."""
    source_zone: Zone | None = Field(default=None, examples=["dmz"])
    """The other zone, where it stands between the zones: what comes from there crosses it."""
    before: Before | None = Field(default=None, examples=["nodes"])
    """``vips``: clients cross it to virtual addresses. ``nodes``: the load balancer crosses it to
    node ports, and nodes cross it to virtual addresses on the load balancer. ``servers``: nodes
    cross it to filers, registry and name servers, and the load balancer to registry machines.
    ``peers``: machines that hold addresses together cross it to each other, within a segment."""
    nodes_cross: bool = False
    """Whether the zone's nodes cross it, too, to the virtual addresses of registry and API
    servers; only with ``before: vips``."""
    zones: FirewallZones | None = Field(
        default=None, examples=[{"outer": "untrust", "inner": "trust"}]
    )
    """The names of its two sides on the device. Without them rules say ``outside`` and names of
    the estate: the zone, or the zone with ``-vips``, ``-nodes``, ``-servers`` or ``-peers``."""
    formats: tuple[Format, ...] = ("csv", "xlsx")
    """The files that its team gets. ``fortios``: commands of the CLI of FortiOS."""
    translations: tuple[Translation, ...] = Field(
        default=(), examples=[[{"public": "203.0.113.21", "virtual": "10.10.0.21"}]]
    )
    """The public addresses that it translates; only with ``before: vips``."""
    valid_days: int | None = Field(default=None, ge=1, le=3650, examples=[365])
    """How long its rules hold where no app's order has an end; the span of
    ``estate:firewall_order`` where it is left out."""
    rows: int | None = Field(default=None, ge=1, examples=[20000])
    """How many rows its team enters for this estate at most."""


class StandingOrder(Model):
    """The order under which a zone's firewalls have all rules that no app orders."""

    ticket: Ticket = Field(examples=["CHG0011800"])
    """The firewall team's change or request."""
    ordered: Day = Field(examples=["2026-02-16"])
    """The day of the order. Rules hold from it on, for ``valid_days``."""
    valid_days: int = Field(ge=1, le=3650, examples=[730])
    """How long rules hold: afterwards they are ordered anew or removed."""


class FirewallOrder(Model):
    """The change order of an app's firewall rules, and their last day."""

    ticket: Ticket = Field(examples=["CHG0012345"])
    """The firewall team's change or request."""
    ordered: Day | None = Field(default=None, examples=["2026-03-01"])
    """The day of the order: the firewall's span counts from it. Without it the span counts from
    the day of the stack's order."""
    expires: Day | None = Field(default=None, examples=["2027-06-30"])
    """The last day of the rules, where it is not the firewall's span."""
