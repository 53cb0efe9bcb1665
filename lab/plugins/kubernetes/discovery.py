"""Which kinds an API server serves, and under which paths."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lab.plugins.kubernetes.api import Api
from lab.plugins.kubernetes.errors import NoMatchError
from lab.plugins.wire import JsonMap, as_list, as_text, at

_AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
)


@dataclass(frozen=True)
class ServedKind:
    """A kind's place in the API."""

    base: str
    """The path of its group and version, such as `/apis/apps/v1`."""
    plural: str
    """Its name in paths, such as `deployments`."""
    namespaced: bool
    """Whether its objects live in namespaces."""

    def collection(self, namespace: str) -> str:
        """The path of all objects of the kind (in the namespace, where it has one)."""
        if self.namespaced:
            return f"{self.base}/namespaces/{namespace or 'default'}/{self.plural}"
        return f"{self.base}/{self.plural}"

    def item(self, namespace: str, name: str) -> str:
        """The path of one object."""
        return f"{self.collection(namespace)}/{name}"


class Discovery:
    """The kinds served, asked for once, and again when an unknown one is wanted."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, str], ServedKind] | None = None

    def find(self, api_version: str, kind: str, *, fresh: bool = False) -> ServedKind:
        """The kind's place. `fresh` asks again: a definition may have been created meanwhile."""
        with self._lock:
            kinds = self._kinds
            if kinds is None or (fresh and (api_version, kind) not in kinds):
                kinds = self._kinds = self._ask()
        served = kinds.get((api_version, kind))
        if served is None:
            raise NoMatchError(f'no matches for kind "{kind}" in version "{api_version}"')
        return served

    def _ask(self) -> dict[tuple[str, str], ServedKind]:
        kinds: dict[tuple[str, str], ServedKind] = {}
        for root in ("/api", "/apis"):
            answer = self._api.get(root, accept=_AGGREGATED)
            for group in as_list(answer.get("items")):
                name = as_text(at(group, "metadata", "name"))
                for version in as_list(at(group, "versions")):
                    _collect(kinds, root, name, version if isinstance(version, dict) else {})
        return kinds


def _collect(
    kinds: dict[tuple[str, str], ServedKind], root: str, group: str, version: JsonMap
) -> None:
    number = as_text(version.get("version"))
    api_version = f"{group}/{number}" if group else number
    for resource in as_list(version.get("resources")):
        kind = as_text(at(resource, "responseKind", "kind"))
        plural = as_text(at(resource, "resource"))
        namespaced = at(resource, "scope") == "Namespaced"
        kinds[(api_version, kind)] = ServedKind(f"{root}/{api_version}", plural, namespaced)
