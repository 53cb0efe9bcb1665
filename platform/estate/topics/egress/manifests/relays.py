"""Relays to databases: what a firewall knows are their nodes, A and B (F3); pure."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from estate.objects.container import Container, ContainerPort, Mount, Probe
from estate.objects.labels import app_selector
from estate.objects.manifest import Manifest
from estate.objects.network_policy import allow_from_pods, allow_to
from estate.topics.egress.manifests.relay_config import haproxy_cfg
from estate.topics.egress.plan.model import RelayedDatabase, RelaysPlan
from estate.topics.egress.plan.relays import HEALTH_PORT, METRICS_PORT, RELAY
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

_DIRECTORY = "/etc/relay"
_FILE = "haproxy.cfg"


def relays(plan: RelaysPlan) -> tuple[Manifest, ...]:
    """Pods that pass connections on, a Service for each database, and who may use which."""
    service = Service(name=RELAY, placement=plan.placement)
    config = service.config_map({_FILE: haproxy_cfg(plan)})
    template = service.template(_container(plan, config.physical_name))
    return (
        service.service_account(),
        config,
        *_policies(plan, service),
        *service.deployment(template, plan.replicas),
        *(_service(service, database) for database in plan.databases),
        *service.metrics(METRICS_PORT),
    )


def _container(plan: RelaysPlan, config: str) -> Container:
    listeners = (
        ContainerPort(name=_port_name(database), number=database.relay_port)
        for database in plan.databases
    )
    return Container(
        name="haproxy",
        image=plan.image,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        ports=(
            ContainerPort(name="health", number=HEALTH_PORT),
            ContainerPort(name="metrics", number=METRICS_PORT),
            *listeners,
        ),
        ready=Probe(path="/healthz"),
        command=("haproxy", "-W", "-db", "-f", f"{_DIRECTORY}/{_FILE}"),
        mounts=(
            Mount(
                name="config",
                path=_DIRECTORY,
                volume={"configMap": {"name": config}},
                read_only=True,
            ),
        ),
    )


def _port_name(database: RelayedDatabase) -> str:
    """Names of container ports are short; a database's need not be."""
    return f"tcp-{database.relay_port}"


def _service(service: Service, database: RelayedDatabase) -> Manifest:
    """The target of the database's name in an app's namespace."""
    ports = [port(_port_name(database), database.port, app_protocol="tcp")]
    return service.service({"type": "ClusterIP", "ports": ports}, database.name)


def _policies(plan: RelaysPlan, service: Service) -> list[Manifest]:
    """In: exactly the declared apps, each to its database's port. Out: exactly the databases."""
    common = (service.namespace, service.labels, service.selector)
    found = [
        allow_from_pods(
            f"{RELAY}-{database.name}",
            *common,
            [
                (namespace, app_selector(app), database.relay_port)
                for namespace, app in database.callers
            ],
        )
        for database in plan.databases
    ]
    to = [(IPv4Network(database.address), database.port) for database in plan.databases]
    found.append(allow_to(f"{RELAY}-databases", *common, to))
    return [
        replace(manifest, name=f"{service.namespace}-{manifest.physical_name}")
        for manifest in found
    ]
