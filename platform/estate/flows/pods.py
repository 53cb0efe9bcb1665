"""Pods at the ends of flows, by what they are declared to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

APP_LABEL = "estate/app"
NAME_LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True, kw_only=True)
class PodGroup:
    """Pods of one namespace with these labels."""

    namespace: str
    labels: tuple[tuple[str, str], ...]
    name: str


def app_pods(namespace: str, app: str) -> PodGroup:
    """An app's pods."""
    return pods(namespace, {APP_LABEL: app}, app)


def service_pods(namespace: str, name: str) -> PodGroup:
    """The pods of a platform service."""
    return pods(namespace, {NAME_LABEL: name}, name)


def pods(namespace: str, labels: Mapping[str, str], name: str) -> PodGroup:
    """Pods by their labels; ``name`` is what reports call them in their namespace."""
    return PodGroup(namespace=namespace, labels=tuple(labels.items()), name=f"{namespace}/{name}")


NAME_SERVICE = pods("kube-system", {"k8s-app": "kube-dns"}, "kube-dns")
