"""Waiting until an object is ready, or gone."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator

from lab.plugins.kubernetes.api import Api
from lab.plugins.kubernetes.discovery import ServedKind
from lab.plugins.kubernetes.errors import ApiError, NotReadyError
from lab.plugins.kubernetes.objects import annotation, is_true, name_of, namespace_of
from lab.plugins.kubernetes.readiness import RULES, Readiness, Rule
from lab.plugins.wire import Json, JsonMap, as_list, as_text, at

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_SETTLED_AFTER = 10.0
_SERVICE_SECONDS = 600
_DURATION = re.compile(r"^(\d+)([smh]?)$")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}

Status = Callable[[str], None]


def budget(obj: JsonMap, requested: float, default: float) -> float:
    """The seconds to wait: what the resource options say, else the annotation, else the kind."""
    if requested > 0:
        return requested
    match = _DURATION.match(annotation(obj, "pulumi.com/timeoutSeconds"))
    return int(match.group(1)) * _SECONDS[match.group(2)] if match else default


class Waiter:
    """Waits against one API server, until told to cancel."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End all waiting now."""
        self._cancelled.set()

    def pause(self, seconds: float) -> bool:
        """Sleep; False when cancelled meanwhile."""
        return not self._cancelled.wait(seconds)

    def until_ready(
        self, inputs: JsonMap, live: JsonMap, path: str, requested: float, status: Status
    ) -> JsonMap:
        """The live object once it is ready."""
        if is_true(inputs, "pulumi.com/skipAwait"):
            return live
        rule = RULES.get((live.get("apiVersion"), live.get("kind")))
        if rule is not None:
            return self._object(rule, inputs, live, path, requested, status)
        if self._has_endpoints(live):
            self._endpoints(inputs, live, requested, status)
            return self._api.get(path)
        return live

    def check_on_read(self, inputs: JsonMap, live: JsonMap) -> None:
        """Refresh: an object that is not ready is reported, not waited for."""
        if is_true(inputs, "pulumi.com/skipAwait"):
            return
        rule = RULES.get((live.get("apiVersion"), live.get("kind")))
        if rule is not None and rule.on_read:
            state = rule.check(live)
        elif self._has_endpoints(live):
            state = Readiness(bool(self._targets(live)), [_NO_TARGETS])
        else:
            return
        if not state.done:
            raise NotReadyError(_failed(live), state.missing)

    def until_gone(self, path: str, uid: Json, live: JsonMap, seconds: float) -> None:
        """Return when the object is no more (or another has its name)."""
        for _ in self._ticks(seconds):
            try:
                live = self._api.get(path)
            except ApiError as missing:
                if missing.not_found:
                    return
                raise
            if uid is not None and at(live, "metadata", "uid") != uid:
                return
        if self._cancelled.is_set():
            raise NotReadyError(f"Resource operation was cancelled for '{name_of(live)}'")
        held = ", ".join(as_text(name) for name in as_list(at(live, "metadata", "finalizers")))
        reasons = [f"finalizers might be preventing deletion ({held})"] if held else []
        raise NotReadyError(f"'{name_of(live)}' timed out waiting to be deleted", reasons)

    def _object(
        self,
        rule: Rule,
        inputs: JsonMap,
        live: JsonMap,
        path: str,
        requested: float,
        status: Status,
    ) -> JsonMap:
        state = Readiness(done=False)
        for _ in self._ticks(budget(inputs, requested, rule.seconds)):
            live = self._api.get(path)
            state = self._checked(rule, live)
            if state.done:
                return live
            if state.failed:
                raise NotReadyError(_failed(live), state.missing)
            if state.missing:
                status(state.missing[0])
        raise self._gave_up(live, state.missing)

    def _checked(self, rule: Rule, live: JsonMap) -> Readiness:
        state = rule.check(live)
        if live.get("kind") == "PersistentVolumeClaim" and not state.done:
            return Readiness(self._waits_for_consumer(live), state.missing)
        return state

    def _waits_for_consumer(self, claim: JsonMap) -> bool:
        """A claim of a class that binds on first use is as ready as it can be without a pod."""
        name = as_text(at(claim, "spec", "storageClassName"))
        if not name:
            return False
        try:
            found = self._api.get(f"{_STORAGE_CLASSES.base}/{_STORAGE_CLASSES.plural}/{name}")
        except ApiError:
            return False
        return found.get("volumeBindingMode") == "WaitForFirstConsumer"

    def _has_endpoints(self, obj: JsonMap) -> bool:
        if (obj.get("apiVersion"), obj.get("kind")) != ("v1", "Service"):
            return False
        plain = at(obj, "spec", "type") != "ExternalName" and at(obj, "spec", "clusterIP") != "None"
        return plain and bool(at(obj, "spec", "selector"))

    def _endpoints(self, inputs: JsonMap, live: JsonMap, requested: float, status: Status) -> None:
        """A Service is ready when it has had the same targets for a while."""
        status("[1/3] Finding Pods to direct traffic to")
        last: list[str] = []
        since = time.monotonic()
        for now in self._ticks(budget(inputs, requested, _SERVICE_SECONDS)):
            targets = self._targets(live)
            if targets != last:
                last, since = targets, now
            if targets and now - since >= _SETTLED_AFTER:
                return
        raise self._gave_up(live, [] if last else [_NO_TARGETS])

    def _targets(self, service: JsonMap) -> list[str]:
        namespace = namespace_of(service) or "default"
        found = self._api.get(
            _SLICES.collection(namespace),
            {"labelSelector": f"kubernetes.io/service-name={name_of(service)}"},
        )
        return sorted(
            as_text(address)
            for part in as_list(found.get("items"))
            for endpoint in as_list(at(part, "endpoints"))
            for address in as_list(at(endpoint, "addresses"))
        )

    def _ticks(self, seconds: float) -> Iterator[float]:
        """Moments at which to look, with growing pauses, until the time is up."""
        pause = _FIRST_PAUSE
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            yield now
            left = end - time.monotonic()
            if left <= 0 or self._cancelled.wait(min(pause, left)):
                return
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _gave_up(self, live: JsonMap, missing: list[str]) -> NotReadyError:
        if self._cancelled.is_set():
            return NotReadyError(f"Resource operation was cancelled for '{name_of(live)}'", missing)
        return NotReadyError(f"'{name_of(live)}' timed out waiting to be Ready", missing)


_NO_TARGETS = (
    "Service does not target any Pods. Selected Pods may not be ready, or "
    "field '.spec.selector' may not match labels on any Pods"
)
_SLICES = ServedKind("/apis/discovery.k8s.io/v1", "endpointslices", namespaced=True)
_STORAGE_CLASSES = ServedKind("/apis/storage.k8s.io/v1", "storageclasses", namespaced=False)


def _failed(live: JsonMap) -> str:
    return f"Resource '{name_of(live)}' was created but failed to initialize"
