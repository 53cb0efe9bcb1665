"""The entry of the topic mesh."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.mesh.checks import check_mesh

TOPIC = Topic(
    name="mesh",
    checks=(lambda given: check_mesh(given.catalogue),),
)
