"""Receivers of alerts: what people write about them."""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Model, Name, Owner


class Receiver(Model):
    """The receivers of alerts: a mailbox, a webhook, or both."""

    email: Owner | None = Field(default=None, examples=["life-oncall@insurer.example"])
    """A mailbox; without it, that of the owner."""
    webhook: Name | None = Field(default=None, examples=["oncall"])
    """One of the zone's estate:monitoring webhooks; critical alerts go there as well."""
