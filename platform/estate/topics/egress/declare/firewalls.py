"""Firewalls around a zone, and the orders under which an app's rows are asked for (F2, E14)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.times import Day
from estate.reader.values import Model, Name, Zone, refusal

Before = Literal["vips", "nodes", "servers"]
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


class Firewall(Model):
    """A firewall on the way into this zone or within it; it denies by default."""

    name: Name = Field(examples=["fw-inner"])
    """Its name, as its team knows it."""
    source_zone: Zone | None = Field(default=None, examples=["dmz"])
    """The other zone, where it stands between the zones: what comes from there crosses it."""
    before: Before | None = Field(default=None, examples=["nodes"])
    """``vips``: clients cross it to virtual addresses. ``nodes``: the load balancer crosses it to
    node ports. ``servers``: nodes cross it to filers, registry and name servers."""
    rows: int | None = Field(default=None, ge=1, examples=[20000])
    """How many rows its team enters for this estate at most."""


class FirewallOrder(Model):
    """The change order of an app's firewall rows, and their last day."""

    ticket: Ticket = Field(examples=["CHG0012345"])
    """The firewall team's change or request."""
    expires: Day | None = Field(default=None, examples=["2027-06-30"])
    """The last day of the rows; afterwards they are renewed or removed."""
