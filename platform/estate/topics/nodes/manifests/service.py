"""What every object of a platform service carries, and the objects that each of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from estate.objects.binding import RBAC
from estate.objects.container import Container
from estate.objects.hashing import content_hash
from estate.objects.labels import METRICS, METRICS_PATH, SKIP_AWAIT, zone_labels
from estate.objects.manifest import JsonObject, Manifest, SecretSpec, manifest
from estate.objects.network_policy import allow_from_pods
from estate.objects.pod import USER, NodeAccess, Placement, pod_template, spread
from estate.objects.workloads import (
    daemon_set_spec,
    deployment_spec,
    disruption_budget_spec,
    rollout_of_nodes_within,
    rollout_within,
    stateful_set_spec,
)
from estate.topics.nodes.plan.model import ServicePlacement
from estate.topics.nodes.plan.platform_namespaces import PROMETHEUS
from estate.topics.nodes.plan.pools import POOL_LABEL

READY_WITHIN = 300
"""Seconds that each pod of a service has to become ready."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: what its objects are called, and where its pods run."""

    name: str
    """Unique in its namespace; with the namespace's role before it, unique in the cluster."""
    placement: ServicePlacement

    @property
    def namespace(self) -> str:
        """The namespace of its role."""
        return self.placement.namespace

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its objects and pods."""
        return {
            **zone_labels(self.placement.zone),
            **self.selector,
            "app.kubernetes.io/part-of": "estate",
        }

    @property
    def selector(self) -> dict[str, str]:
        """The stable subset that selects its pods."""
        return {"app.kubernetes.io/name": self.name}

    def own(
        self,
        api_version: str,
        kind: str,
        fields: JsonObject,
        *,
        name: str = "",
        annotations: dict[str, str] | None = None,
    ) -> Manifest:
        """An object in its namespace, which has its name unless it needs another."""
        physical = name or self.name
        return manifest(
            api_version,
            kind,
            physical,
            fields,
            namespace=self.namespace,
            labels=self.labels,
            annotations=annotations,
            logical=f"{self.namespace}-{physical}",
        )

    def template(
        self,
        container: Container,
        *,
        beside: Iterable[Container] = (),
        token: bool = False,
        node: NodeAccess | None = None,
        user: int = USER,
        everywhere: bool = False,
        revision: str = "pod-template-hash",
        restart: str = "",
        init: Container | None = None,
        anti_affinity: bool = False,
    ) -> JsonObject:
        """The template of its pods: on its pool and spread, or ``everywhere``, on each node.

        ``restart`` is the policy of pods that end, ``init`` what runs before and ends; with
        ``anti_affinity`` a node has at most one of them.
        """
        anywhere: JsonObject = {"operator": "Exists", "effect": "NoSchedule"}
        return pod_template(
            container,
            labels=self.labels,
            service_account=self.name,
            placement=Placement(
                node_selector={} if everywhere else {POOL_LABEL: self.placement.pool},
                tolerations=(anywhere,) if everywhere else self._tolerations,
            ),
            spread=() if everywhere or restart else spread(self.selector, revision),
            anti_affinity=self.selector if anti_affinity else None,
            first=[init] if init else [],
            restart=restart,
            beside=beside,
            token=token,
            node=node,
            user=user,
        )

    @property
    def _tolerations(self) -> tuple[JsonObject, ...]:
        return tuple(
            {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
            for taint in self.placement.taints
        )

    def service_account(self) -> Manifest:
        """Who its pods are; a pod says itself whether it speaks to the API server."""
        return self.own("v1", "ServiceAccount", {"automountServiceAccountToken": False})

    def deployment(
        self,
        template: JsonObject,
        replicas: int,
        annotations: Mapping[str, str] | None = None,
    ) -> list[Manifest]:
        """Pods that are alike, and what keeps enough of them."""
        spec = deployment_spec(self.selector, template, replicas, READY_WITHIN)
        return [
            self.own(
                "apps/v1", "Deployment", {"spec": spec}, annotations=_waits(replicas, annotations)
            ),
            self.disruption_budget(),
        ]

    def stateful_set(
        self,
        template: JsonObject,
        replicas: int,
        *,
        service: str,
        claims: Mapping[str, JsonObject] | None = None,
        annotations: Mapping[str, str] | None = None,
        quorum: bool = False,
    ) -> list[Manifest]:
        """Pods with names, all started at once, and what keeps enough of them."""
        spec = stateful_set_spec(
            self.selector, template, replicas, service=service, parallel=True, claims=claims
        )
        return [
            self.own(
                "apps/v1", "StatefulSet", {"spec": spec}, annotations=_waits(replicas, annotations)
            ),
            self.disruption_budget(quorum=quorum),
        ]

    def daemon_set(
        self, template: JsonObject, annotations: Mapping[str, str] | None = None
    ) -> Manifest:
        """One pod on each node."""
        spec = daemon_set_spec(self.selector, template)
        seconds = rollout_of_nodes_within(READY_WITHIN)
        return self.own(
            "apps/v1", "DaemonSet", {"spec": spec}, annotations=_within(seconds, annotations)
        )

    def secret(self, name: str, *, length: int = 32, stored: bool = False) -> Manifest:
        """A Secret whose value the engine generates, or the stack keeps (``name`` has both)."""
        return manifest(
            "v1",
            "Secret",
            name,
            {"type": "Opaque", "immutable": True},
            namespace=self.namespace,
            labels=self.labels,
            secrets=(SecretSpec(key="value", length=length, stored=stored),),
        )

    def cluster_role(self, rules: list[JsonObject]) -> list[Manifest]:
        """What its account may do in the whole cluster."""
        name = f"{self.namespace}-{self.name}"
        return [
            manifest(f"{RBAC}/v1", "ClusterRole", name, {"rules": rules}, labels=self.labels),
            self.bound(name, name),
        ]

    def bound(self, role: str, name: str) -> Manifest:
        """Its account has a cluster role in the whole cluster."""
        fields: JsonObject = {
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [
                {"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}
            ],
        }
        return manifest(f"{RBAC}/v1", "ClusterRoleBinding", name, fields, labels=self.labels)

    def disruption_budget(self, *, quorum: bool = False) -> Manifest:
        """One replica at a time may go (X6)."""
        spec = disruption_budget_spec(self.selector, quorum=quorum)
        return self.own("policy/v1", "PodDisruptionBudget", {"spec": spec})

    def config_map(self, files: Mapping[str, str], name: str = "") -> Manifest:
        """Files by name, immutable under a name with their hash: a change rolls their readers."""
        physical = f"{name or self.name}-{content_hash(dict(files))}"
        fields: JsonObject = {"immutable": True, "data": dict(files)}
        return self.own("v1", "ConfigMap", fields, name=physical)

    def watched_config_map(self, files: Mapping[str, str], name: str = "") -> Manifest:
        """Files by name, for a program that reads them again by itself when they change.

        The name is constant and the content is changed in place, so that its pods run on. The
        kubelet brings a change to them within about a minute.
        """
        return self.own("v1", "ConfigMap", {"data": dict(files)}, name=name)

    def service(self, spec: JsonObject, name: str = "") -> Manifest:
        """A Service in front of its pods; ``spec`` without the selector."""
        fields: JsonObject = {"spec": {"selector": self.selector, **spec}}
        return self.own("v1", "Service", fields, name=name, annotations=SKIP_AWAIT)

    def metrics(self, number: int, path: str = "/metrics") -> list[Manifest]:
        """How Prometheus finds its pods' port ``metrics``, and that they let it in (I3)."""
        name = f"{self.name}-{METRICS}"
        spec: JsonObject = {
            "type": "ClusterIP",
            "selector": self.selector,
            "clusterIP": "None",
            "ports": [port(METRICS, number, app_protocol="http")],
        }
        annotations = {**SKIP_AWAIT, METRICS_PATH: path}
        policy = allow_from_pods(
            f"{self.name}-scraped",
            self.namespace,
            self.labels,
            self.selector,
            [(*PROMETHEUS, number)],
        )
        return [
            self.own("v1", "Service", {"spec": spec}, name=name, annotations=annotations),
            replace(policy, name=f"{self.namespace}-{policy.physical_name}"),
        ]


def _waits(replicas: int, annotations: Mapping[str, str] | None) -> dict[str, str]:
    return _within(rollout_within(replicas, READY_WITHIN), annotations)


def _within(seconds: int, annotations: Mapping[str, str] | None) -> dict[str, str]:
    return {"pulumi.com/timeoutSeconds": str(seconds), **(annotations or {})}


def port(
    name: str,
    number: int,
    *,
    protocol: str = "TCP",
    app_protocol: str = "",
    node_port: int | None = None,
) -> JsonObject:
    """A port of a Service, which forwards to the container's port of the same name (A8)."""
    found: JsonObject = {"name": name, "protocol": protocol}
    if app_protocol:
        found["appProtocol"] = app_protocol
    found |= {"port": number, "targetPort": name}
    return found if node_port is None else {**found, "nodePort": node_port}
