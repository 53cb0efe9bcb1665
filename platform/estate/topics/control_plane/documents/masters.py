"""Masters: what is installed on each of them before kubeadm begins (A3).

HAProxy and keepalived, where the masters hold the endpoint themselves, come from the same modules
as any pair's; what the API servers read stands in ``api-server``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import yaml

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.documents.api_server import FOLDER as API_SERVER_FOLDER
from estate.topics.control_plane.documents.api_server import INSTALLED, cluster
from estate.topics.control_plane.documents.audit_forwarding import (
    audit_forwarding_files,
    audit_receiver_documents,
)
from estate.topics.control_plane.documents.etcd_backup import etcd_backup_files
from estate.topics.control_plane.documents.kube_proxy import (
    carries_services,
    kube_proxy_configuration,
)
from estate.topics.control_plane.documents.kubeadm import (
    DROP_INS,
    init_configuration,
    join_configuration,
)
from estate.topics.control_plane.documents.operating_system import operating_system_files
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.model import MasterPlan, MastersPlan
from estate.topics.exposure.documents.haproxy import CONFIGURATION as HAPROXY
from estate.topics.exposure.documents.haproxy import DROP_IN as HAPROXY_DROP_IN
from estate.topics.exposure.documents.haproxy import SYSCTL
from estate.topics.exposure.documents.keepalived import INSTALLED as KEEPALIVED
from estate.topics.network.plan import minor_of
from estate.topics.nodes.plan.model import MASTERS

FOLDER = "masters"
KUBEADM = "/etc/kubernetes/kubeadm.yaml"

_HEADER = """\
# {what} cluster '{cluster}'.
# Install it as {path} (root:root 0644). See docs/control-plane.md.
"""

COLUMNS = ("machine", "address", "rack", "document", "file", "owner", "mode", "then")


def masters_documents(plan: Plan) -> tuple[Document, ...]:
    """kubeadm's file of each, etcd's snapshots, and which file goes where."""
    masters = plan.of(ControlPlanePlan).masters
    if masters is None:
        return ()
    found = [
        _document(
            plan,
            f"{master.name}/kubeadm.yaml",
            _beginning(masters, master),
            KUBEADM,
            _kubeadm(plan, masters, master),
        )
        for master in masters.masters
    ]
    units = [
        _document(plan, master_file.name, master_file.what, master_file.path, master_file.text)
        for master_file in (*etcd_backup_files(masters), *audit_forwarding_files(masters))
    ]
    return (
        *found,
        *units,
        *audit_receiver_documents(FOLDER, masters),
        Document(f"{FOLDER}/machines.csv", csv_text(COLUMNS, _machines(plan, masters))),
    )


def _beginning(masters: MastersPlan, one: MasterPlan) -> str:
    begins = one == masters.masters[0]
    return f"How master {one.name} {'begins' if begins else 'joins'}"


def _document(plan: Plan, name: str, what: str, path: str, text: str) -> Document:
    header = _HEADER.format(what=what, cluster=plan.of(ControlPlanePlan).cluster.name, path=path)
    return Document(f"{FOLDER}/{name}", header + text)


def _kubeadm(plan: Plan, masters: MastersPlan, one: MasterPlan) -> str:
    minor = minor_of(plan.of(ControlPlanePlan).cluster.version)
    if one != masters.masters[0]:
        return _yaml([join_configuration(minor, one)])
    proxy = [kube_proxy_configuration(plan)] if carries_services(plan) else []
    return _yaml([init_configuration(minor, one), cluster(plan), *proxy])


def _yaml(parts: Iterable[Mapping[str, object]]) -> str:
    return yaml.safe_dump_all(parts, sort_keys=False)


def _machines(plan: Plan, masters: MastersPlan) -> Iterator[Row]:
    for master in masters.masters:
        system = [
            (system_file.document, system_file.path, system_file.mode, system_file.then)
            for system_file in operating_system_files(plan)
        ]
        own = [(*file, "") for file in _files(plan, masters, master)]
        for document, file, mode, then in (*system, *own):
            yield {
                "machine": master.name,
                "address": str(master.address),
                "rack": master.rack,
                "document": document,
                "file": file,
                "owner": "root:root",
                "mode": mode,
                "then": then,
            }


def _files(plan: Plan, masters: MastersPlan, one: MasterPlan) -> Iterator[tuple[str, str, str]]:
    yield f"{FOLDER}/{one.name}/kubeadm.yaml", KUBEADM, "0644"
    names = ["authentication", "authorization", "admission", "audit-policy", "encryption"]
    for name in names:
        yield f"{API_SERVER_FOLDER}/{name}.yaml", f"{INSTALLED}/{name}.yaml", "0600"
    yield f"kubelet/{MASTERS}/{masters.size}.yaml", f"{DROP_INS}/50-estate.conf", "0644"
    for file in (*etcd_backup_files(masters), *audit_forwarding_files(masters)):
        yield f"{FOLDER}/{file.name}", file.path, "0644"
    if masters.pair:
        yield f"haproxy/{MASTERS}/haproxy.cfg", HAPROXY, "0644"
        yield f"haproxy/{MASTERS}/sysctl.conf", SYSCTL, "0644"
        yield f"haproxy/{MASTERS}/haproxy.service.conf", HAPROXY_DROP_IN, "0644"
        yield (
            f"keepalived/{MASTERS}/{one.name}/keepalived.conf",
            f"{KEEPALIVED}/keepalived.conf",
            "0644",
        )
        yield f"keepalived/{MASTERS}/auth_pass.conf", f"{KEEPALIVED}/auth_pass.conf", "0600"
