"""The entry of the topic control_plane."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.control_plane.checks import check_masters
from estate.topics.control_plane.documents.api_server import api_server_documents
from estate.topics.control_plane.documents.certificates import certificate_documents
from estate.topics.control_plane.documents.joining import joining_documents
from estate.topics.control_plane.documents.kube_proxy import kube_proxy_documents
from estate.topics.control_plane.documents.kubelet import kubelet_documents
from estate.topics.control_plane.documents.masters import masters_documents
from estate.topics.control_plane.documents.operating_system import operating_system_documents
from estate.topics.control_plane.flows import flows_to_api_servers
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.masters import api_virtual_server, plan_masters
from estate.topics.exposure.plan.model import VirtualServerPlan


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    stack = given.catalogue.stack(zone)
    masters = plan_masters(stack, given.catalogue.images)
    yield ControlPlanePlan(cluster=stack.cluster, masters=masters)


def _virtual_servers(given: Given, zone: Zone, plan: Plan) -> Iterator[VirtualServerPlan]:
    if server := api_virtual_server(given.catalogue.stack(zone)):
        yield server


TOPIC = Topic(
    name="control_plane",
    checks=(lambda given: check_masters(given.catalogue),),
    derive=_derive,
    virtual_servers=_virtual_servers,
    documents=(
        api_server_documents,
        certificate_documents,
        joining_documents,
        kube_proxy_documents,
        kubelet_documents,
        masters_documents,
        operating_system_documents,
    ),
    flows=flows_to_api_servers,
)
