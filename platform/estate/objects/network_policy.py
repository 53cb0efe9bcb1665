"""Network policies: each a small value, allowing one thing (C3)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from estate.objects.manifest import JsonObject, Manifest, manifest

Pods = tuple[str, dict[str, str], int]
"""Pods elsewhere: their namespace, their labels, and the TCP port that the callee listens on."""

DNS_PODS: JsonObject = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}


def _policy(
    name: str,
    namespace: str,
    labels: dict[str, str],
    spec: JsonObject,
    logical: str | None = None,
) -> Manifest:
    return manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        name,
        {"spec": spec},
        namespace=namespace,
        labels=labels,
        logical=logical,
    )


def default_deny(namespace: str, labels: dict[str, str]) -> Manifest:
    """Nothing in, nothing out, for every pod of the namespace."""
    spec: JsonObject = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    return _policy("default-deny", namespace, labels, spec, f"{namespace}-default-deny")


def allow_dns(namespace: str, labels: dict[str, str]) -> Manifest:
    """Every pod may ask the cluster's name service."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    spec: JsonObject = {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"to": [DNS_PODS], "ports": ports}],
    }
    return _policy("dns", namespace, labels, spec, f"{namespace}-dns")


def allow_same_namespace(namespace: str, labels: dict[str, str]) -> Manifest:
    """Pods of one namespace talk to each other."""
    peers: list[JsonObject] = [{"podSelector": {}}]
    spec: JsonObject = {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": peers}],
        "egress": [{"to": peers}],
    }
    return _policy("same-namespace", namespace, labels, spec, f"{namespace}-same-namespace")


def allow_address(name: str, namespace: str, labels: dict[str, str], at: IPv4Network) -> Manifest:
    """Every pod of the namespace takes connections from one address, on any port."""
    spec: JsonObject = {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"ipBlock": {"cidr": str(at)}}]}],
    }
    return _policy(name, namespace, labels, spec, f"{namespace}-{name}")


def allow_from(
    name: str,
    namespace: str,
    labels: dict[str, str],
    pods: dict[str, str],
    sources: Iterable[IPv4Network],
    *ports: int,
    udp: Iterable[int] = (),
) -> Manifest:
    """The selected pods accept TCP ``ports`` and those of ``udp`` from ``sources``."""
    peers = [{"ipBlock": {"cidr": str(source)}} for source in sources]
    spec: JsonObject = {
        "podSelector": {"matchLabels": pods},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": peers,
                "ports": [
                    *({"protocol": "TCP", "port": port} for port in ports),
                    *({"protocol": "UDP", "port": port} for port in udp),
                ],
            }
        ],
    }
    return _policy(name, namespace, labels, spec)


def allow_to(
    name: str,
    namespace: str,
    labels: dict[str, str],
    pods: dict[str, str],
    destinations: Iterable[tuple[IPv4Network, int]],
) -> Manifest:
    """The selected pods connect to each of ``destinations`` (a network and a TCP port)."""
    spec: JsonObject = {
        "podSelector": {"matchLabels": pods},
        "policyTypes": ["Egress"],
        "egress": [
            {
                "to": [{"ipBlock": {"cidr": str(network)}}],
                "ports": [{"protocol": "TCP", "port": port}],
            }
            for network, port in destinations
        ],
    }
    return _policy(name, namespace, labels, spec)


def allow_to_pods(
    name: str,
    namespace: str,
    labels: dict[str, str],
    pods: dict[str, str],
    callees: Iterable[Pods],
) -> Manifest:
    """The selected pods connect to pods of other namespaces (C4)."""
    spec: JsonObject = {
        "podSelector": {"matchLabels": pods},
        "policyTypes": ["Egress"],
        "egress": [
            {"to": [_pods(where, which)], "ports": [{"protocol": "TCP", "port": port}]}
            for where, which, port in callees
        ],
    }
    return _policy(name, namespace, labels, spec)


def allow_from_pods(
    name: str,
    namespace: str,
    labels: dict[str, str],
    pods: dict[str, str],
    callers: Iterable[Pods],
) -> Manifest:
    """The selected pods accept connections from pods of other namespaces (C4)."""
    spec: JsonObject = {
        "podSelector": {"matchLabels": pods},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [_pods(where, which)], "ports": [{"protocol": "TCP", "port": port}]}
            for where, which, port in callers
        ],
    }
    return _policy(name, namespace, labels, spec)


def _pods(namespace: str, labels: dict[str, str]) -> JsonObject:
    """One peer with both selectors: as two peers they would mean either, not both.

    The namespace is named by the label that the API server itself sets and no tenant can.
    """
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": labels},
    }
