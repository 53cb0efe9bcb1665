"""The entry of the topic cluster."""

from __future__ import annotations

from estate.plan import Plan
from estate.topic import Kind, Stage, Topic
from estate.topics.cluster.manifests import platform

_PLATFORM = Kind[Plan](
    family="cluster", stage=Stage.CLUSTER, manifests=platform, component="cluster:platform"
)

TOPIC = Topic(
    name="cluster",
    groups=lambda plan: (_PLATFORM.group("platform", plan),),
)
