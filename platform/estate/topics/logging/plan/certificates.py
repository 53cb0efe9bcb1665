"""The certificates of logging: owners, names, authorities (C7, X11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from estate.topics.logging.plan.logging import LoggingPlan


@dataclass(frozen=True, kw_only=True)
class CertificatePlan:
    """One certificate, in whichever way it is come by."""

    holder: str
    """What shows it: ``elasticsearch`` or ``kibana``."""
    layer: Literal["transport", "http", "kibana"]
    """The key under which its Secret is declared."""
    names: tuple[str, ...]
    """What clients ask for."""
    client: bool
    """Whether its holder also shows it to those that it connects to."""
    secret: str
    """The Secret with ``tls.crt``, ``tls.key`` and ``ca.crt``, in logging's namespace."""


def plan_certificates(plan: LoggingPlan) -> tuple[CertificatePlan, ...]:
    """The cluster's own names end in ``.svc``: only an authority of the company's signs those."""
    space, declared = plan.placement.namespace, plan.declared.certificates
    sets = [store_set.part for store_set in plan.sets]
    nodes = tuple(f"*.{name}.{space}.svc" for name in sets)
    people = plan.access.server.names if plan.access else ()
    return (
        CertificatePlan(
            holder="elasticsearch",
            layer="transport",
            names=nodes,
            client=True,
            secret=declared.transport,
        ),
        CertificatePlan(
            holder="elasticsearch",
            layer="http",
            names=(*(f"{name}.{space}.svc" for name in ("elasticsearch", *sets)), *nodes),
            client=False,
            secret=declared.http,
        ),
        CertificatePlan(
            holder="kibana",
            layer="kibana",
            names=(f"kibana.{space}.svc", *people),
            client=False,
            secret=declared.kibana,
        ),
    )
