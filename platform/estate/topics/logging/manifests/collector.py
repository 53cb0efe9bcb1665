"""The collector: on every node, the one part that reads the node's own files (H3, B3, X9).

It is the documented exception: root without any of root's rights, since runtimes give log files to
root alone; it sees ``/var/log`` read-only and one directory of its own, in which it remembers how
far it has read and keeps what it could not send.
"""

from __future__ import annotations

import yaml

from estate.objects.container import Container, ContainerPort, Mount, variable_of
from estate.objects.manifest import Manifest
from estate.topics.logging.manifests.mounts import of_map, of_secret
from estate.topics.logging.manifests.pipeline import STATE, configuration
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.manifests.reloader import UNPROBED, reloader
from estate.topics.nodes.manifests.service import Service
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.daemon_sets import LOG_COLLECTOR
from estate.topics.nodes.plan.reloader import IMAGE

CONFIG = "/etc/log-collector"

RELOAD = "/api/v2/reload"
"""https://docs.fluentbit.io/manual/administration/hot-reload: by POST, with ``hot_reload: on``."""


def collector(plan: LoggingPlan) -> list[Manifest]:
    """Everything of it; it has no token and asks the API server nothing."""
    service = Service(name=names.COLLECTOR, placement=plan.placement)
    content = yaml.safe_dump(configuration(plan), sort_keys=False, width=1000)
    config = service.watched_config_map({"collector.yaml": content})
    files = of_map("config", CONFIG, config)
    password = service.secret(names.user_secret(plan, "collector"))
    container = Container(
        name=service.name,
        image=plan.images["fluent-bit"],
        cpu=cpu_quantity(LOG_COLLECTOR.cpu),
        memory=memory_quantity(LOG_COLLECTOR.memory),
        ports=(ContainerPort(name="metrics", number=names.COLLECTOR_PORT),),
        command=("/fluent-bit/bin/fluent-bit", "--config", f"{CONFIG}/collector.yaml"),
        environment=(variable_of("NODE_NAME", "spec.nodeName"),),
        mounts=(
            files,
            of_secret("password", "/etc/secrets/collector", password.physical_name),
            of_secret("authority", "/etc/authority", plan.declared.certificates.http, "ca.crt"),
            Mount(
                name="logs",
                path="/var/log",
                volume={"hostPath": {"path": "/var/log", "type": "Directory"}},
                read_only=True,
            ),
            Mount(
                name="state",
                path=STATE,
                volume={"hostPath": {"path": STATE, "type": "DirectoryOrCreate"}},
            ),
        ),
        user=0,
    )
    url = f"http://127.0.0.1:{names.COLLECTOR_PORT}{RELOAD}"
    asks = reloader(plan.images[IMAGE], url, files)
    template = service.template(container, beside=(asks,), everywhere=True)
    return [
        service.service_account(),
        config,
        password,
        *service.metrics(names.COLLECTOR_PORT, "/api/v2/metrics/prometheus"),
        service.daemon_set(template, ACCEPTED),
    ]


ACCEPTED = {
    "checkov.io/skip1": "CKV_K8S_23=log files are root's alone; it keeps none of root's "
    "capabilities, in the exception register",
    "checkov.io/skip2": "CKV_K8S_40=the same",
    **UNPROBED,
}
"""What a scan finds and we keep, each with its reason."""
