"""The one table of topics, in their order: a topic uses those before it."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.admission import topic as admission
from estate.topics.apps import topic as apps
from estate.topics.capacity import topic as capacity
from estate.topics.cluster import topic as cluster
from estate.topics.control_plane import topic as control_plane
from estate.topics.delivery import topic as delivery
from estate.topics.dns import topic as dns
from estate.topics.document_secrets import topic as document_secrets
from estate.topics.egress import topic as egress
from estate.topics.exposure import topic as exposure
from estate.topics.firewall import topic as firewall
from estate.topics.identity import topic as identity
from estate.topics.inventory import topic as inventory
from estate.topics.logging import topic as logging
from estate.topics.mesh import topic as mesh
from estate.topics.monitoring import topic as monitoring
from estate.topics.network import topic as network
from estate.topics.node_ports import topic as node_ports
from estate.topics.nodes import topic as nodes
from estate.topics.registry import topic as registry
from estate.topics.routers import topic as routers
from estate.topics.storage import topic as storage
from estate.topics.tenancy import topic as tenancy

TOPICS: tuple[Topic, ...] = (
    network.TOPIC,
    nodes.TOPIC,
    identity.TOPIC,
    storage.TOPIC,
    mesh.TOPIC,
    egress.TOPIC,
    delivery.TOPIC,
    exposure.TOPIC,
    registry.TOPIC,
    dns.TOPIC,
    control_plane.TOPIC,
    routers.TOPIC,
    node_ports.TOPIC,
    apps.TOPIC,
    tenancy.TOPIC,
    admission.TOPIC,
    logging.TOPIC,
    firewall.TOPIC,
    monitoring.TOPIC,
    capacity.TOPIC,
    cluster.TOPIC,
    document_secrets.TOPIC,
    inventory.TOPIC,
)
"""Loading, deriving, composing, documents and the program iterate over it."""
