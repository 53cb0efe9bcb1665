"""When an object is what it should be, told from the object itself.

One function per kind; kinds that are not in the table are ready as soon as they exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lab.plugins.wire import Json, JsonMap, as_int, as_list, as_map, as_text, at

_REVISION = "deployment.kubernetes.io/revision"


@dataclass
class Readiness:
    """Where an object stands."""

    done: bool
    """Whether it is ready."""
    missing: list[str] = field(default_factory=list[str])
    """What is missing, for the person who waits."""
    failed: bool = False
    """Whether it can no longer become ready."""


def condition(obj: JsonMap, kind: str) -> JsonMap:
    """A condition of the object's status, empty when it has none of the kind."""
    for entry in as_list(at(obj, "status", "conditions")):
        if at(entry, "type") == kind:
            return as_map(entry)
    return {}


def _observed(obj: JsonMap) -> bool:
    generation = as_int(at(obj, "metadata", "generation"))
    return as_int(at(obj, "status", "observedGeneration")) >= generation


def _replicas(obj: JsonMap) -> int:
    wanted = at(obj, "spec", "replicas")
    return 1 if wanted is None else as_int(wanted)


def deployment(obj: JsonMap) -> Readiness:
    revision = at(obj, "metadata", "annotations", _REVISION)
    status = as_map(obj.get("status"))
    wanted, updated = _replicas(obj), as_int(status.get("updatedReplicas"))
    ready = as_int(status.get("availableReplicas"))
    available, progressing = condition(obj, "Available"), condition(obj, "Progressing")
    rolled_out = revision == "1" or progressing.get("reason") == "NewReplicaSetAvailable"
    enough = updated >= wanted and ready >= wanted
    none_left = as_int(status.get("replicas")) <= max(updated, wanted)
    is_available = available.get("status") == "True"
    if _observed(obj) and revision and is_available and rolled_out and enough and none_left:
        return Readiness(done=True)
    missing = [
        f"[{as_text(entry.get('reason'))}] {as_text(entry.get('message'))}"
        for entry in (available, progressing)
        if entry.get("status") == "False"
    ]
    if not is_available:
        missing.append("Minimum number of live Pods was not attained")
    else:
        missing.append("Minimum number of Pods to consider the application live was not attained")
    return Readiness(done=False, missing=missing)


def stateful_set(obj: JsonMap) -> Readiness:
    status = as_map(obj.get("status"))
    wanted, ready = _replicas(obj), as_int(status.get("readyReplicas"))
    on_delete = at(obj, "spec", "updateStrategy", "type") == "OnDelete"
    current = status.get("currentRevision") == status.get("updateRevision") or on_delete
    if _observed(obj) and ready >= wanted and current:
        return Readiness(done=True)
    return Readiness(
        done=False, missing=[f"{ready} out of {wanted} replicas succeeded readiness checks"]
    )


def daemon_set(obj: JsonMap) -> Readiness:
    status = as_map(obj.get("status"))
    wanted = as_int(status.get("desiredNumberScheduled"))
    ready, updated = as_int(status.get("numberReady")), as_int(status.get("updatedNumberScheduled"))
    on_delete = at(obj, "spec", "updateStrategy", "type") == "OnDelete"
    if _observed(obj) and ready >= wanted and (updated >= wanted or on_delete):
        return Readiness(done=True)
    return Readiness(done=False, missing=[f"{ready} out of {wanted} pods are ready"])


def job(obj: JsonMap) -> Readiness:
    failed = condition(obj, "Failed")
    if failed.get("status") == "True":
        reason = f"[{as_text(failed.get('reason'))}] {as_text(failed.get('message'))}"
        return Readiness(done=False, missing=[reason], failed=True)
    if condition(obj, "Complete").get("status") == "True":
        return Readiness(done=True)
    return Readiness(done=False, missing=["Job has not completed"])


def pod(obj: JsonMap) -> Readiness:
    phase = as_text(at(obj, "status", "phase"))
    if condition(obj, "Ready").get("status") == "True" or phase == "Succeeded":
        return Readiness(done=True)
    if phase == "Failed":
        return Readiness(done=False, missing=["Pod failed"], failed=True)
    scheduled = condition(obj, "PodScheduled")
    missing = [as_text(scheduled.get("message")) or f"Pod is {phase or 'Pending'}"]
    return Readiness(done=False, missing=missing)


def quota(obj: JsonMap) -> Readiness:
    seen = at(obj, "status", "hard") == at(obj, "spec", "hard")
    return Readiness(done=seen, missing=["The quota controller has not seen the quota"])


def volume(obj: JsonMap) -> Readiness:
    phase = as_text(at(obj, "status", "phase"))
    return Readiness(done=phase in ("Available", "Bound"), missing=[f"The volume is {phase}"])


def claim(obj: JsonMap) -> Readiness:
    phase = as_text(at(obj, "status", "phase"))
    return Readiness(done=phase == "Bound", missing=[f"The claim is {phase}"])


@dataclass(frozen=True)
class Rule:
    """How to wait for a kind."""

    check: Callable[[JsonMap], Readiness]
    """Tells readiness from the object."""
    seconds: int
    """How long to wait, unless the object says otherwise."""
    on_read: bool
    """Whether refresh looks at readiness, too."""


_TEN_MINUTES = 600
_FIVE_MINUTES = 300

RULES: dict[tuple[Json, Json], Rule] = {
    ("apps/v1", "Deployment"): Rule(deployment, _TEN_MINUTES, on_read=True),
    ("apps/v1", "StatefulSet"): Rule(stateful_set, _TEN_MINUTES, on_read=True),
    ("apps/v1", "DaemonSet"): Rule(daemon_set, _TEN_MINUTES, on_read=True),
    ("batch/v1", "Job"): Rule(job, _TEN_MINUTES, on_read=True),
    ("v1", "Pod"): Rule(pod, _FIVE_MINUTES, on_read=True),
    ("v1", "ResourceQuota"): Rule(quota, 60, on_read=False),
    ("v1", "PersistentVolume"): Rule(volume, _FIVE_MINUTES, on_read=False),
    ("v1", "PersistentVolumeClaim"): Rule(claim, _FIVE_MINUTES, on_read=False),
}
