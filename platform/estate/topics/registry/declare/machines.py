"""What the plain registry and Harbor have in common: machines, and secrets by reference.

Requirements: X10, X11.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.addresses import Address
from estate.reader.problems import shown
from estate.reader.values import Model, Name, refusal

_BOOTSTRAP = r"bootstrap:[a-z]([-a-z0-9]{0,28}[a-z0-9])?"


def _bootstrap(value: str) -> str:
    if re.fullmatch(_BOOTSTRAP, value):
        return value
    name = value.rpartition(":")[2]
    meant = f"bootstrap:{name}"
    if value.startswith("stack:"):
        raise refusal(
            "secret-of-own-stack",
            f"{shown(value)} would come from this cluster's own stack, which cannot be applied "
            "before the registry answers",
            "a secret that exists before the cluster does",
            f"Did you mean '{meant}'?",
        )
    raise refusal(
        "bad-secret-reference",
        f"{shown(value)} is not a reference to a secret",
        "bootstrap: and the secret's name; never the value itself",
        f"Did you mean '{meant}'?" if re.fullmatch(_BOOTSTRAP, meant) and ":" in value else "",
    )


BootstrapSecret = Annotated[
    str,
    AfterValidator(_bootstrap),
    WithJsonSchema({"type": "string", "pattern": f"^{_BOOTSTRAP}$"}),
]
"""Where a secret is kept that must exist before a cluster does."""


class RegistryMachine(Model):
    """One of the machines that the registry runs on."""

    name: Name = Field(examples=["reg-dmz-a"])
    """The machine's name."""
    address: Address = Field(examples=["10.10.2.11"])
    """Its address; the load balancer connects to it."""
    http_secret: BootstrapSecret | None = Field(default=None, examples=["bootstrap:registry-http"])
    """The secret that a machine of old has already: it must be the registry's own."""
