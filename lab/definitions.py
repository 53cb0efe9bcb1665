"""Definitions of kinds, which operators install before the estate (E9, E10).

Only the definitions, from their makers' own modules: nothing in the lab acts on such objects.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import yaml

from lab.api import Api, Object
from lab.inventory import SimulatedCluster
from toolchain import sources
from toolchain.trouble import Trouble

SOURCES: Mapping[str, str] = {
    "cert-manager.io": "cert-manager",
    "gateway.networking.k8s.io": "gateway-api",
    "metallb.io": "metallb",
    "security.istio.io": "istio",
}
"""By API group, the pinned sources that define its kinds. Others are left to who has them."""

_MANAGER = "lab-bootstrap"
_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_PATIENCE = 30  # seconds


def install(api: Api, declared: SimulatedCluster) -> None:
    """Makes the API server know the kinds that the estate declares, and no others."""
    for namespace in declared.others_namespaces:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        api.apply(f"/api/v1/namespaces/{namespace}", body, _MANAGER)
    made = [definition for group in declared.others_groups for definition in _definitions(group)]
    for one in made:
        api.apply(f"{_PATH}/{one['metadata']['name']}", one, _MANAGER)
    end = time.monotonic() + _PATIENCE
    for one in made:
        while not _established(api, one["metadata"]["name"]):
            if time.monotonic() > end:
                raise Trouble(f"{one['metadata']['name']} is not established on {declared.name}")
            time.sleep(0.1)


def _definitions(group: str) -> Iterator[Object]:
    if group in SOURCES:
        for path in sorted(sources.folder(SOURCES[group]).glob("*.yaml")):
            for body in yaml.safe_load_all(path.read_text(encoding="utf-8")):
                if body and body["kind"] == "CustomResourceDefinition":
                    yield body


def _established(api: Api, name: str) -> bool:
    conditions = api.get(f"{_PATH}/{name}").get("status", {}).get("conditions", [])
    return any(
        condition["type"] == "Established" and condition["status"] == "True"
        for condition in conditions
    )
