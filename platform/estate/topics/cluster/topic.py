"""The entry of the topic cluster."""

from __future__ import annotations

from estate.plan import Plan
from estate.topic import Kind, Stage, Topic
from estate.topics.cluster.manifests.platform import limits_enforced, platform
from estate.topics.cluster.manifests.preview import preview_rights

_PLATFORM = Kind[Plan](
    family="cluster",
    stage=Stage.CLUSTER,
    manifests=platform,
    component="cluster:platform",
    probes=limits_enforced,
)

_PREVIEW = Kind[Plan](
    family="cluster", stage=Stage.CLUSTER, manifests=preview_rights, component="cluster:preview"
)

TOPIC = Topic(
    name="cluster",
    # In this order: the rights of the preview identity follow the policy that limits it.
    groups=lambda plan: (_PLATFORM.group("platform", plan), _PREVIEW.group("preview", plan)),
)
