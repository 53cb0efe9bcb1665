"""Everything that logging is made of; pure."""

from __future__ import annotations

from estate.objects import Manifest
from estate.plan.logging import LoggingPlan
from estate.services.logging.certificates import certificates
from estate.services.logging.collector import collector
from estate.services.logging.elasticsearch import elasticsearch
from estate.services.logging.exporter import exporter
from estate.services.logging.intake import intake
from estate.services.logging.kibana import kibana
from estate.services.logging.policies import policies
from estate.services.logging.setup import setup


def logging(plan: LoggingPlan) -> tuple[Manifest, ...]:
    """Ways and volumes first, then what stores, then what asks and what sends."""
    return (
        *policies(plan),
        *certificates(plan),
        *elasticsearch(plan),
        *kibana(plan),
        *setup(plan),
        *exporter(plan),
        *intake(plan),
        *collector(plan),
    )
