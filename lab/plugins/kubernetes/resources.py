"""The life of a resource: check, diff, create, read, update, delete.

Works on plain dictionaries; `provider.py` beside it speaks the engine's protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

from lab.plugins.engine_log import EngineLog
from lab.plugins.kubernetes import checkpoint, difference, managers, replacement
from lab.plugins.kubernetes.cluster import Cluster
from lab.plugins.kubernetes.difference import Difference
from lab.plugins.kubernetes.errors import (
    ApiError,
    NoMatchError,
    NotReadyError,
    PartialFailure,
    ProviderError,
)
from lab.plugins.kubernetes.objects import (
    id_of,
    is_patch,
    name_of,
    namespace_of,
    redacted,
    split_id,
)
from lab.plugins.kubernetes.reach import Reach, Unreachable
from lab.plugins.kubernetes.refusals import (
    CANNOT_DELETE,
    CANNOT_READ,
    kind_missing,
    reasons_of,
    refuse_create,
)
from lab.plugins.kubernetes.shaping import as_inputs, ignore, placed, pointed
from lab.plugins.wire import JsonMap, as_map, as_text, has_unknown


@dataclass(frozen=True)
class Diffed:
    """What a diff found."""

    found: Difference
    """The changes."""
    delete_first: bool
    """Whether the old object must go before the new one can be made."""


class Resources(Reach):
    """The resources of one cluster."""

    def __init__(
        self,
        cluster: Cluster | Unreachable,
        log: EngineLog,
        *,
        upsert: bool,
        mutable_maps: bool = False,
    ) -> None:
        super().__init__(cluster, log)
        self._upsert = upsert
        self._mutable_maps = mutable_maps

    def cancel(self) -> None:
        """End all waiting."""
        if isinstance(self._cluster, Cluster):
            self._cluster.waiter.cancel()

    def check(self, news: JsonMap) -> tuple[JsonMap, str]:
        """The inputs as they will be kept, and what is wrong with them."""
        if not as_text(as_map(news.get("metadata")).get("name")):
            return news, "metadata.name is missing: the lab's provider does not make up names"
        return self._normalised(news), ""

    def diff(self, urn: str, olds: JsonMap, news: JsonMap, ignored: list[str]) -> Diffed:
        """What differs between the object as last seen and the new inputs."""
        old_inputs, live = checkpoint.split(olds)
        new = self._normalised(news)
        old = checkpoint.pruned(live, self._normalised(old_inputs))
        namespaced = self._is_namespaced(new)
        old = placed(old, namespace_of(live), name_of(live), namespaced=namespaced)
        new = placed(new, namespace_of(new), name_of(new), namespaced=namespaced)
        patch = is_patch(urn, as_text(new.get("kind")))
        fixed = replacement.fixed_fields(new, patch=patch, mutable_maps=self._mutable_maps)
        found = difference.between(old, new, fixed)
        ignore(found, ignored)
        same_place = name_of(new) == name_of(live) and namespace_of(new) == namespace_of(live)
        return Diffed(found, delete_first=bool(found.replaces) and same_place)

    def create(
        self, urn: str, inputs: JsonMap, seconds: float, *, preview: bool
    ) -> tuple[str, JsonMap]:
        """The new resource's id and state. A preview that cannot be had gives the inputs."""
        patch = is_patch(urn, as_text(inputs.get("kind")))
        manager = managers.manager_for(inputs, {})
        if preview:
            return "", self._preview_create(urn, inputs, manager, patch=patch)
        cluster = self._reachable()
        try:
            if patch or self._upsert:
                live = cluster.apply_patiently(inputs, manager, self._status(urn))
            else:
                live = cluster.create(inputs, self._status(urn))
        except NoMatchError as failure:
            raise kind_missing(urn, "creation", failure) from failure
        except ProviderError as failure:
            refuse_create(urn, inputs, failure)
        try:
            if not patch:
                live = cluster.await_ready(inputs, live, seconds, self._status(urn))
        except ProviderError as failure:
            live = self._last_seen(cluster, live)
            summary = (
                f'resource "{urn}" was successfully created, but the Kubernetes API server '
                f"reported that it failed to fully initialize or become live: {failure}"
            )
            state = checkpoint.build(inputs, live, as_text(inputs.get("apiVersion")), manager)
            raise PartialFailure(
                summary, id_of(live), state, reasons_of(summary, failure)
            ) from None
        api_version = as_text(inputs.get("apiVersion"))
        return id_of(live), checkpoint.build(inputs, live, api_version, manager)

    def read(
        self, urn: str, resource_id: str, state: JsonMap, inputs: JsonMap
    ) -> tuple[JsonMap, JsonMap] | None:
        """The inputs and state as they are in the cluster; None when the object is gone."""
        if isinstance(self._cluster, Unreachable):
            self._warn_unreachable(urn)
            raise ProviderError(CANNOT_READ)
        namespace, name = split_id(resource_id)
        _, old_live = checkpoint.split(state)
        from_cluster = not inputs.get("kind") and not old_live.get("kind")
        known = self._normalised(inputs) if inputs.get("kind") else pointed(urn, namespace, name)
        manager = managers.manager_for(known, state)
        api_version = as_text(state.get(checkpoint.API_VERSION)) or as_text(known.get("apiVersion"))
        try:
            live = self._cluster.read(known, name)
        except NoMatchError:
            return None
        except ApiError as failure:
            if failure.not_found:
                return None
            raise
        if from_cluster:
            found = as_inputs(live)
            return found, checkpoint.build(found, live, api_version, manager)
        found = checkpoint.pruned(live, known)
        kept = checkpoint.build(found, live, api_version, manager)
        try:
            if not is_patch(urn, as_text(known.get("kind"))):
                self._cluster.waiter.check_on_read(known, live)
        except NotReadyError as failure:
            reasons = reasons_of(str(failure), failure)
            raise PartialFailure(str(failure), resource_id, kept, reasons, found) from None
        return found, kept

    def update(
        self, urn: str, olds: JsonMap, news: JsonMap, seconds: float, *, preview: bool
    ) -> JsonMap:
        """The state after the new inputs were applied."""
        inputs = self._normalised(news)
        _, old_live = checkpoint.split(olds)
        if preview and (has_unknown(inputs) or not self._serves(inputs)):
            return news
        cluster = self._reachable()
        patch = is_patch(urn, as_text(inputs.get("kind")))
        manager, before = managers.manager_for(inputs, olds), managers.manager_for({}, olds)
        api_version = as_text(olds.get(checkpoint.API_VERSION)) or as_text(inputs.get("apiVersion"))
        name = name_of(old_live)
        try:
            live = cluster.update(inputs, name, manager, patch=patch, dry_run=preview)
            if not preview and not patch:
                live = cluster.await_ready(inputs, live, seconds, self._status(urn))
        except NoMatchError as failure:
            raise kind_missing(urn, "update", failure) from failure
        except ProviderError as failure:
            if preview and isinstance(failure, ApiError) and failure.forbidden:
                return news
            summary = (
                f'the Kubernetes API server reported that "{id_of(old_live)}" failed to fully '
                f"initialize or become live: {redacted(str(failure), inputs)}"
            )
            live = self._current(urn, cluster, inputs, name, failure)
            kept = checkpoint.build(inputs, live, api_version, manager)
            reasons = reasons_of(summary, failure)
            raise PartialFailure(summary, id_of(live), kept, reasons) from None
        if not preview and before != manager:
            cluster.relinquish(inputs, name, before)
        return checkpoint.build(inputs, live, api_version, manager)

    def delete(self, urn: str, resource_id: str, state: JsonMap, seconds: float) -> None:
        """The object gone from the cluster; of a Patch, only our fields."""
        if isinstance(self._cluster, Unreachable):
            self._warn_unreachable(urn)
            raise ProviderError(CANNOT_DELETE)
        inputs, live = checkpoint.split(state)
        _, name = split_id(resource_id)
        manager = managers.manager_for(inputs, state)
        try:
            if is_patch(urn, as_text(live.get("kind"))):
                self._cluster.relinquish(live, name, manager)
            else:
                self._cluster.delete(live, name, seconds)
        except NoMatchError:
            return
        except NotReadyError as failure:
            summary = str(failure)
            reasons = reasons_of(summary, failure)
            raise PartialFailure(summary, resource_id, state, reasons) from None

    def _preview_create(self, urn: str, inputs: JsonMap, manager: str, *, patch: bool) -> JsonMap:
        if patch or has_unknown(inputs) or not self._serves(inputs):
            return inputs
        cluster = self._reachable()
        try:
            live = cluster.preview_create(inputs)
        except ApiError as failure:
            if failure.forbidden or failure.already_exists or failure.namespace_missing:
                return inputs
            refuse_create(urn, inputs, failure)
        live.pop("status", None)
        api_version = as_text(inputs.get("apiVersion"))
        return checkpoint.build(inputs, live, api_version, manager)
