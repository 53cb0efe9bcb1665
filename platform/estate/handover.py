"""Handover: what the plan asks of and tells other teams, as documents (A9).

Load balancer, firewall, database, master, node, filer and audit teams, and the CMDB. Pure
functions of the plan. All documents come from the one inventory in it, so that a node that joins
appears in each of them that lists nodes, and equal plans give the same bytes.
"""

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.admission.documents import exception_documents
from estate.topics.control_plane.documents.api_server import api_server_documents
from estate.topics.control_plane.documents.certificates import certificate_documents
from estate.topics.control_plane.documents.kube_proxy import kube_proxy_documents
from estate.topics.control_plane.documents.kubelet import kubelet_documents
from estate.topics.control_plane.documents.masters import masters_documents
from estate.topics.dns.documents import dns_documents
from estate.topics.document_secrets.documents import bootstrap_documents
from estate.topics.egress.documents import database_documents
from estate.topics.exposure.documents.as3 import f5_documents
from estate.topics.exposure.documents.cutover import cutover_documents
from estate.topics.exposure.documents.haproxy import haproxy_documents
from estate.topics.exposure.documents.keepalived import keepalived_documents
from estate.topics.firewall.documents import firewall_documents
from estate.topics.inventory.documents import cmdb_documents
from estate.topics.logging.documents import logging_documents
from estate.topics.network.documents.network import network_documents
from estate.topics.network.documents.routes import route_documents
from estate.topics.node_ports.documents import node_port_documents
from estate.topics.registry.documents.harbor import harbor_documents
from estate.topics.registry.documents.registry import registry_documents
from estate.topics.registry.documents.supply import supply_documents
from estate.topics.storage.documents.exports import nfs_documents
from estate.topics.storage.documents.volumes import storage_documents
from estate.topics.tenancy.documents import access_documents


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
