"""Names that belong to other programs of the cluster: no tenant and no app may take them (C1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from estate.declarations.catalogue import Catalogue, declared_namespaces, namespace_of
from estate.reader.namespaces import matches
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES

NAMESPACES = (
    "default",
    "default-*",
    "estate",
    "estate-*",
    "kube",
    "kube-*",  # Kubernetes: "the prefix kube- is reserved for Kubernetes system namespaces"
    "openshift",
    "openshift-*",
    "platform",
    "platform-*",
    "*-system",  # istio-system, calico-system, metallb-system
    "*-operator",  # tigera-operator
    "calico-apiserver",  # operator.tigera.io/v1 APIServer
    "cert-manager",
    "external-secrets",
)
"""Namespaces of Kubernetes, of the platform itself and of the programs that a zone may have."""

DEFAULT = "default"
"""The service account that every namespace has already; an app's pods run as the app's."""

T = TypeVar("T")


def check_reserved(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each namespace or service account that would be another program's."""
    patterns = reserved_namespaces(catalogue)
    for tenant in catalogue.tenants.values():
        name = tenant.value.tenant
        yield from _namespace(tenant, ("tenant",), name, patterns)
        for zone, declared in tenant.value.zones.items():
            for full, place, _ in declared_namespaces(name, declared):
                if place:
                    yield from _namespace(tenant, ("zones", zone, *place), full, patterns)
    for app in catalogue.apps:
        if app.value.pool:
            yield from _namespace(app, ("app",), namespace_of(app.value), patterns)
        if app.value.app == DEFAULT:
            yield app.problem(
                "app-reserved",
                ("app",),
                f"'{DEFAULT}' is the service account that Kubernetes makes in every namespace, for "
                "pods that name none: it would be the app's",
                "any other name",
                "Rename the app",
            )


def reserved_namespaces(catalogue: Catalogue) -> tuple[str, ...]:
    """The patterns that hold everywhere, and those that a stack adds.

    A tenant has its name in both zones, so what one stack reserves is reserved in both.
    """
    added = (namespace for zone in ZONES for namespace in catalogue.stack(zone).reserved_namespaces)
    return tuple(dict.fromkeys((*NAMESPACES, *added)))


def _namespace(
    declared: Declared[T], path: KeyPath, namespace: str, patterns: tuple[str, ...]
) -> Iterator[Problem]:
    if any(matches(pattern, namespace) for pattern in patterns):
        yield declared.problem(
            "namespace-reserved",
            path,
            f"the namespace '{namespace}' would be one of the cluster's own",
            f"names other than {', '.join(patterns)}",
            "Rename it",
        )
