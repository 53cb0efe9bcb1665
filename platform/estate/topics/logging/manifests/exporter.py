"""What tells Prometheus how Elasticsearch fares: it asks the cluster, and reads no logs (I3)."""

from __future__ import annotations

from estate.objects.container import Container, ContainerPort, Probe
from estate.objects.manifest import Manifest
from estate.topics.logging.manifests.mounts import of_secret
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import EXPORTER_PORT, LoggingPlan
from estate.topics.logging.plan.sizes import EXPORTER
from estate.topics.nodes.manifests.service import Service
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

ACCOUNT = "estate-exporter"


def exporter(plan: LoggingPlan) -> list[Manifest]:
    """One: it keeps nothing, and another starts in seconds."""
    service = Service(name=names.EXPORTER, placement=plan.placement)
    password = service.secret(names.user_secret(plan, "exporter"))
    start = (
        f'export ES_USERNAME={ACCOUNT} ES_PASSWORD="$(cat /etc/secrets/exporter/{names.KEY})"; '
        f"exec /bin/elasticsearch_exporter --es.uri={names.url(plan)} --es.ca=/etc/authority/ca.crt"
        f" --es.all{' --collector.slm' if plan.snapshots else ''}"
        f" --web.listen-address=:{EXPORTER_PORT}"
    )
    container = Container(
        name=service.name,
        image=plan.images["elasticsearch-exporter"],
        cpu=cpu_quantity(EXPORTER.cpu),
        memory=memory_quantity(EXPORTER.memory),
        ports=(ContainerPort(name="metrics", number=EXPORTER_PORT),),
        ready=Probe(path="/healthz"),
        command=("/bin/sh", "-ec", start),
        mounts=(
            of_secret("password", "/etc/secrets/exporter", password.physical_name),
            of_secret("authority", "/etc/authority", plan.declared.certificates.http, "ca.crt"),
        ),
    )
    return [
        service.service_account(),
        password,
        *service.metrics(EXPORTER_PORT),
        *service.deployment(service.template(container), 1),
    ]
