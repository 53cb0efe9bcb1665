"""The entry of the topic document_secrets."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.document_secrets.checks import check_bootstrap
from estate.topics.document_secrets.documents import bootstrap_documents
from estate.topics.document_secrets.plan import BootstrapPlan

TOPIC = Topic(
    name="document_secrets",
    checks=(lambda given: check_bootstrap(given.catalogue),),
    derive=lambda given, zone, plan: (
        BootstrapPlan(bootstrap=given.catalogue.stack(zone).bootstrap),
    ),
    documents=(bootstrap_documents,),
)
