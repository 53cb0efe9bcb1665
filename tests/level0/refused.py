"""One declaration that is refused, and the shipped files that examples are made from."""

from __future__ import annotations

from dataclasses import dataclass

Edit = tuple[str, str, str]

DMZ = "Pulumi.dmz.yaml"
INTRANET = "Pulumi.intranet.yaml"
QUOTE = "apps/quote-dmz.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"
INNER_PORTAL = "apps/policy-portal-intranet.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
DESK = "apps/claims-desk-intranet.yaml"
RESERVING = "apps/reserving-intranet.yaml"
UNDERWRITING = "apps/underwriting-intranet.yaml"
ARCHIVE = "apps/claims-archive-intranet.yaml"
INTAKE = "apps/claim-intake-dmz.yaml"
MOTOR = "tenants/motor.yaml"
LIFE = "tenants/life.yaml"
ACTUARIAL = "tenants/actuarial.yaml"
REGISTER = "registers/node-ports.yaml"
OWNERSHIP = "owner: a@b.example\ncontact: a@b.example\nbusiness_unit: Unit\ncost_centre: CC-1\n"


EXCEPTIONS = "  estate:exceptions:                     # where a rule of admission does not hold\n"
"""Where a stack file's exceptions begin: an example goes before the first."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One declaration that is refused, and what the message has to say."""

    code: str
    edits: tuple[Edit, ...]
    key_path: str
    found: str
    allowed: str = ""
    hint: str = ""
    neighbour: tuple[Edit, ...] = ()
    also: tuple[str, ...] = ()
    """Codes of other problems that the same edits cause."""
