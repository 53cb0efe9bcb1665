"""The entry of the topic dns."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.dns.checks import check_names
from estate.topics.dns.documents.zones import dns_documents
from estate.topics.dns.plan import DnsPlan

TOPIC = Topic(
    name="dns",
    checks=(lambda given: check_names(given.catalogue),),
    derive=lambda given, zone, plan: (DnsPlan(dns=given.catalogue.stack(zone).dns),),
    documents=(dns_documents,),
)
