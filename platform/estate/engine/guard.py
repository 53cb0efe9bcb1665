"""The guard: a stack writes to its own cluster or to none (A1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from estate.engine.kubernetes_object import KubernetesObject, type_token

LABEL = "estate/cluster"
"""The label that people put once, at bootstrap, on a cluster's ``kube-system`` namespace, once."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """By what a stack recognises its cluster."""

    context: str
    """The kubeconfig context of the cluster."""
    name: str
    """What its ``kube-system`` namespace is labelled with."""
    uid: str | None
    """The UID of ``kube-system``, where the stack has recorded it."""


async def guard(identity: Identity, provider: pulumi.ProviderResource) -> None:
    """Returns when the cluster behind the context has this identity.

    Raises :class:`pulumi.RunError` otherwise. To be awaited before anything else is registered.
    """
    opts = pulumi.ResourceOptions(provider=provider, id="kube-system")
    found = KubernetesObject(type_token("v1", "Namespace"), "kube-system", {"metadata": None}, opts)
    metadata = await found.metadata.future()
    refusal = mismatch(identity, metadata or {})
    if refusal:
        raise pulumi.RunError(refusal)


def mismatch(identity: Identity, metadata: Mapping[str, Any]) -> str:
    """Why the cluster with this ``kube-system`` metadata is another; empty when it is not."""
    labels: Mapping[str, str] = metadata.get("labels") or {}
    name, uid = labels.get(LABEL), metadata.get("uid")
    behind = f"Nothing was written: the context '{identity.context}' points to"
    if name is None:
        command = f"label namespace kube-system {LABEL}={identity.name}"
        return (
            f"{behind} a cluster without identity (its kube-system has UID {uid} and no label "
            f"{LABEL}). If it is '{identity.name}', label it once: "
            f"kubectl --context {identity.context} {command}"
        )
    if name != identity.name:
        return (
            f"{behind} the cluster '{name}' (its kube-system has UID {uid}), "
            f"but this stack is for '{identity.name}'. Check KUBECONFIG and its contexts."
        )
    if identity.uid is not None and uid != identity.uid:
        return (
            f"{behind} a cluster that calls itself '{name}', but its kube-system has UID {uid} "
            f"where the stack recorded {identity.uid}. If it was rebuilt, correct "
            "estate:cluster.uid."
        )
    return ""
