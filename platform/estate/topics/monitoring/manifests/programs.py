"""The parts of monitoring: containers, what they read, and the objects that run them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import yaml

from estate.objects.container import (
    ACCEPTS,
    Container,
    ContainerPort,
    Mount,
    Probe,
    variable,
    variable_of,
)
from estate.objects.labels import METRICS
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.pod import NodeAccess
from estate.topics.control_plane.plan.model import METRICS as MACHINE_METRICS
from estate.topics.monitoring.manifests import access, grafana
from estate.topics.monitoring.manifests.alertmanager import TOKENS, alertmanager_configuration
from estate.topics.monitoring.manifests.blackbox import blackbox_configuration
from estate.topics.monitoring.manifests.prometheus import RULES, prometheus_configuration, retention
from estate.topics.monitoring.manifests.rules import rule_files
from estate.topics.monitoring.manifests.state_metrics import flags
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan, token_name
from estate.topics.monitoring.plan.sizes import REPLICAS, Part
from estate.topics.nodes.manifests.reloader import UNPROBED, reloader
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.daemon_sets import NODE_EXPORTER
from estate.topics.nodes.plan.reloader import IMAGE
from estate.topics.storage.manifests.disks import DATA, claim

_ASKS = {
    "checkov.io/skip1": "CKV_K8S_38=it finds what it reads by asking the API server, "
    "and may list and watch alone"
}
_ON_NODES = {
    "checkov.io/skip1": "CKV_K8S_19=the node's devices are seen on the node's network alone; "
    "in the exception register",
    "checkov.io/skip2": "CKV_K8S_26=on the node's network a port is the node's; "
    "in the exception register",
}
"""What a scan finds and we keep, each with its reason."""


_ALIVE = Probe(path="/-/healthy")
"""Whether Prometheus or Alertmanager lives, also while it reads what it has on disk:
https://prometheus.io/docs/prometheus/latest/management_api/."""


_ALERTMANAGER = "/etc/alertmanager/config"
"""Where Alertmanager's file is mounted."""


def _yaml(content: JsonObject) -> str:
    return yaml.safe_dump(content, sort_keys=False, width=1000)


