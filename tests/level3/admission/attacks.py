"""Attempts to gain what is not declared: one row each, with the reason for which it is refused.

Each row has a counterpart that is admitted, so that nothing else of the request is what is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from estate.topics.admission.manifests.examples import Place, as_pod, pod

Json = dict[str, Any]

POOL = "node-restriction.kubernetes.io/pool"
MOTOR = Place(
    namespace="motor",
    registry="registry.dmz.harbour.example",
    zone="dmz",
    selector={POOL: "shared"},
)
PORTAL = Place(
    namespace="life-policy-portal",
    registry="registry.dmz.harbour.example",
    zone="dmz",
    selector={POOL: "policy-portal"},
)
BROKERS = Place(
    namespace="brokers",
    registry="registry.dmz.harbour.example",
    zone="dmz",
    selector={POOL: "brokers"},
    node_port=30011,
    ingress_class="external-brokers",
    hosts=("brokers.harbour.example",),
)
MONITORING = Place(
    namespace="estate-monitoring",
    registry="registry.dmz.harbour.example",
    zone="dmz",
    selector={POOL: "monitoring"},
)
LOGGING = Place(
    namespace="estate-logging",
    registry="registry.dmz.harbour.example",
    zone="dmz",
    selector={POOL: "logging"},
)

INSIDER = "insider"
"""Who may write everything in namespaces of the estate: what RBAC gives to nobody there."""
NODE = "system:node:dmz-n01"
UID = "the node's UID"
"""In place of what the node's kubelet knows."""
PIPELINE = "gitlab:project_path:life/deployment:ref_type:branch:ref:main"
OWN = PORTAL.namespace
AUDIENCE = "https://kubernetes.default.svc.cluster.local"

GROUPS: Mapping[str, str] = {NODE: "system:nodes", "preview": "estate:preview"}
"""Of users that have their rights by a group."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A request that is refused, and the nearest one that is admitted."""

    what: str
    subject: str
    path: str
    """Of the API; a dry run is asked for."""
    body: Json
    refused: str
    """What the refusal says."""
    or_else: str = ""
    """What another rule says that refuses it, too: of several, the API server shows any."""
    counterpart: Json | None = field(default=None)
    """The same without the fault; None where the subject may send no such request at all."""


def _pod(place: Place, change: Callable[[Json], None] = lambda _: None) -> Json:
    spec: Any = pod(place)
    change(spec)
    return as_pod(place, spec).body


def _in_pod(
    what: str,
    place: Place,
    account: str,
    refused: str,
    change: Callable[[Json], None],
    base: Callable[[Json], None] = lambda _: None,
) -> Attempt:
    def counterpart(spec: Json) -> None:
        spec["serviceAccountName"] = account
        base(spec)

    def attack(spec: Json) -> None:
        counterpart(spec)
        change(spec)

    return Attempt(
        what=what,
        subject=INSIDER,
        path=f"/api/v1/namespaces/{place.namespace}/pods",
        body=_pod(place, attack),
        counterpart=_pod(place, counterpart),
        refused=refused,
    )


def _set(**values: Any) -> Callable[[Json], None]:
    return lambda spec: spec.update(values)


def _container(**values: Any) -> Callable[[Json], None]:
    return lambda spec: spec["containers"][0].update(values)


def _secured(**values: Any) -> Callable[[Json], None]:
    return lambda spec: spec["containers"][0]["securityContext"].update(values)


def _directory(path: str, *, read_only: bool = True) -> Callable[[Json], None]:
    def change(spec: Json) -> None:
        spec["volumes"] = [{"name": "node", "hostPath": {"path": path}}]
        mount = {"name": "node", "mountPath": "/node", "readOnly": read_only}
        spec["containers"][0]["volumeMounts"] = [mount]

    return change


def _account(name: str) -> Callable[[Json], None]:
    return _set(serviceAccountName=name)


