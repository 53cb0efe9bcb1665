"""Kibana: how people see their logs; two, since what they keep is in Elasticsearch (H3)."""

from __future__ import annotations

import yaml

from estate.objects.container import Container, ContainerPort, Probe
from estate.objects.manifest import JsonObject, Manifest
from estate.objects.network_policy import allow_from
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.logging.manifests.elasticsearch import ACCEPTED
from estate.topics.logging.manifests.mounts import of_map, of_secret, scratch
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import KIBANAS, heap
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

USER = 1000
"""Who the image's files are given to (its Dockerfile: ``useradd --uid 1000 --gid 1000 kibana``)."""

CONFIG = "/etc/kibana"
ACCOUNT = "kibana_system"
"""Elasticsearch's own account for it."""

_START = (
    f'export KIBANA_PASSWORD="$(cat /etc/secrets/password/{names.KEY})" '
    f'KIBANA_KEY="$(cat /etc/secrets/key/{names.KEY})"; '
    "exec /usr/share/kibana/bin/kibana"
)
"""Not as arguments, which everybody on the node would see."""


def settings(plan: LoggingPlan) -> JsonObject:
    """``kibana.yml``."""
    return {
        "server.name": "${POD_NAME}",
        "server.host": "0.0.0.0",  # noqa: S104 policies say who may connect
        "server.port": names.KIBANA_PORT,
        "server.ssl.enabled": True,
        "server.ssl.certificate": f"{CONFIG}-tls/tls.crt",
        "server.ssl.key": f"{CONFIG}-tls/tls.key",
        "elasticsearch.hosts": [names.url(plan)],
        "elasticsearch.username": ACCOUNT,
        "elasticsearch.password": "${KIBANA_PASSWORD}",
        "elasticsearch.ssl.certificateAuthorities": [f"{CONFIG}-authority/ca.crt"],
        "elasticsearch.ssl.verificationMode": "full",
        # The same for both: a client that moves to the other one stays logged in.
        "xpack.security.encryptionKey": "${KIBANA_KEY}",
        "xpack.encryptedSavedObjects.encryptionKey": "${KIBANA_KEY}",
        "xpack.reporting.encryptionKey": "${KIBANA_KEY}",
        # It reaches nothing outside, so it need not try.
        "telemetry.optIn": False,
        "telemetry.allowChangingOptInStatus": False,
        "xpack.fleet.isAirGapped": True,
        "path.data": "/usr/share/kibana/data",
        **({"server.publicBaseUrl": _public(plan.access.server)} if plan.access else {}),
    }


def _public(server: VirtualServerPlan) -> str:
    """As people type it."""
    (host,) = server.names
    return f"https://{host}" if server.port == 443 else f"https://{host}:{server.port}"


def kibana(plan: LoggingPlan) -> list[Manifest]:
    """Everything of it."""
    service = Service(name=names.KIBANA, placement=plan.placement)
    size = plan.sizes["kibana"]
    files = {
        "kibana.yml": yaml.safe_dump(settings(plan), sort_keys=False, width=1000),
        "node.options": f"--max-old-space-size={heap(size.memory) // 2**20}\n",
    }
    config = service.config_map(files)
    key = service.secret(names.kibana_key_secret())
    password = service.secret(names.user_secret(plan, "kibana"))
    container = Container(
        name="kibana",
        image=plan.images["kibana"],
        cpu=cpu_quantity(size.cpu),
        memory=memory_quantity(size.memory),
        ports=(ContainerPort(name="https", number=names.KIBANA_PORT),),
        # Without Elasticsearch it is not ready, and a restart would not help: its port lives.
        ready=Probe(path="/login", scheme="HTTPS"),
        command=("/bin/bash", "-ec", _START),
        environment=({"name": "KBN_PATH_CONF", "value": CONFIG},),
        mounts=(
            of_map("settings", CONFIG, config),
            of_secret("tls", f"{CONFIG}-tls", plan.declared.certificates.kibana),
            of_secret(
                "authority", f"{CONFIG}-authority", plan.declared.certificates.http, "ca.crt"
            ),
            of_secret("password", "/etc/secrets/password", password.physical_name),
            of_secret("key", "/etc/secrets/key", key.physical_name),
            scratch("state", "/usr/share/kibana/data"),
        ),
    )
    return [
        service.service_account(),
        config,
        key,
        password,
        *_reached(plan, service),
        *service.deployment(service.template(container, user=USER), KIBANAS, ACCEPTED),
    ]


def _reached(plan: LoggingPlan, service: Service) -> list[Manifest]:
    """By the job by name; by people through a node port that only nodes with a Kibana answer."""
    number = names.KIBANA_PORT
    found = [service.service({"ports": [port("https", number, app_protocol="https")]})]
    if plan.access is None:
        return found
    node_port = plan.access.server.member_port
    spec: JsonObject = {
        "type": "NodePort",
        "externalTrafficPolicy": "Local",
        "ports": [port("https", number, app_protocol="https", node_port=node_port)],
    }
    common = (service.namespace, service.labels, service.selector)
    return [
        *found,
        service.service(spec, name=f"{service.name}-published"),
        allow_from(f"{service.name}-published", *common, plan.access.sources, number),
    ]
