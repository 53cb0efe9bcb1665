"""Everything that logging is made of; pure."""

from __future__ import annotations

from estate.objects.manifest import Manifest
from estate.topics.logging.manifests.certificates import certificates
from estate.topics.logging.manifests.collector import collector
from estate.topics.logging.manifests.elasticsearch import elasticsearch
from estate.topics.logging.manifests.exporter import exporter
from estate.topics.logging.manifests.intake import intake
from estate.topics.logging.manifests.kibana import kibana
from estate.topics.logging.manifests.policies import policies
from estate.topics.logging.manifests.setup import setup
from estate.topics.logging.plan.logging import LoggingPlan


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