def _object(api: str, kind: str, place: Place, name: str, **fields: Any) -> Json:
    metadata: Json = {"name": name, "namespace": place.namespace, "labels": {"estate/zone": "dmz"}}
    metadata |= fields.pop("metadata", {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def _service(place: Place, annotations: Json | None = None, **spec: Any) -> Json:
    whole = {"selector": {"estate/app": "example"}, "ports": [{"port": 8080}], **spec}
    noted = {"metadata": {"annotations": annotations}} if annotations else {}
    return _object("v1", "Service", place, "estate-example", spec=whole, **noted)


def _ingress(annotations: Json | None = None, **spec: Any) -> Json:
    backend = {"service": {"name": "example", "port": {"number": 8080}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    whole = {
        "ingressClassName": BROKERS.ingress_class,
        "rules": [{"host": BROKERS.hosts[0], "http": {"paths": [path]}}],
        **spec,
    }
    noted = {"metadata": {"annotations": annotations}} if annotations else {}
    return _object(
        "networking.k8s.io/v1", "Ingress", BROKERS, "estate-example", spec=whole, **noted
    )


def _slice(address: str) -> Json:
    return _object(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        MOTOR,
        "estate-example",
        addressType="IPv4",
        endpoints=[{"addresses": [address]}] if address else [],
        ports=[{"name": "tcp", "port": 8080}],
    )


def _token(seconds: int = 600, audiences: tuple[str, ...] = ()) -> Json:
    spec: Json = {"expirationSeconds": seconds, "audiences": list(audiences)}
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


def _tokens_of(account: str, namespace: str = OWN) -> str:
    return f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"


def _endpoints(address: str) -> Json:
    subset = {"addresses": [{"ip": address}], "ports": [{"port": 8080}]}
    return _object("v1", "Endpoints", MOTOR, "estate-example", subsets=[subset] if address else [])


_SERVICES = f"/api/v1/namespaces/{MOTOR.namespace}/services"
_INGRESSES = f"/apis/networking.k8s.io/v1/namespaces/{BROKERS.namespace}/ingresses"

TOKENS = (
    Attempt(
        what="a deployer's token for a hundred years",
        subject=PIPELINE,
        path=_tokens_of("deployer"),
        body=_token(876000 * 3600),
        counterpart=_token(3600),
        refused="A token lives for an hour at most",
    ),
    Attempt(
        what="a deployer's token for another service",
        subject=PIPELINE,
        path=_tokens_of("deployer"),
        body=_token(audiences=("vault",)),
        counterpart=_token(audiences=(AUDIENCE,)),
        refused="is for this cluster's API servers alone",
    ),
    Attempt(
        what="a deployer's token for another service as well",
        subject=PIPELINE,
        path=_tokens_of("deployer"),
        body=_token(audiences=(AUDIENCE, "vault")),
        counterpart=_token(),
        refused="is for this cluster's API servers alone",
    ),
    Attempt(
        what="a token of Prometheus by hand",
        subject=INSIDER,
        path=_tokens_of("prometheus", MONITORING.namespace),
        body=_token(),
        refused="Only a deployer's tokens are given out",
    ),
)

PODS = (
    Attempt(
        what="a mirror pod with the labels of the log store",
        subject=NODE,
        path=f"/api/v1/namespaces/{LOGGING.namespace}/pods",
        body={
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": "mirror-dmz-n01",
                "namespace": LOGGING.namespace,
                "labels": {"app.kubernetes.io/name": "elasticsearch"},
                "annotations": {"kubernetes.io/config.mirror": "x"},
                "ownerReferences": [
                    {
                        "apiVersion": "v1",
                        "kind": "Node",
                        "name": "dmz-n01",
                        "uid": UID,
                        "controller": True,
                    }
                ],
            },
            "spec": {**pod(LOGGING), "nodeName": "dmz-n01"},
        },
        refused="A node makes no pod here",
        or_else="the pod is put on node dmz-n01",
    ),
    _in_pod(
        "a privileged container of the log collector",
        LOGGING,
        "log-collector",
        "Rule privilege:",
        _secured(privileged=True, allowPrivilegeEscalation=True),
        _secured(runAsUser=0, runAsNonRoot=False),
    ),
    _in_pod(
        "a capability of the log collector",
        LOGGING,
        "log-collector",
        "keeps or adds capabilities",
        _secured(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
        _secured(runAsUser=0, runAsNonRoot=False),
    ),
    _in_pod(
        "root in Kibana's account",
        LOGGING,
        "log-collector",
        "may run as root",
        _account("kibana"),
        _secured(runAsUser=0, runAsNonRoot=False),
    ),
    _in_pod(
        "the whole node for the log collector",
        LOGGING,
        "log-collector",
        "Rule host-path:",
        _directory("/"),
        _directory("/var/log"),
    ),
    _in_pod(
        "logs that the log collector may write",
        LOGGING,
        "log-collector",
        "Rule host-path:",
        _directory("/var/log", read_only=False),
        _directory("/var/log"),
    ),
    _in_pod(
        "the node's files for Grafana",
        MONITORING,
        "node-exporter",
        "Rule host-path:",
        _account("grafana"),
        _directory("/"),
    ),
    _in_pod(
        "the node's processes for node-exporter",
        MONITORING,
        "node-exporter",
        "Rule host-namespaces: ",
        _set(hostPID=True),
        _set(hostNetwork=True),
    ),
    _in_pod(
        "another port of the node for node-exporter",
        MONITORING,
        "node-exporter",
        "Rule host-port:",
        _container(ports=[{"containerPort": 9101, "hostPort": 9101}]),
        _container(ports=[{"containerPort": 9100, "hostPort": 9100}]),
    ),
    _in_pod(
        "a node by name for the log collector",
        LOGGING,
        "log-collector",
        "the pod is put on node dmz-n01",
        _set(nodeName="dmz-n01"),
        _set(tolerations=[{"operator": "Exists", "effect": "NoSchedule"}]),
    ),
    _in_pod(
        "every node for Kibana",
        LOGGING,
        "log-collector",
        "Rule placement:",
        _account("kibana"),
        _set(tolerations=[{"operator": "Exists", "effect": "NoSchedule"}]),
    ),
    _in_pod(
        "a pod without seccomp where Pod Security steps back",
        MONITORING,
        "node-exporter",
        "the pod loosens what confines its containers",
        lambda spec: spec["securityContext"].update(seccompProfile={"type": "Unconfined"}),
        _secured(seccompProfile={"type": "RuntimeDefault"}),
    ),
    _in_pod(
        "a probe of another host where Pod Security steps back",
        MONITORING,
        "node-exporter",
        "lets its node ask another host",
        _container(livenessProbe={"httpGet": {"port": 80, "host": "169.254.169.254"}}),
        _container(livenessProbe={"httpGet": {"port": 80}}),
    ),
    _in_pod(
        "a hook to another host where Pod Security steps back",
        MONITORING,
        "node-exporter",
        "lets its node ask another host",
        _container(lifecycle={"preStop": {"tcpSocket": {"port": 80, "host": "10.20.9.40"}}}),
        _container(lifecycle={"preStop": {"sleep": {"seconds": 1}}}),
    ),
    _in_pod(
        "a priority of the cluster's own",
        MOTOR,
        "default",
        "The priority classes system-* are the cluster's own",
        _set(priorityClassName="system-node-critical"),
    ),
    _in_pod(
        "a pod under a pipeline's account",
        PORTAL,
        "policy-portal",
        "No pod runs as 'deployer'",
        _account("deployer"),
    ),
    _in_pod(
        "an image with two digests",
        MOTOR,
        "default",
        "Rule image:",
        _container(image=f"{MOTOR.registry}/example@@sha256:{'0' * 64}"),
    ),
)

SERVICES = (
    Attempt(
        what="a pool of addresses by annotation",
        subject=INSIDER,
        path=_SERVICES,
        body=_service(MOTOR, {"metallb.io/address-pool": "dmz"}),
        counterpart=_service(MOTOR, {"example.com/note": "dmz"}),
        refused="the annotation metallb.io/address-pool is not one that apps may have",
    ),
    Attempt(
        what="a snippet of the routers' configuration on a Service",
        subject=INSIDER,
        path=_SERVICES,
        body=_service(MOTOR, {"haproxy.org/backend-config-snippet": "http-request deny"}),
        counterpart=_service(MOTOR, {"haproxy.org/load-balance": "source"}),
        refused="the annotation haproxy.org/backend-config-snippet is not one that apps may have",
    ),
    Attempt(
        what="a name for a Service of another namespace",
        subject=INSIDER,
        path=_SERVICES,
        body={
            **_service(MOTOR),
            "spec": {"type": "ExternalName", "externalName": "kibana.estate-logging.svc"},
        },
        counterpart=_service(MOTOR),
        refused="it points to kibana.estate-logging.svc, which no app of namespace motor declares",
    ),
    Attempt(
        what="endpoints that are pods of others",
        subject=INSIDER,
        path=f"/apis/discovery.k8s.io/v1/namespaces/{MOTOR.namespace}/endpointslices",
        body=_slice("10.64.3.7"),
        counterpart=_slice(""),
        refused="it points to 10.64.3.7, which no app of namespace motor declares",
    ),
    Attempt(
        what="endpoints of the old kind that are pods of others",
        subject=INSIDER,
        path=f"/api/v1/namespaces/{MOTOR.namespace}/endpoints",
        body=_endpoints("10.64.3.7"),
        counterpart=_endpoints(""),
        refused="it points to 10.64.3.7, which no app of namespace motor declares",
    ),
)

ROUTES = (
    Attempt(
        what="TLS for a host of others",
        subject=INSIDER,
        path=_INGRESSES,
        body=_ingress(tls=[{"hosts": ["quote.harbour.example"], "secretName": "x"}]),
        counterpart=_ingress(tls=[{"hosts": ["brokers.harbour.example"], "secretName": "x"}]),
        refused="its TLS is for quote.harbour.example",
    ),
    Attempt(
        what="a snippet of the routers' configuration",
        subject=INSIDER,
        path=_INGRESSES,
        body=_ingress({"haproxy.org/frontend-config-snippet": "http-request deny"}),
        counterpart=_ingress({"example.com/note": "x"}),
        refused="the annotation haproxy.org/frontend-config-snippet is not one that apps may have",
    ),
)

BINDINGS = (
    Attempt(
        what="a pod on a node of another pool",
        subject=INSIDER,
        path=f"/api/v1/namespaces/{MOTOR.namespace}/pods/estate-example/binding",
        body={
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": "estate-example", "namespace": MOTOR.namespace},
            "target": {"apiVersion": "v1", "kind": "Node", "name": "dmz-n03"},
        },
        refused="Only the scheduler puts pods on nodes",
    ),
)

ATTEMPTS = (*TOKENS, *PODS, *SERVICES, *ROUTES, *BINDINGS)