class Parts:
    """Every part, made from one plan."""

    def __init__(self, plan: MonitoringPlan) -> None:
        self._plan = plan

    def prometheus(self) -> list[Manifest]:
        """Two, each with a volume and a name of its own; both read everything (I2)."""
        service = self._service(names.PROMETHEUS)
        rules = {name: _yaml(content) for name, content in rule_files(self._plan).items()}
        config = service.watched_config_map(
            {"prometheus.yaml": _yaml(prometheus_configuration(self._plan))}
        )
        rule_map = service.watched_config_map(rules, name="prometheus-rules")
        container = self._container(
            names.PROMETHEUS,
            ready=Probe(path="/-/ready"),
            alive=_ALIVE,
            arguments=(
                "--config.file=/etc/prometheus/config/prometheus.yaml",
                # https://prometheus.io/docs/prometheus/latest/feature_flags/#auto-reload-config
                "--enable-feature=auto-reload-config",
                "--storage.tsdb.path=/prometheus",
                *retention(self._plan),
                f"--web.listen-address=:{names.PORTS[names.PROMETHEUS]}",
            ),
            mounts=(
                _files("config", "/etc/prometheus/config", config),
                _files("rules", RULES, rule_map),
                Mount(name=DATA, path="/prometheus", volume={}),
            ),
        )
        template = service.template(container, token=True, revision="controller-revision-hash")
        size = min(disk.size for disk in self._plan.disks)
        return [
            service.service_account(),
            *service.cluster_role(access.PROMETHEUS),
            config,
            rule_map,
            *self._services(service),
            *service.stateful_set(
                template,
                REPLICAS["prometheus"],
                service=service.name,
                claims={DATA: claim(size)},
                annotations=_ASKS,
            ),
        ]

    def alertmanager(self) -> list[Manifest]:
        """Two that tell each other what they have sent, over TCP alone: UDP stays closed."""
        service = self._service(names.ALERTMANAGER)
        config = service.watched_config_map(
            {"alertmanager.yaml": _yaml(alertmanager_configuration(self._plan))}
        )
        files = _files("config", _ALERTMANAGER, config)
        tokens = {
            webhook.name: webhook for webhook in self._plan.declared.webhooks if webhook.token
        }
        secrets = {
            name: service.secret(token_name(token), stored=token.stored)
            for name, token in tokens.items()
        }
        peers = f"{service.name}-peers"
        container = self._container(
            names.ALERTMANAGER,
            ready=Probe(path="/-/ready"),
            alive=_ALIVE,
            more=(ContainerPort(name="gossip", number=names.GOSSIP_PORT),),
            arguments=(
                f"--config.file={_ALERTMANAGER}/alertmanager.yaml",
                "--storage.path=/alertmanager",
                f"--web.listen-address=:{names.PORTS[names.ALERTMANAGER]}",
                f"--cluster.listen-address=$(POD_ADDRESS):{names.GOSSIP_PORT}",
                "--cluster.pushpull-interval=5s",
                *(
                    f"--cluster.peer={service.name}-{number}.{peers}.{service.namespace}.svc:"
                    f"{names.GOSSIP_PORT}"
                    for number in range(1, REPLICAS["alertmanager"] + 1)
                ),
            ),
            environment=(variable_of("POD_ADDRESS", "status.podIP"),),
            mounts=(
                files,
                _scratch("silences", "/alertmanager"),
                *(
                    _secret(f"token-{name}", f"{TOKENS}/{name}", secret)
                    for name, secret in secrets.items()
                ),
            ),
        )
        # https://prometheus.io/docs/alerting/latest/management_api/#reload
        url = f"http://127.0.0.1:{names.PORTS[names.ALERTMANAGER]}/-/reload"
        asks = reloader(self._plan.images[IMAGE], url, files)
        template = service.template(container, beside=(asks,), revision="controller-revision-hash")
        return [
            service.service_account(),
            config,
            *secrets.values(),
            *self._services(service, port("gossip", names.GOSSIP_PORT)),
            *service.stateful_set(
                template, REPLICAS["alertmanager"], service=peers, annotations=UNPROBED
            ),
        ]

    def kube_state_metrics(self) -> list[Manifest]:
        """One: two would count everything twice."""
        service = self._service(names.KUBE_STATE_METRICS)
        container = self._container(
            names.KUBE_STATE_METRICS,
            ready=Probe(path="/healthz"),
            arguments=(
                f"--port={names.PORTS[names.KUBE_STATE_METRICS]}",
                "--telemetry-host=127.0.0.1",
                "--telemetry-port=8081",
                *flags(),
            ),
        )
        return [
            service.service_account(),
            *service.cluster_role(access.KUBE_STATE_METRICS),
            *self._services(service),
            *service.deployment(
                service.template(container, token=True), REPLICAS["kube-state-metrics"], _ASKS
            ),
        ]

    def blackbox(self) -> list[Manifest]:
        """Asks virtual servers as their clients do."""
        service = self._service(names.BLACKBOX)
        config = service.watched_config_map(
            {"blackbox.yaml": _yaml(blackbox_configuration(self._plan))}
        )
        container = self._container(
            names.BLACKBOX,
            ready=Probe(path="/-/healthy"),
            arguments=(
                "--config.file=/etc/blackbox/blackbox.yaml",
                "--config.enable-auto-reload",
            ),
            mounts=(_files("config", "/etc/blackbox", config),),
        )
        return [
            service.service_account(),
            config,
            *self._services(service),
            *service.deployment(service.template(container), REPLICAS["blackbox-exporter"]),
        ]

    def grafana(self) -> list[Manifest]:
        """Its administrator's password is a secret of the stack's; all it shows is data (I6)."""
        service = self._service(names.GRAFANA)
        sources = service.config_map(
            {"prometheus.yaml": _yaml(grafana.data_source(self._plan))}, name="grafana-sources"
        )
        providers = service.config_map(
            {"estate.yaml": _yaml(grafana.provider())}, name="grafana-providers"
        )
        boards = service.watched_config_map(grafana.dashboards(), name="grafana-dashboards")
        password = service.secret(f"{service.name}.admin-g1")
        container = self._container(
            names.GRAFANA,
            ready=Probe(path="/api/health"),
            environment=(
                variable("GF_SERVER_HTTP_PORT", str(names.PORTS[names.GRAFANA])),
                variable("GF_SECURITY_ADMIN_PASSWORD__FILE", "/etc/secrets/admin/value"),
                variable("GF_PATHS_PROVISIONING", grafana.PROVISIONED),
                variable("GF_PATHS_DATA", "/var/lib/grafana"),
                variable("GF_LOG_MODE", "console"),
                variable("GF_USERS_ALLOW_SIGN_UP", "false"),
                # It reaches nothing outside, so it need not try.
                variable("GF_ANALYTICS_REPORTING_ENABLED", "false"),
                variable("GF_ANALYTICS_CHECK_FOR_UPDATES", "false"),
                variable("GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "false"),
                variable("GF_PLUGINS_PREINSTALL_DISABLED", "true"),
            ),
            mounts=(
                _files("sources", f"{grafana.PROVISIONED}/datasources", sources),
                _files("providers", f"{grafana.PROVISIONED}/dashboards", providers),
                _files("dashboards", grafana.DASHBOARDS, boards),
                _secret("admin", "/etc/secrets/admin", password),
                _scratch("state", "/var/lib/grafana"),
            ),
        )
        return [
            service.service_account(),
            sources,
            providers,
            boards,
            password,
            *self._services(service),
            *service.deployment(service.template(container), REPLICAS["grafana"]),
        ]

    def metrics_server(self) -> list[Manifest]:
        """Serves the API that autoscalers read; it would replace another provider (I7)."""
        service = self._service(names.METRICS_SERVER)
        container = self._container(
            names.METRICS_SERVER,
            ready=Probe(path="/readyz", scheme="HTTPS"),
            alive=Probe(path="/livez", scheme="HTTPS"),  # as in its own manifests
            https=True,
            arguments=(
                "--cert-dir=/tmp",
                f"--secure-port={names.METRICS_SERVER_PORT}",
                "--kubelet-preferred-address-types=InternalIP",
                "--kubelet-insecure-tls",  # their certificates are their own
                "--metric-resolution=15s",
            ),
        )
        reader: JsonObject = {
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "Role",
                "name": "extension-apiserver-authentication-reader",
            },
            "subjects": [
                {"kind": "ServiceAccount", "name": service.name, "namespace": service.namespace}
            ],
        }
        return [
            service.service_account(),
            *service.cluster_role(access.METRICS_SERVER),
            service.bound("system:auth-delegator", f"{service.namespace}-metrics-server-delegates"),
            manifest(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "estate-metrics-server",
                reader,
                namespace="kube-system",
                labels=service.labels,
            ),
            service.service(
                {
                    "ports": [
                        {
                            "name": "https",
                            "protocol": "TCP",
                            "appProtocol": "https",
                            "port": 443,
                            "targetPort": "https",
                        }
                    ]
                }
            ),
            *service.deployment(
                service.template(container, token=True), REPLICAS["metrics-server"], _ASKS
            ),
            _resource_metrics(service),
        ]

    def node_exporter(self) -> list[Manifest]:
        """On every node, with the node's own network and a read-only view of its files (I4)."""
        service = self._service(names.NODE_EXPORTER)
        root = "/host/root"
        container = Container(
            name=service.name,
            image=self._plan.images[names.NODE_EXPORTER],
            cpu=cpu_quantity(NODE_EXPORTER.cpu),
            memory=memory_quantity(NODE_EXPORTER.memory),
            ports=(ContainerPort(name=METRICS, number=names.NODE_EXPORTER_PORT, on_node=True),),
            ready=Probe(path="/"),
            arguments=(
                f"--path.rootfs={root}",
                f"--path.procfs={root}/proc",
                f"--path.sysfs={root}/sys",
                f"--path.udev.data={root}/run/udev/data",
                f"--collector.textfile.directory={root}{MACHINE_METRICS}",
                # node_network_address_info: where each address is that keepalived moves.
                "--collector.netdev.address-info",
                "--collector.filesystem.mount-points-exclude="
                "^/(dev|proc|sys|run/.+|var/lib/(containerd|kubelet)/.+)($|/)",
                f"--web.listen-address=$(NODE_ADDRESS):{names.NODE_EXPORTER_PORT}",
            ),
            environment=(variable_of("NODE_ADDRESS", "status.hostIP"),),
            mounts=(
                Mount(
                    name="root",
                    path=root,
                    volume={"hostPath": {"path": "/", "type": "Directory"}},
                    read_only=True,
                    mount_propagation=True,
                ),
            ),
        )
        template = service.template(container, node=NodeAccess(network=True), everywhere=True)
        return [service.service_account(), service.daemon_set(template, _ON_NODES)]

    def _service(self, name: str) -> Service:
        return Service(name=name, placement=self._plan.placement)

    def _services(self, service: Service, *more: JsonObject) -> list[Manifest]:
        """By name one of them; by more ports, each pod by a name of its own."""
        http = port(names.HTTP, names.PORTS[service.name], app_protocol="http")
        if service.name == names.PROMETHEUS:  # its Service names its pods, too
            return [service.service({"clusterIP": "None", "ports": [http]})]
        found = [service.service({"ports": [http]})]
        if more:
            spec: JsonObject = {
                "clusterIP": "None",
                "publishNotReadyAddresses": True,
                "ports": list(more),
            }
            found.append(service.service(spec, name=f"{service.name}-peers"))
        return found

    def _container(
        self,
        name: str,
        *,
        ready: Probe,
        alive: Probe = ACCEPTS,
        arguments: tuple[str, ...] = (),
        environment: tuple[JsonObject, ...] = (),
        mounts: tuple[Mount, ...] = (),
        more: tuple[ContainerPort, ...] = (),
        https: bool = False,
    ) -> Container:
        needs = self._plan.sizing.parts[cast(Part, name)]
        number = names.METRICS_SERVER_PORT if https else names.PORTS[name]
        first = ContainerPort(name="https" if https else names.HTTP, number=number)
        return Container(
            name=name,
            image=self._plan.images[name],
            cpu=cpu_quantity(needs.cpu),
            memory=memory_quantity(needs.memory),
            ports=(first, *more),
            ready=ready,
            alive=alive,
            arguments=arguments,
            environment=environment,
            mounts=mounts,
        )


def _files(name: str, path: str, config: Manifest) -> Mount:
    volume: JsonObject = {"configMap": {"name": config.physical_name}}
    return Mount(name=name, path=path, volume=volume, read_only=True)


def _secret(name: str, path: str, secret: Manifest) -> Mount:
    volume: JsonObject = {"secret": {"secretName": secret.physical_name, "defaultMode": 0o440}}
    return Mount(name=name, path=path, volume=volume, read_only=True)


def _scratch(name: str, path: str) -> Mount:
    return Mount(name=name, path=path, volume={"emptyDir": {"sizeLimit": "1Gi"}})


def _resource_metrics(service: Service) -> Manifest:
    """Its certificate is its own, made anew with each pod: there is none to hold it against."""
    spec: Mapping[str, object] = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "insecureSkipTLSVerify": True,
        "service": {"name": service.name, "namespace": service.namespace, "port": 443},
    }
    return manifest(
        "apiregistration.k8s.io/v1",
        "APIService",
        "v1beta1.metrics.k8s.io",
        {"spec": dict(spec)},
        labels=service.labels,
    )
