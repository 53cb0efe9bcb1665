"""Databases by name: a Service without pods, and where it leads; never Endpoints (F4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.egress.plan.model import DatabaseName

PORT = "tcp"
"""The port's name: the slice's must equal the Service's, or it leads nowhere."""


def database(plan: DatabaseName, namespace: str, labels: dict[str, str]) -> Iterator[Manifest]:
    """The name that a namespace's apps connect to, whichever way it leads."""
    # With a dot, no app's Service is called like it.
    logical = f"{plan.name}.{namespace}"
    yield manifest(
        "v1",
        "Service",
        plan.name,
        {"spec": _cluster_address(plan) if plan.address else _other_name(plan)},
        namespace=namespace,
        labels=labels,
        annotations=SKIP_AWAIT,
        logical=logical,
    )
    if plan.address:
        yield manifest(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            plan.name,
            _slice(plan),
            namespace=namespace,
            labels={
                **labels,
                "kubernetes.io/service-name": plan.name,
                # Slices of the cluster's own controller name it here, and only those are its own.
                "endpointslice.kubernetes.io/managed-by": "estate",
            },
            logical=logical,
        )


def _cluster_address(plan: DatabaseName) -> JsonObject:
    port = {"name": PORT, "protocol": "TCP", "appProtocol": "tcp", "port": plan.port}
    return {"type": "ClusterIP", "ports": [{**port, "targetPort": plan.port}]}


def _other_name(plan: DatabaseName) -> JsonObject:
    """Relays stand in another namespace, and an address of a Service is no endpoint of one."""
    return {"type": "ExternalName", "externalName": plan.relays}


def _slice(plan: DatabaseName) -> JsonObject:
    port = {"name": PORT, "protocol": "TCP", "appProtocol": "tcp", "port": plan.port}
    return {
        "addressType": "IPv4",
        "endpoints": [{"addresses": [str(plan.address)], "conditions": {"ready": True}}],
        "ports": [port],
    }
