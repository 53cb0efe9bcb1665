"""The entry of the topic inventory."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.inventory.documents import cmdb_documents

TOPIC = Topic(
    name="inventory",
    documents=(cmdb_documents,),
)
