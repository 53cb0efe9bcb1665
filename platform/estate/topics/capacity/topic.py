"""The entry of the topic capacity."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.capacity.checks.pools import check_pools
from estate.topics.capacity.checks.scale import check_scale

TOPIC = Topic(
    name="capacity",
    checks=(
        lambda given: check_pools(given.catalogue, given.pools, given.service_pods),
        lambda given: check_scale(given.catalogue, given.pools),
    ),
)
