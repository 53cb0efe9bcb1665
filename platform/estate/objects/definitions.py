"""Kinds of objects that others define: what a cluster must know before them (E9, fault 11).

The estate installs no definitions: they come with whatever reads the objects, in its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from estate.objects.manifest import Manifest

COMES_WITH: Mapping[str, str] = {
    "cert-manager.io": "cert-manager 1.21",
    "gateway.networking.k8s.io": "Gateway API 1.6, standard channel",
    "k8s.ovn.org": "OVN-Kubernetes",
    "metallb.io": "MetalLB 0.15",
    "security.istio.io": "Istio 1.31",
    "snapshot.storage.k8s.io": "the CSI snapshotter",
}
"""By API group, what brings the definitions of the kinds that the estate uses."""


@dataclass(frozen=True, kw_only=True, order=True)
class Definition:
    """A kind that a cluster must know."""

    api_version: str
    kind: str

    @property
    def comes_with(self) -> str:
        """What brings it, in words."""
        return COMES_WITH[_group(self.api_version)]


def defined_by_others(manifests: Iterable[Manifest]) -> frozenset[Definition]:
    """The kinds among ``manifests`` that no API server has by itself."""
    return frozenset(
        Definition(api_version=str(manifest.body["apiVersion"]), kind=manifest.kind)
        for manifest in manifests
        if _group(str(manifest.body["apiVersion"])) in COMES_WITH
    )


def _group(api_version: str) -> str:
    return api_version.partition("/")[0]
