"""How the audit log leaves the masters: rsyslog reads it and sends it over TLS (A3, B7).

The log stays on each master as well: what has been sent is in two places. rsyslog follows a file
that the API server renames, and keeps its place in it over restarts (imfile).
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, csv_text
from estate.topics.control_plane.declare.masters import AuditReceiver
from estate.topics.control_plane.documents.api_server import AUDIT_LOGS
from estate.topics.control_plane.documents.master_file import MasterFile
from estate.topics.control_plane.plan.model import MastersPlan, audit_daily

PATH = "/etc/rsyslog.d/60-estate-audit.conf"
LINE_KIB = 1024
"""The largest event that is sent whole. API servers cut none at the level of metadata, and rsyslog
sends what is longer than its limit in pieces that no reader of JSON takes."""

_CONFIGURATION = """\
# {about}
global(
    maxMessageSize="{line}k"
    defaultNetstreamDriverCAFile="{authority}"
)
module(load="imfile")
# A whole event and nothing else: a reader of JSON takes it as it is.
template(name="estate-audit" type="string"
    string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% kube-apiserver - audit - %msg%")
input(
    type="imfile"
    file="{logs}/audit.log"
    tag="kube-apiserver"
    facility="local6"
    severity="info"
    ruleset="estate-audit"
)
# In a queue of its own: other logs of this machine do not wait for the receiver.
ruleset(
    name="estate-audit"
    queue.type="linkedList"
    queue.filename="estate-audit"
    queue.maxDiskSpace="{waiting}"
    queue.saveOnShutdown="on"
) {{
    action(
        type="omfwd"
        target="{address}"
        port="{port}"
        protocol="tcp"
        TCP_Framing="octet-counted"
        template="estate-audit"
        streamDriver="ossl"
        streamDriverMode="1"
        streamDriverAuthMode="x509/name"
        streamDriverPermittedPeers="{name}"
        action.resumeRetryCount="-1"
        action.resumeInterval="10"
    )
}}
"""

COLUMNS = (
    "receiver",
    "address",
    "port",
    "protocol",
    "sender",
    "sender_address",
    "bytes_a_day",
    "days",
    "bytes",
    "owner",
)


def audit_forwarding_files(masters: MastersPlan) -> Iterator[MasterFile]:
    """rsyslog's file; none where no receiver is declared."""
    if to := masters.audit.receiver:
        yield MasterFile(
            name="audit-rsyslog.conf",
            what="How the audit log leaves each master of",
            path=PATH,
            text=_configuration(to),
        )


def audit_receiver_documents(folder: str, masters: MastersPlan) -> Iterator[Document]:
    """What the receiver's team prepares for: from where, how much, for how long."""
    to = masters.audit.receiver
    if to is None:
        return
    daily = audit_daily(masters.audit)
    rows = [
        {
            "receiver": to.name,
            "address": str(to.address),
            "port": to.port,
            "protocol": "syslog over TLS, RFC 5425",
            "sender": master.name,
            "sender_address": str(master.address),
            "bytes_a_day": daily,
            "days": to.days,
            "bytes": daily * to.days,
            "owner": to.owner,
        }
        for master in masters.masters
    ]
    yield Document(f"{folder}/audit-receiver.csv", csv_text(COLUMNS, rows))


def _configuration(to: AuditReceiver) -> str:
    return _CONFIGURATION.format(
        about=f"Sent to {to.name}, whose certificate has to bear that name. rsyslog's module "
        "lmnsd_ossl\n# comes with the package rsyslog-openssl.",
        line=LINE_KIB,
        authority=to.authority,
        logs=AUDIT_LOGS,
        waiting=to.waiting,
        address=to.address,
        port=to.port,
        name=to.name,
    )
