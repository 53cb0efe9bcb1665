"""The receiver of load balancers' access logs: from TCP to standard output (H5).

So the collector of its node takes it on, with what waits on that node's disk: this pod keeps
nothing, knows no password, and speaks to nobody. It takes part in no connection but those of the
declared devices, which its pods see by their own addresses.
"""

from __future__ import annotations

import yaml

from estate.objects.container import Container, ContainerPort
from estate.objects.manifest import JsonObject, Manifest
from estate.objects.network_policy import allow_from
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.log_intake import INTAKE as NAME
from estate.topics.exposure.plan.log_intake import PORT
from estate.topics.logging.manifests.mounts import of_map
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import INTAKE, INTAKES
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

CONFIG = "/etc/log-intake"

HEADER = r"^(?:<\d{1,3}>1 \S+ (?<device>\S+) \S+ \S+ \S+ (?:-|\[[^\]]*\]) ?)?(?<message>.*)$"
"""RFC 5424; a line without that header is a message all the same, since what no parser reads would
be dropped."""

WORDS = (
    r"^virtual=(?<virtual>\S+) client=(?<client>\S*) member=(?<member>\S*) bytes=(?<bytes>\S*) "
    r"milliseconds=(?<milliseconds>\S*)"
    r"(?: status=(?<status>\S*) method=(?<method>\S*) url=(?<url>.*))?$"
)
"""The load balancers' form of a line, by exposure's documents."""


def configuration() -> JsonObject:
    """Its whole file, as Fluent Bit 5 reads it. What is not sent yet waits at the device."""
    return {
        "service": {
            "flush": 1,
            "grace": 5,
            "log_level": "warn",
            "http_server": True,
            "http_listen": "0.0.0.0",  # noqa: S104 policies say who may connect
            "http_port": names.COLLECTOR_PORT,
        },
        "parsers": [
            {"name": "header", "format": "regex", "regex": HEADER},
            {
                "name": "words",
                "format": "regex",
                "regex": WORDS,
                "types": "bytes:integer milliseconds:integer status:integer",
            },
        ],
        "pipeline": {
            "inputs": [
                {
                    "name": "syslog",
                    "tag": "devices",
                    "mode": "tcp",
                    "listen": "0.0.0.0",  # noqa: S104 policies say who may connect
                    "port": PORT,
                    "parser": "header",
                    "buffer_chunk_size": "32K",
                    "buffer_max_size": "256K",
                    "mem_buf_limit": "32M",
                }
            ],
            "filters": [
                {
                    "name": "parser",
                    "match": "devices",
                    "key_name": "message",
                    "parser": "words",
                    "reserve_data": True,
                }
            ],
            "outputs": [
                {
                    "name": "stdout",
                    "match": "devices",
                    "format": "json_lines",
                    "json_date_key": "false",
                }
            ],
        },
    }


def intake(plan: LoggingPlan) -> list[Manifest]:
    """Everything of it; nothing where no device sends."""
    if plan.intake is None:
        return []
    service = Service(name=NAME, placement=plan.placement)
    content = yaml.safe_dump(configuration(), sort_keys=False, width=1000)
    config = service.config_map({"intake.yaml": content})
    container = Container(
        name=service.name,
        image=plan.images["fluent-bit"],
        cpu=cpu_quantity(INTAKE.cpu),
        memory=memory_quantity(INTAKE.memory),
        ports=(
            ContainerPort(name="syslog", number=PORT),
            ContainerPort(name="metrics", number=names.COLLECTOR_PORT),
        ),
        command=("/fluent-bit/bin/fluent-bit", "--config", f"{CONFIG}/intake.yaml"),
        mounts=(of_map("config", CONFIG, config),),
    )
    return [
        service.service_account(),
        config,
        *_reached(plan.intake, service),
        *service.metrics(names.COLLECTOR_PORT, "/api/v2/metrics/prometheus"),
        *service.deployment(service.template(container), INTAKES),
    ]


def _reached(plan: LogIntakePlan, service: Service) -> list[Manifest]:
    """A node port that only nodes with one answer, so that it sees the devices themselves."""
    spec: JsonObject = {
        "type": "NodePort",
        "externalTrafficPolicy": "Local",
        "ports": [port("syslog", PORT, node_port=plan.node_port)],
    }
    common = (service.namespace, service.labels, service.selector)
    return [
        service.service(spec),
        allow_from(f"{service.name}-sent", *common, plan.sources, PORT),
    ]
