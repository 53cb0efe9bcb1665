"""The entry of the topic delivery."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.delivery.checks.deployers import check_deployers
from estate.topics.delivery.checks.services import check_delivery

TOPIC = Topic(
    name="delivery",
    checks=(
        lambda given: check_deployers(given.catalogue),
        lambda given: check_delivery(given.catalogue),
    ),
)
