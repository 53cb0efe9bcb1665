"""What logging needs of others: certificates, and nodes that let it map its files (H3, X11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.logging.plan.audiences import Audience
from estate.topics.logging.plan.certificates import plan_certificates
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import PoolPlan

COLUMNS = (
    "certificate",
    "names",
    "usage",
    "signed_by",
    "secret",
    "namespace",
    "files",
    "days",
    "owner",
)

READERS = ("issuer", "group", "stream", "space", "role", "days")

FILES = "tls.crt tls.key ca.crt"
DAYS = 397
"""Thirteen months for a certificate: a choice, since the authority is the company's."""

INSTALL = "# Install as /etc/sysctl.d/60-logging.conf, then `sysctl --system`.\n"
MAPS = (  # the value: elastic.co/docs, "Increase virtual memory"
    "# Nodes of Elasticsearch map their files into memory, each segment on its own; it does not\n"
    "# start on a node that allows fewer.\n"
    "vm.max_map_count = 1048576\n"
)
INSTANCES = (
    "# The log collector follows each tenant's log files by an inotify instance of its own; it\n"
    "# does not start on a node that allows fewer.\n"
    "fs.inotify.max_user_instances = {count}\n"
)
LINUX_INSTANCES = 128
"""What Linux allows where nobody says otherwise."""


def logging_documents(plan: Plan) -> tuple[Document, ...]:
    """Certificates that people ask for, and what the nodes of the pool have to be set to."""
    logged = plan.find(LoggingPlan)
    if logged is None:
        return ()
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.name == logged.placement.pool)
    asked = not logged.declared.certificates.cert_manager
    table = csv_text(COLUMNS, _certificates(logged))
    return (
        *([Document("logging/certificates.csv", table)] if asked else []),
        Document("access/log-readers.csv", csv_text(READERS, _readers(logged.audiences))),
        *_nodes(plan, logged, pool),
    )


def _nodes(plan: Plan, logged: LoggingPlan, own: PoolPlan) -> Iterator[Document]:
    """Settings of the pool's nodes, and of all where the collector needs more than Linux gives."""
    instances = logged.declared.inotify_instances
    raised = INSTANCES.format(count=instances) if instances > LINUX_INSTANCES else ""
    for pool in plan.of(NodesPlan).pools if raised else (own,):
        maps = MAPS if pool is own else ""
        for node in pool.nodes:
            yield Document(f"logging/nodes/{node.name}/sysctl.conf", INSTALL + maps + raised)


def _readers(audiences: Iterable[Audience]) -> Iterator[Row]:
    """The readers of each stream; people in no row read none (C7)."""
    for audience in audiences:
        for reader in audience.readers:
            yield {
                "issuer": reader.issuer,
                "group": reader.group,
                "stream": audience.stream,
                "space": audience.name,
                "role": audience.role,
                "days": audience.flow.days,
            }


_SIGNERS = {
    "transport": "an authority that signs nothing else: each certificate of it admits a node",
    "http": "the company's authority",
    "kibana": "the company's authority",
}
_WHAT = {
    "transport": "between nodes of Elasticsearch",
    "http": "Elasticsearch",
    "kibana": "Kibana",
}


def _certificates(plan: LoggingPlan) -> Iterator[Row]:
    """Keys are made by who issues certificates, and put into the Secret; none is ours to see."""
    for certificate in plan_certificates(plan):
        yield {
            "certificate": _WHAT[certificate.layer],
            "names": " ".join(certificate.names),
            "usage": "server and client" if certificate.client else "server",
            "signed_by": _SIGNERS[certificate.layer],
            "secret": certificate.secret,
            "namespace": plan.placement.namespace,
            "files": FILES,
            "days": str(DAYS),
            "owner": plan.declared.owner,
        }
