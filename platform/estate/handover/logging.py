"""What logging needs of others: certificates, and nodes that let it map its files (H3, X11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.handover.document import Document, Row, csv_text
from estate.plan.log_audiences import Audience
from estate.plan.logging import LoggingPlan, plan_logging
from estate.plan.model.zone import Plan

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

SYSCTL = (
    "# Nodes of Elasticsearch map their files into memory, each segment on its own; it does not\n"
    "# start on a node that allows fewer. Install as /etc/sysctl.d/60-logging.conf, then\n"
    "# `sysctl --system`.\n"
    "vm.max_map_count = 1048576\n"
)


def logging_documents(plan: Plan) -> tuple[Document, ...]:
    """Certificates to be asked for, and what the nodes of the pool have to be set to."""
    logged = plan_logging(plan)
    if logged is None:
        return ()
    (pool,) = (one for one in plan.pools if one.name == logged.placement.pool)
    return (
        Document("logging/certificates.csv", csv_text(COLUMNS, _certificates(logged))),
        Document("access/log-readers.csv", csv_text(READERS, _readers(logged.audiences))),
        *(Document(f"logging/nodes/{node.name}/sysctl.conf", SYSCTL) for node in pool.nodes),
    )


def _readers(audiences: Iterable[Audience]) -> Iterator[Row]:
    """Who sees which stream; whoever is in no row sees none (C7)."""
    for one in audiences:
        for reader in one.readers:
            yield {
                "issuer": reader.issuer,
                "group": reader.group,
                "stream": one.stream,
                "space": one.name,
                "role": one.role,
                "days": one.flow.days,
            }


def _certificates(plan: LoggingPlan) -> Iterator[Row]:
    """Keys are made by who issues certificates, and put into the Secret; nothing of ours sees them.

    The cluster's own names end in ``.svc``: only an authority of the company's own signs those.
    """
    space, declared = plan.placement.namespace, plan.declared.certificates
    sets = [one.part for one in plan.sets]
    own = [f"{name}.{space}.svc" for name in ("elasticsearch", *sets)]
    nodes = [f"*.{name}.{space}.svc" for name in sets]
    for what, names, usage, signer, secret in (
        (
            "between nodes of Elasticsearch",
            nodes,
            "server and client",
            "an authority that signs nothing else: whoever has a certificate of it is a node",
            declared.transport,
        ),
        ("Elasticsearch", own + nodes, "server", "the company's authority", declared.http),
        (
            "Kibana",
            [f"kibana.{space}.svc", *(plan.access.server.names if plan.access else ())],
            "server",
            "the company's authority",
            declared.kibana,
        ),
    ):
        yield dict(
            zip(
                COLUMNS,
                (
                    what,
                    " ".join(names),
                    usage,
                    signer,
                    secret,
                    space,
                    FILES,
                    str(DAYS),
                    plan.declared.owner,
                ),
                strict=True,
            )
        )
