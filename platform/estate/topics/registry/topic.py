"""The entry of the topic registry."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.checks.control_plane_images import check_control_plane_images
from estate.topics.registry.checks.harbor import check_harbor
from estate.topics.registry.checks.programs import check_programs
from estate.topics.registry.checks.registries import check_registries
from estate.topics.registry.checks.supply import check_bases
from estate.topics.registry.checks.unresolved_images import check_unresolved
from estate.topics.registry.documents.harbor import harbor_documents
from estate.topics.registry.documents.registry import registry_documents
from estate.topics.registry.documents.supply import supply_documents
from estate.topics.registry.flows import flows_of_registries
from estate.topics.registry.manifests import internal_registry
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.harbor import harbor_virtual_server
from estate.topics.registry.plan.model import InternalRegistryPlan
from estate.topics.registry.plan.programs import plan_programs
from estate.topics.registry.plan.registries import (
    plan_external_registry,
    plan_internal_registry,
    registry_pods,
    registry_virtual_server,
)
from estate.topics.registry.plan.supply import supplied_images

_REGISTRY = Kind[InternalRegistryPlan](
    family="services",
    stage=Stage.SERVICES,
    manifests=internal_registry,
    component="registry:registry",
)


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    declared = given.catalogue.stack(zone).registry
    pools = plan.of(NodesPlan).pools
    images = supplied_images(given.catalogue, zone)
    yield RegistryPlan(
        host=declared.host,
        harbor=declared.harbor,
        external=plan_external_registry(given.catalogue, zone),
        internal=plan_internal_registry(given.catalogue, zone, pools, images),
        supply=images,
        programs=plan_programs(given.catalogue.stack(zone), given.catalogue.images),
        images=given.catalogue.platform_images(zone),
    )


def _virtual_servers(given: Given, zone: Zone, plan: Plan) -> Iterator[VirtualServerPlan]:
    registry = plan.of(RegistryPlan)
    if registry.harbor:
        yield harbor_virtual_server(registry.host, registry.harbor)
    elif registry.external and (server := registry_virtual_server(registry.external)):
        yield server


def _groups(plan: Plan) -> Iterator[Group]:
    if internal := plan.of(RegistryPlan).internal:
        yield _REGISTRY.group("registry", internal)


TOPIC = Topic(
    name="registry",
    checks=(
        lambda given: check_registries(given.catalogue),
        lambda given: check_harbor(given.catalogue),
        lambda given: check_bases(given.catalogue, given.loaded),
        lambda given: check_control_plane_images(given.catalogue, given.loaded),
        lambda given: check_programs(given.catalogue, given.loaded),
        lambda given: check_unresolved(given.catalogue, given.loaded),
    ),
    derive=_derive,
    virtual_servers=_virtual_servers,
    pods=(("infra", registry_pods),),
    groups=_groups,
    documents=(harbor_documents, registry_documents, supply_documents),
    flows=flows_of_registries,
)
