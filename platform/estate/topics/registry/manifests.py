"""The registry inside the cluster, and the job that fills it (G4, G5); pure.

Two kinds of pods share one directory. Those that serve nodes are read-only: a policy sees a
node's address only, so every process on a node may pull and none may push. Those
that take images in are reached by the job alone, each client by one of them (X10).
"""

from __future__ import annotations

from ipaddress import IPv4Network

import yaml

from estate.objects.container import Container, ContainerPort, Mount, Probe, variable
from estate.objects.hashing import content_hash
from estate.objects.labels import METRICS, SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest, SecretSpec, manifest
from estate.objects.network_policy import allow_from, allow_from_pods, allow_to, allow_to_pods
from estate.objects.promotion import SCRIPT, PromotedImage, image_list, policy
from estate.objects.registry import registry_configuration
from estate.objects.workloads import cron_job_spec
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.registry.plan.model import InternalRegistryPlan
from estate.topics.registry.plan.registries import (
    INTAKE,
    METRICS_PORT,
    PORT,
    PROMOTION,
    SERVING,
    SIZE_OF_JOB,
    TAKING_IN,
)

STORAGE = "/srv/registry"
SECRET_KEY = "value"  # noqa: S105 the key, not a value
_TLS = "/etc/registry/tls"
_SECRET = "/etc/registry/secret"  # noqa: S105 a path
_START = (
    f'REGISTRY_HTTP_SECRET="$(cat {_SECRET}/{SECRET_KEY})" exec registry serve '
    "/etc/registry/config/config.yml"
)


def internal_registry(plan: InternalRegistryPlan) -> tuple[Manifest, ...]:
    """Everything of it, in its role's namespace."""
    serving = Service(name=SERVING, placement=plan.placement)
    intake = Service(name=TAKING_IN, placement=plan.placement)
    job = Service(name=PROMOTION, placement=plan.placement)
    secret = f"registry-http-g{plan.generation}"
    return (
        *_volume(plan, serving),
        _http_secret(serving, secret),
        *_pods(plan, serving, secret, writable=False),
        serving.service(
            {
                "type": "ClusterIP",
                "clusterIP": str(plan.address),
                "ports": [port("https-registry", PORT, app_protocol="https")],
            }
        ),
        *_pods(plan, intake, secret, writable=True),
        intake.service(
            {
                "type": "ClusterIP",
                "sessionAffinity": "ClientIP",
                "ports": [port("https-registry", PORT, app_protocol="https")],
            }
        ),
        *_promotion(plan, job, intake),
        *_ways(plan, serving, intake, job),
    )


def _volume(plan: InternalRegistryPlan, service: Service) -> list[Manifest]:
    """One directory on the filer, for all of them (M1)."""
    name = f"{service.namespace}-storage"
    size = memory_quantity(plan.storage)
    spec: JsonObject = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeMode": "Filesystem",
    }
    volume: JsonObject = {
        "capacity": {"storage": size},
        **spec,
        "persistentVolumeReclaimPolicy": "Retain",
        "mountOptions": ["nfsvers=4.1", "hard", "noatime", "lookupcache=positive", "actimeo=3"],
        "nfs": {"server": str(plan.filer_address), "path": plan.directory},
        "claimRef": {"namespace": service.namespace, "name": "storage"},
    }
    asked: JsonObject = {"requests": {"storage": size}}
    claim: JsonObject = {**spec, "volumeName": name, "resources": asked}
    return [
        manifest(
            "v1",
            "PersistentVolume",
            name,
            {"spec": volume},
            labels=service.labels,
            protect=plan.protected,
        ),
        manifest(
            "v1",
            "PersistentVolumeClaim",
            "storage",
            {"spec": claim},
            namespace=service.namespace,
            labels=service.labels,
            annotations=SKIP_AWAIT,
            logical=name,
            protect=plan.protected,
        ),
    ]


def _http_secret(service: Service, name: str) -> Manifest:
    return manifest(
        "v1",
        "Secret",
        name,
        {"type": "Opaque", "immutable": True},
        namespace=service.namespace,
        labels=service.labels,
        secrets=(SecretSpec(key=SECRET_KEY, length=48),),
    )


