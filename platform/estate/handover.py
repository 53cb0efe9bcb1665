"""documents(plan): what other teams get of a zone (A9).

Pure functions of the plan. All documents come from the one inventory in it, so that a node that
joins appears in each of them that lists nodes, and equal plans give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from estate.documents.document import Document
from estate.documents.subjects import subject_documents
from estate.plan import Plan
from estate.table import TOPICS
from estate.topic import Stage, Topic


def documents(plan: Plan, topics: Sequence[Topic] = TOPICS) -> tuple[Document, ...]:
    """Every document of one zone, by name."""
    found = [document for topic in topics for make in topic.documents for document in make(plan)]
    # Of apps there is no need to make the objects: their accounts have no right.
    groups = (group for topic in topics for group in topic.groups(plan))
    made = [group for group in groups if group.stage != Stage.APPS]
    if made:
        found += subject_documents(manifest for group in made for manifest in group.manifests)
    return tuple(sorted(found, key=lambda document: document.name))
