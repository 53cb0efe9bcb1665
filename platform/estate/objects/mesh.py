"""Istio in ambient mode: labels, the peers that pods accept, and its own ports (K5)."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from estate.objects.manifest import Manifest, manifest

HBONE = 15008
"""Where nodes' proxies reach pods of the mesh, whatever the pods listen on
(istio.io/docs/ambient/usage/networkpolicy)."""

PROBES = IPv4Network("169.254.7.127/32")
"""What a kubelet's probes come from, once a pod is in the mesh (on the same page)."""

LABELS = {"istio.io/dataplane-mode": "ambient"}


def peer_authentication(
    namespace: str, labels: dict[str, str], mtls: Literal["permissive", "strict"]
) -> Manifest:
    """The peers whose connections the namespace's pods accept (X16)."""
    return manifest(
        "security.istio.io/v1",
        "PeerAuthentication",
        "default",
        {"spec": {"mtls": {"mode": mtls.upper()}}},
        namespace=namespace,
        labels=labels,
        logical=f"{namespace}-peer-authentication",
    )
