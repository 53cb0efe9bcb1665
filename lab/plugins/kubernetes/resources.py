"""The life of a resource: check, diff, create, read, update, delete.

Works on plain dictionaries; `provider.py` beside it speaks the engine's protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

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
    encoded_secret,
    id_of,
    is_patch,
    kind_of_urn,
    name_of,
    namespace_of,
    redacted,
    split_id,
    without_read_only,
)
from lab.plugins.wire import JsonMap, as_map, as_text, has_unknown


@dataclass(frozen=True)
class Diffed:
    """What a diff found."""

    found: Difference
    """The changes."""
    delete_first: bool
    """Whether the old object must go before the new one can be made."""


@dataclass(frozen=True)
class Unreachable:
    """Why there is no cluster to talk to."""

    reason: str


class Resources:
    """The resources of one cluster."""

    def __init__(self, cluster: Cluster | Unreachable, log: EngineLog, *, upsert: bool) -> None:
        self._cluster = cluster
        self._log = log
        self._upsert = upsert

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
        old = _placed(old, namespace_of(live), name_of(live), namespaced=namespaced)
        new = _placed(new, namespace_of(new), name_of(new), namespaced=namespaced)
        patch = is_patch(urn, as_text(new.get("kind")))
        found = difference.between(old, new, replacement.fixed_fields(new, patch=patch))
        _ignore(found, ignored)
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
            raise _kind_missing(urn, "creation", failure) from failure
        except ProviderError as failure:
            _refuse_create(urn, inputs, failure)
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
            raise PartialFailure(summary, id_of(live), state, _reasons(summary, failure)) from None
        api_version = as_text(inputs.get("apiVersion"))
        return id_of(live), checkpoint.build(inputs, live, api_version, manager)

    def read(
        self, urn: str, resource_id: str, state: JsonMap, inputs: JsonMap
    ) -> tuple[JsonMap, JsonMap] | None:
        """The inputs and state as they are in the cluster; None when the object is gone."""
        if isinstance(self._cluster, Unreachable):
            self._warn_unreachable(urn)
            raise ProviderError(
                "failed to read resource state due to unreachable cluster. If the cluster was "
                "deleted, you can remove this resource from Pulumi state by rerunning the "
                "operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "
                '"true"'
            )
        namespace, name = split_id(resource_id)
        _, old_live = checkpoint.split(state)
        from_cluster = not inputs.get("kind") and not old_live.get("kind")
        known = self._normalised(inputs) if inputs.get("kind") else _pointed(urn, namespace, name)
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
            found = _as_inputs(live)
            return found, checkpoint.build(found, live, api_version, manager)
        found = checkpoint.pruned(live, known)
        kept = checkpoint.build(found, live, api_version, manager)
        try:
            if not is_patch(urn, as_text(known.get("kind"))):
                self._cluster.waiter.check_on_read(known, live)
        except NotReadyError as failure:
            reasons = _reasons(str(failure), failure)
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
            raise _kind_missing(urn, "update", failure) from failure
        except ProviderError as failure:
            if preview and isinstance(failure, ApiError) and failure.forbidden:
                return news
            summary = (
                f'the Kubernetes API server reported that "{id_of(old_live)}" failed to fully '
                f"initialize or become live: {redacted(str(failure), inputs)}"
            )
            live = self._current(urn, cluster, inputs, name, failure)
            kept = checkpoint.build(inputs, live, api_version, manager)
            reasons = _reasons(summary, failure)
            raise PartialFailure(summary, id_of(live), kept, reasons) from None
        if not preview and before != manager:
            cluster.relinquish(inputs, name, before)
        return checkpoint.build(inputs, live, api_version, manager)

    def delete(self, urn: str, resource_id: str, state: JsonMap, seconds: float) -> None:
        """The object gone from the cluster; of a Patch, only our fields."""
        if isinstance(self._cluster, Unreachable):
            self._warn_unreachable(urn)
            raise ProviderError(
                "configured Kubernetes cluster is unreachable. If the cluster was deleted, you "
                "can remove this resource from Pulumi state by rerunning the operation with the "
                'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"'
            )
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
            reasons = _reasons(summary, failure)
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
            _refuse_create(urn, inputs, failure)
        live.pop("status", None)
        api_version = as_text(inputs.get("apiVersion"))
        return checkpoint.build(inputs, live, api_version, manager)

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


def _placed(obj: JsonMap, namespace: str, name: str, *, namespaced: bool) -> JsonMap:
    meta = {k: v for k, v in as_map(obj.get("metadata")).items() if k != "namespace"}
    meta["name"] = name
    if namespaced:
        meta["namespace"] = namespace or "default"
    return {**obj, "metadata": meta}


def _ignore(found: Difference, ignored: list[str]) -> None:
    for path in list(found.changes):
        if any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in ignored):
            del found.changes[path]
            if path in found.replaces:
                found.replaces.remove(path)


def _pointed(urn: str, namespace: str, name: str) -> JsonMap:
    """What a read by id knows of its object."""
    api_version, kind = kind_of_urn(urn)
    metadata: JsonMap = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _as_inputs(live: JsonMap) -> JsonMap:
    return without_read_only({key: value for key, value in live.items() if key != "status"})


def _kind_missing(urn: str, what: str, failure: NoMatchError) -> ProviderError:
    subject = f'{what} of resource "{urn}"'
    if what == "creation":
        api_version, kind = kind_of_urn(urn)
        subject += f" with kind {api_version}/{kind}"
    return ProviderError(
        f"{subject} failed because the Kubernetes API server reported that the apiVersion for "
        f"this resource does not exist. Verify that any required CRDs have been created: {failure}"
    )


_EXISTS_HELP = """

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use `pulumi import`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create."""


def _refuse_create(urn: str, inputs: JsonMap, failure: ProviderError) -> NoReturn:
    exists = isinstance(failure, ApiError) and failure.already_exists
    raise ProviderError(
        f'resource "{urn}" was not successfully created by the Kubernetes API server: '
        f"{redacted(str(failure), inputs)}{_EXISTS_HELP if exists else ''}"
    ) from failure


def _reasons(summary: str, failure: ProviderError) -> list[str]:
    return [summary, *(failure.reasons if isinstance(failure, NotReadyError) else [])]
