"""The entry of the topic storage."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.storage.checks import check_storage
from estate.topics.storage.documents.exports import nfs_documents
from estate.topics.storage.documents.volumes import storage_documents
from estate.topics.storage.plan import StoragePlan


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    stack = given.catalogue.stack(zone)
    filers = tuple(sorted(stack.nfs_filers, key=lambda filer: filer.name))
    yield StoragePlan(storage=stack.storage, nfs_filers=filers)


TOPIC = Topic(
    name="storage",
    checks=(lambda given: check_storage(given.catalogue, given.loaded),),
    derive=_derive,
    documents=(nfs_documents, storage_documents),
)
