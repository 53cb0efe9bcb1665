"""What is done to one object on one API server: create, read, update, delete."""

from __future__ import annotations

from collections.abc import Callable

from lab.plugins.kubernetes import managers
from lab.plugins.kubernetes.api import APPLY_PATCH, JSON_PATCH, Api
from lab.plugins.kubernetes.discovery import Discovery, ServedKind
from lab.plugins.kubernetes.errors import ApiError, NoMatchError, NotReadyError, ProviderError
from lab.plugins.kubernetes.objects import is_true, name_of, namespace_of
from lab.plugins.kubernetes.schema import Schemas
from lab.plugins.kubernetes.waiting import Status, Waiter, budget
from lab.plugins.wire import JsonMap, as_text, at

RETRY_PAUSES: tuple[float, ...] = (2, 4, 8, 16, 32)
"""Seconds between attempts to create: a namespace or a definition may still be on its way."""

_DELETE_SECONDS = 600
_OWNERS = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
_MAY_SKIP = frozenset(
    {
        *("DaemonSet", "Deployment", "Job", "StatefulSet"),
        *("Namespace", "Pod", "ReplicationController"),
    }
)
"""For these alone the real provider takes `skipAwait` to mean their deletion, too."""
_CONFLICT_HELP = (
    "server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/"
    "kubernetes/how-to-guides/managing-resources-with-server-side-apply/"
    "#handle-field-conflicts-on-existing-resources for troubleshooting help"
)


class Cluster:
    """One API server, as the provider uses it."""

    def __init__(self, api: Api, retry_pauses: tuple[float, ...]) -> None:
        self._api = api
        self._retry_pauses = retry_pauses
        self._discovery = Discovery(api)
        self.schemas = Schemas(api)
        self.waiter = Waiter(api)

    def serves(self, obj: JsonMap) -> bool:
        """Whether the object's kind is served."""
        try:
            self._kind(obj)
        except NoMatchError:
            return False
        return True

    def is_namespaced(self, obj: JsonMap) -> bool:
        """Whether the object's kind lives in namespaces; unknown kinds are taken to."""
        try:
            return self._kind(obj).namespaced
        except NoMatchError:
            return True

    def create(self, obj: JsonMap, status: Status) -> JsonMap:
        """A new object. An existing one is an error. What is missing is waited for a minute."""
        query = {"fieldManager": managers.CREATOR, "fieldValidation": "Warn"}
        return self._patiently(lambda: self._api.post(self._collection(obj), query, obj), status)

    def preview_create(self, obj: JsonMap) -> JsonMap:
        """What creating the object would give."""
        query = {"fieldManager": managers.CREATOR, "fieldValidation": "Warn", "dryRun": "All"}
        return self._api.post(self._collection(obj), query, obj)

    def apply_patiently(self, obj: JsonMap, manager: str, status: Status) -> JsonMap:
        """The object with our fields applied: a Patch, or a create that may find one there."""
        force = is_true(obj, "pulumi.com/patchForce")
        return self._patiently(lambda: self.apply(obj, name_of(obj), manager, force=force), status)

    def apply(
        self, obj: JsonMap, name: str, manager: str, *, force: bool, dry_run: bool = False
    ) -> JsonMap:
        """Server-side apply of our fields."""
        query = {"fieldManager": manager, "force": "true" if force else "false"}
        if dry_run:
            query["dryRun"] = "All"
        try:
            return self._api.patch(self._item(obj, name), query, obj, APPLY_PATCH)
        except ApiError as refused:
            if not refused.conflict:
                raise
            raise ProviderError(
                f'{_CONFLICT_HELP}\nThe resource managed by field manager "{manager}" '
                f"had an apply conflict: {refused}"
            ) from refused

    def update(
        self, obj: JsonMap, name: str, manager: str, *, patch: bool, dry_run: bool
    ) -> JsonMap:
        """The object with the new inputs applied."""
        path = self._item(obj, name)
        live = self._api.get(path)
        force = is_true(obj, "pulumi.com/patchForce")
        if dry_run:
            force = force or managers.was_created_plainly(live)
        elif not patch:
            take = managers.takeover(live, manager)
            if take is not None:
                self._api.patch(path, {}, take, JSON_PATCH)
        return self.apply(obj, name, manager, force=force, dry_run=dry_run)

    def read(self, obj: JsonMap, name: str) -> JsonMap:
        """The live object."""
        return self._api.get(self._item(obj, name))

    def await_ready(
        self, inputs: JsonMap, live: JsonMap, seconds: float, status: Status
    ) -> JsonMap:
        """The live object once it is ready, by its kind's rule."""
        path = self._item(live, name_of(live))
        return self.waiter.until_ready(inputs, live, path, seconds, status)

    def relinquish(self, obj: JsonMap, name: str, manager: str) -> None:
        """Give up every field of the manager; what only it owned goes away.

        As the real provider (provider/pkg/ssa/actions.go, ``Relinquish``): it does not look first,
        and applying nothing to an object that is gone creates an empty one.
        """
        empty: JsonMap = {
            "apiVersion": obj.get("apiVersion"),
            "kind": obj.get("kind"),
            "metadata": {"name": name},
        }
        path = self._kind(obj).item(namespace_of(obj), name)
        self._api.patch(path, {"fieldManager": manager}, empty, APPLY_PATCH)

    def delete(self, obj: JsonMap, name: str, seconds: float) -> None:
        """Delete the object and wait until it is gone."""
        path = self._item(obj, name)
        # Owners are deleted after what they own; for other kinds that order has no meaning
        # and costs a round through the garbage collector.
        policy = "Foreground" if obj.get("kind") in _OWNERS else "Background"
        try:
            answer = self._api.delete(path, {"propagationPolicy": policy})
        except ApiError as failure:
            if failure.not_found:
                return
            raise
        if is_true(obj, "pulumi.com/skipAwait") and obj.get("kind") in _MAY_SKIP:
            return
        going = at(answer, "metadata", "deletionTimestamp") or policy == "Foreground"
        if not going and answer.get("kind") == "Status" and _is_gone(answer):
            return
        uid = at(answer, "metadata", "uid") or at(answer, "details", "uid")
        self.waiter.until_gone(path, uid, obj, budget(obj, seconds, _DELETE_SECONDS))

    def _kind(self, obj: JsonMap, *, fresh: bool = False) -> ServedKind:
        return self._discovery.find(
            as_text(obj.get("apiVersion")), as_text(obj.get("kind")), fresh=fresh
        )

    def _collection(self, obj: JsonMap) -> str:
        return self._kind(obj, fresh=True).collection(namespace_of(obj))

    def _item(self, obj: JsonMap, name: str) -> str:
        return self._kind(obj, fresh=True).item(namespace_of(obj), name)

    def _patiently(self, attempt: Callable[[], JsonMap], status: Status) -> JsonMap:
        for number, pause in enumerate(self._retry_pauses, start=1):
            try:
                return attempt()
            except (ApiError, NoMatchError) as failure:
                if isinstance(failure, ApiError) and not failure.not_found:
                    raise
                status(f"Retry #{number}; creation failed: {failure}")
                if not self.waiter.pause(pause):
                    raise NotReadyError(f"cancelled: {failure}") from failure
        return attempt()


def _is_gone(answer: JsonMap) -> bool:
    return answer.get("status") == "Success" and not at(answer, "details", "causes")
