"""The cluster as far as it can be reached, and the requests for that."""

from __future__ import annotations

from dataclasses import dataclass

from lab.plugins.engine_log import EngineLog
from lab.plugins.kubernetes.cluster import Cluster
from lab.plugins.kubernetes.errors import ProviderError
from lab.plugins.kubernetes.objects import (
    encoded_secret,
    name_of,
    namespace_of,
    redacted,
    without_read_only,
)
from lab.plugins.wire import JsonMap, has_unknown


@dataclass(frozen=True)
class Unreachable:
    """Why there is no cluster to talk to."""

    reason: str


class Reach:
    """A cluster, or why there is none: without one, inputs can still be checked and compared."""

    def __init__(self, cluster: Cluster | Unreachable, log: EngineLog) -> None:
        self._cluster = cluster
        self._log = log

    def _normalised(self, obj: JsonMap) -> JsonMap:
        if has_unknown(obj):
            return without_read_only(obj)
        folded = encoded_secret(without_read_only(obj))
        if isinstance(self._cluster, Unreachable):
            return folded
        return self._cluster.schemas.normalised(folded)

    def _reachable(self) -> Cluster:
        if isinstance(self._cluster, Unreachable):
            raise ProviderError(
                f"configured Kubernetes cluster is unreachable: {self._cluster.reason}"
            )
        return self._cluster

    def _serves(self, obj: JsonMap) -> bool:
        return isinstance(self._cluster, Cluster) and self._cluster.serves(obj)

    def _is_namespaced(self, obj: JsonMap) -> bool:
        if isinstance(self._cluster, Unreachable):
            return bool(namespace_of(obj))
        return self._cluster.is_namespaced(obj)

    def _status(self, urn: str) -> _Status:
        return _Status(self._log, urn)

    def _last_seen(self, cluster: Cluster, live: JsonMap) -> JsonMap:
        try:
            return cluster.read(live, name_of(live))
        except ProviderError:
            return live

    def _current(
        self, urn: str, cluster: Cluster, inputs: JsonMap, name: str, why: ProviderError
    ) -> JsonMap:
        try:
            return cluster.read(inputs, name)
        except ProviderError as failure:
            told = redacted(str(why), inputs)
            raise ProviderError(
                f'update of resource "{urn}" failed: {told}\nunable to get cluster state: {failure}'
            ) from failure

    def _warn_unreachable(self, urn: str) -> None:
        if isinstance(self._cluster, Unreachable):
            self._log.warning(
                urn, f"configured Kubernetes cluster is unreachable: {self._cluster.reason}"
            )


class _Status:
    """Tells the person who waits what is waited for, each message once."""

    def __init__(self, log: EngineLog, urn: str) -> None:
        self._log, self._urn, self._last = log, urn, ""

    def __call__(self, message: str) -> None:
        if message != self._last:
            self._last = message
            self._log.status(self._urn, message)
