"""Handover: what the plan asks of and tells other teams, as documents (A9).

Load balancer, firewall, database, master, node, filer and audit teams, and the CMDB. Pure
functions of the plan. All documents come from the one inventory in it, so that a node that joins
appears in each of them that lists nodes, and equal plans give the same bytes.
"""

from estate.handover.access import access_documents
from estate.handover.api_server import api_server_documents
from estate.handover.as3 import f5_documents
from estate.handover.bootstrap import bootstrap_documents
from estate.handover.certificates import certificate_documents
from estate.handover.cmdb import cmdb_documents
from estate.handover.cutover import cutover_documents
from estate.handover.databases import database_documents
from estate.handover.dns import dns_documents
from estate.handover.document import Document
from estate.handover.exceptions import exception_documents
from estate.handover.firewall import firewall_documents
from estate.handover.haproxy import haproxy_documents
from estate.handover.harbor import harbor_documents
from estate.handover.keepalived import keepalived_documents
from estate.handover.kube_proxy import kube_proxy_documents
from estate.handover.kubelet import kubelet_documents
from estate.handover.logging import logging_documents
from estate.handover.masters import masters_documents
from estate.handover.network import network_documents
from estate.handover.nfs import nfs_documents
from estate.handover.node_ports import node_port_documents
from estate.handover.registry import registry_documents
from estate.handover.routes import route_documents
from estate.handover.storage import storage_documents
from estate.handover.supply import supply_documents
from estate.plan import Plan


def documents(plan: Plan) -> tuple[Document, ...]:
    """Every document of one zone, by name."""
    found = [
        *access_documents(plan),
        *api_server_documents(plan),
        *bootstrap_documents(plan),
        *certificate_documents(plan),
        *cmdb_documents(plan),
        *cutover_documents(plan),
        *database_documents(plan),
        *dns_documents(plan),
        *exception_documents(plan),
        *f5_documents(plan),
        *firewall_documents(plan),
        *haproxy_documents(plan),
        *harbor_documents(plan),
        *keepalived_documents(plan),
        *kube_proxy_documents(plan),
        *kubelet_documents(plan),
        *masters_documents(plan),
        *network_documents(plan),
        *logging_documents(plan),
        *nfs_documents(plan),
        *node_port_documents(plan),
        *registry_documents(plan),
        *route_documents(plan),
        *storage_documents(plan),
        *supply_documents(plan),
    ]
    return tuple(sorted(found, key=lambda document: document.name))


__all__ = ["Document", "documents"]
