"""Elasticsearch: three sets of nodes that do different things, in one cluster (H3, H6, X15)."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from estate.objects.container import Container, ContainerPort, Mount, Probe, variable, variable_of
from estate.objects.manifest import JsonObject, Manifest
from estate.topics.logging.declare import SetName
from estate.topics.logging.manifests.mounts import of_map, of_secret, scratch
from estate.topics.logging.manifests.snapshots import (
    snapshot_mounts,
    snapshot_settings,
    snapshot_volume,
)
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan, StoreSetPlan
from estate.topics.logging.plan.sizes import ELASTICSEARCH_USER, FULL_PERCENT, SETS, heap
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.storage.manifests.disks import DATA, claim, volume_and_claim

USER = ELASTICSEARCH_USER

HOME = "/usr/share/elasticsearch"
CONFIG = f"{HOME}/config"
"""Also where certificates must lie: Elasticsearch reads none from elsewhere."""

ROLES: Mapping[SetName, tuple[str, ...]] = {
    "master": ("master",),
    "hot": ("data_hot", "data_content", "ingest"),
    "warm": ("data_warm",),
}

RACK = "topology.kubernetes.io/zone"
"""The label that a pod has from its node."""

_START = (
    f'export ELASTIC_PASSWORD="$(cat /etc/secrets/elastic/{names.KEY})"; '
    "exec /usr/local/bin/docker-entrypoint.sh eswrapper"
)
"""The image reads a file only if nobody but its owner may; one that a pod's group reads is none."""

ACCEPTED = {"checkov.io/skip1": "CKV_K8S_40=its image is made for this user"}


def settings(plan: LoggingPlan, name: SetName) -> JsonObject:
    """``elasticsearch.yml`` of a set's nodes."""
    masters = plan.of("master")
    found: JsonObject = {
        "cluster.name": f"logging-{plan.placement.zone}",
        "node.name": "${POD_NAME}",
        "node.roles": list(ROLES[name]),
        "network.host": "0.0.0.0",  # noqa: S104 policies say who may connect
        "network.publish_host": "${POD_ADDRESS}",
        "http.port": names.HTTP_PORT,
        "transport.port": names.TRANSPORT_PORT,
        "readiness.port": names.READY_PORT,
        "discovery.seed_hosts": [names.host(plan, masters.part)],
        # The shares that the declared disks were counted with.
        "cluster.routing.allocation.disk.watermark.low": f"{FULL_PERCENT}%",
        "cluster.routing.allocation.disk.watermark.high": "90%",
        "cluster.routing.allocation.disk.watermark.flood_stage": "95%",
        "action.destructive_requires_name": True,
        "ingest.geoip.downloader.enabled": False,  # it reaches nothing outside
        "xpack.license.self_generated.type": "basic",
        "xpack.security.enabled": True,
        **_tls("http", client="none"),
        **_tls("transport", client="required"),
        # Addresses of pods change: each certificate of this authority admits a node.
        "xpack.security.transport.ssl.verification_mode": "certificate",
    }
    found |= snapshot_settings(plan)
    if name == "master":
        # Read when there is no cluster yet, and of no effect afterwards: a node that lost its disk
        # finds the others, or no majority of these names.
        found["cluster.initial_master_nodes"] = [
            f"{masters.part}-{number}" for number in range(1, masters.count + 1)
        ]
    if plan.knows_racks:
        found |= {
            "node.attr.rack": "${RACK}",
            "cluster.routing.allocation.awareness.attributes": "rack",
        }
    return found


def _tls(layer: str, *, client: str) -> JsonObject:
    own = f"xpack.security.{layer}.ssl"
    return {
        f"{own}.enabled": True,
        f"{own}.key": f"certs/{layer}/tls.key",
        f"{own}.certificate": f"certs/{layer}/tls.crt",
        f"{own}.certificate_authorities": [f"certs/{layer}/ca.crt"],
        f"{own}.client_authentication": client,
    }