def _pods(
    plan: InternalRegistryPlan, service: Service, secret: str, *, writable: bool
) -> list[Manifest]:
    content = registry_configuration(
        realm="registry",
        port=PORT,
        directory=STORAGE,
        certificate=f"{_TLS}/tls.crt",
        key=f"{_TLS}/tls.key",
        writable=writable,
        metrics=METRICS_PORT,
    )
    files = {"config.yml": yaml.safe_dump(content, sort_keys=False)}
    container = Container(
        name="registry",
        image=plan.image,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        ports=(
            ContainerPort(name="https-registry", number=PORT),
            ContainerPort(name=METRICS, number=METRICS_PORT),
        ),
        ready=Probe(path="/v2/", scheme="HTTPS"),
        alive=Probe(port=METRICS),  # the filer may be away, and a restart would not bring it back
        command=("/bin/sh", "-ec", _START),
        environment=(variable("OTEL_TRACES_EXPORTER", "none"),),
        mounts=(
            Mount(
                name="storage",
                path=STORAGE,
                volume={"persistentVolumeClaim": {"claimName": "storage"}},
                read_only=not writable,
            ),
            _from_secret("secret", _SECRET, secret),
            _from_secret("tls", _TLS, plan.certificate, "tls.crt", "tls.key"),
            _from_map("config", "/etc/registry/config", service, files),
        ),
    )
    return [
        service.service_account(),
        service.config_map(files),
        *service.deployment(service.template(container), plan.replicas if not writable else INTAKE),
        *service.metrics(METRICS_PORT),
    ]


def _from_secret(name: str, path: str, secret: str, *keys: str) -> Mount:
    source: JsonObject = {"secretName": secret, "defaultMode": 0o440}
    if keys:
        source["items"] = [{"key": key, "path": key} for key in keys]
    return Mount(name=name, path=path, volume={"secret": source}, read_only=True)


def _from_map(name: str, path: str, service: Service, files: dict[str, str]) -> Mount:
    source = {"name": f"{service.name}-{content_hash(files)}"}
    return Mount(name=name, path=path, volume={"configMap": source}, read_only=True)


def _promotion(plan: InternalRegistryPlan, job: Service, intake: Service) -> list[Manifest]:
    """Fetches what the declarations name, by digest, from the registry outside (G5)."""
    inside = f"{intake.name}.{intake.namespace}.svc:{PORT}"
    files = {
        "promote.sh": SCRIPT,
        "images.txt": image_list(
            PromotedImage(
                source=f"{plan.source}/{image.path}", path=image.path, digest=image.digest
            )
            for image in plan.images
        ),
        "policy.json": policy([plan.source, inside]),
    }
    folder, login, certificates = "/etc/promotion", "/etc/login", "/etc/authority"
    container = Container(
        name=PROMOTION,
        image=plan.copier,
        cpu=cpu_quantity(SIZE_OF_JOB.cpu),
        memory=memory_quantity(SIZE_OF_JOB.memory),
        command=("/bin/sh", f"{folder}/promote.sh", f"{folder}/images.txt", inside),
        environment=(
            variable("HOME", "/tmp"),  # noqa: S108 a path in the container
            variable("PROMOTED_BY", f"system:serviceaccount:{job.namespace}:{job.name}"),
            variable("POLICY", f"{folder}/policy.json"),
            variable("CERTS", certificates),
            variable("REGISTRY_AUTH_FILE", f"{login}/.dockerconfigjson"),
        ),
        mounts=(
            _from_map("promotion", folder, job, files),
            _from_secret("login", login, plan.login, ".dockerconfigjson"),
            _from_secret("authority", certificates, plan.certificate, "ca.crt"),
        ),
    )
    spec = cron_job_spec(
        job.template(container, restart="Never"),
        job.labels,
        cron=plan.schedule,
        time_zone=plan.time_zone,
        start_within=600,
        retries=2,
        time_limit=3600,
    )
    return [
        *([_login(plan, job)] if plan.login_kept else []),
        job.service_account(),
        job.config_map(files),
        job.own("batch/v1", "CronJob", {"spec": spec}),
    ]


def _login(plan: InternalRegistryPlan, job: Service) -> Manifest:
    """Name and password for the registry outside: from the stack's file, where encrypted (L4)."""
    return manifest(
        "v1",
        "Secret",
        plan.login,
        {"type": "kubernetes.io/dockerconfigjson", "immutable": True},
        namespace=job.namespace,
        labels=job.labels,
        secrets=(SecretSpec(key=".dockerconfigjson", length=0, stored=True),),
    )


def _ways(
    plan: InternalRegistryPlan, serving: Service, intake: Service, job: Service
) -> list[Manifest]:
    """Nodes to those that serve, the job to those that take in and to the registry outside."""
    place, labels = serving.namespace, serving.labels
    outside = plan.source_address
    return [
        allow_from("registry-nodes", place, labels, serving.selector, plan.nodes, PORT),
        allow_from_pods(
            "registry-intake", place, labels, intake.selector, [(place, job.selector, PORT)]
        ),
        allow_to_pods(
            "promotion-intake", place, labels, job.selector, [(place, intake.selector, PORT)]
        ),
        allow_to(
            "promotion-source",
            place,
            labels,
            job.selector,
            [(IPv4Network(outside.address), outside.port)],
        ),
    ]