def elasticsearch(plan: LoggingPlan) -> list[Manifest]:
    """All sets, and the Service of those that take logs in."""
    admin = Service(name=names.ELASTICSEARCH, placement=plan.placement)
    found = [admin.secret(names.admin_secret()), *snapshot_volume(plan)]
    for store_set in plan.sets:
        found += _set(plan, store_set)
    hot = Service(name=SETS["hot"], placement=plan.placement)
    https = port("https", names.HTTP_PORT, app_protocol="https")
    return [*found, hot.service({"ports": [https]}, name=names.ELASTICSEARCH)]


def _set(plan: LoggingPlan, one: StoreSetPlan) -> list[Manifest]:
    service = Service(name=one.part, placement=plan.placement)
    content = yaml.safe_dump(settings(plan, one.name), sort_keys=False, width=1000)
    config = service.config_map({"elasticsearch.yml": content})
    template = service.template(
        _container(plan, one, config),
        user=USER,
        init=_init(plan),
        anti_affinity=one.name == "master",
        revision="controller-revision-hash",
    )
    size = min(disk.size for disk in one.disks)
    peers: JsonObject = {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,  # they find each other before they are ready
        "ports": [port("transport", names.TRANSPORT_PORT)],
    }
    return [
        *(
            manifest
            for disk in one.disks
            for manifest in volume_and_claim(
                service,
                disk,
                f"{service.namespace}.{service.name}-{disk.replica}",
                storage_class=one.backend,
                protect=plan.protected,
            )
        ),
        service.service_account(),
        config,
        service.service(peers),
        *service.stateful_set(
            template,
            one.count,
            service=service.name,
            claims={DATA: claim(size, one.backend)},
            annotations=ACCEPTED,
            quorum=True,
        ),
    ]


def _container(plan: LoggingPlan, one: StoreSetPlan, config: Manifest) -> Container:
    mebibytes = heap(one.size.memory) // 2**20
    rack = (variable_of("RACK", f"metadata.labels['{RACK}']"),) if plan.knows_racks else ()
    certificates = plan.declared.certificates
    return Container(
        name="elasticsearch",
        image=plan.images["elasticsearch"],
        cpu=cpu_quantity(one.size.cpu),
        memory=memory_quantity(one.size.memory),
        ports=(
            ContainerPort(name="ready", number=names.READY_PORT),
            ContainerPort(name="https", number=names.HTTP_PORT),
            ContainerPort(name="transport", number=names.TRANSPORT_PORT),
        ),
        alive=Probe(port="transport"),
        command=("/bin/bash", "-ec", _START),
        environment=(
            variable_of("POD_ADDRESS", "status.podIP"),
            *rack,
            variable("ES_JAVA_OPTS", f"-Xms{mebibytes}m -Xmx{mebibytes}m"),
        ),
        mounts=(
            scratch("config", CONFIG, "64Mi"),
            of_map("settings", f"{CONFIG}/elasticsearch.yml", config, "elasticsearch.yml"),
            of_secret("http", f"{CONFIG}/certs/http", certificates.http),
            of_secret("transport", f"{CONFIG}/certs/transport", certificates.transport),
            of_secret("elastic", "/etc/secrets/elastic", names.admin_secret()),
            scratch("logs", f"{HOME}/logs"),
            Mount(name=DATA, path=f"{HOME}/data", volume={}),
            *snapshot_mounts(plan),
        ),
    )


def _init(plan: LoggingPlan) -> Container:
    """Puts the image's own configuration where Elasticsearch can add its keystore to it."""
    return Container(
        name="config",
        image=plan.images["elasticsearch"],
        cpu="100m",
        memory="128Mi",
        command=("/bin/bash", "-ec", f"cp -R {CONFIG}/. /mnt/config/"),
        mounts=(Mount(name="config", path="/mnt/config", volume={}),),
    )
