"""Further containers of a pod: sidecars, and those that run before the app's own."""

from __future__ import annotations

from estate.importing.apps.containers import amounts, image_of
from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, mappings
from estate.importing.apps.probes import question_at
from estate.importing.apps.variables import environment
from estate.topics.apps.plan.log_files import CONTAINER
from estate.topics.apps.plan.needs import CONTAINER as NEEDS

_PROCESS = (("command", "command"), ("args", "arguments"), ("workingDir", "working_directory"))
_CARRIED = frozenset(
    {
        *("name", "image", "imagePullPolicy", "env", "envFrom", "resources", "securityContext"),
        *("volumeMounts", "restartPolicy", "startupProbe", "readinessProbe", "livenessProbe"),
        *("terminationMessagePath", "terminationMessagePolicy", *(key for key, _ in _PROCESS)),
    }
)


def carry_further(draft: Draft) -> None:
    """All but the app's container, and those that the estate adds by itself."""
    for one in mappings(draft.pod.get("initContainers")):
        if draft.own and one.get("name") in (NEEDS, CONTAINER):
            continue
        key = "sidecars" if one.get("restartPolicy") == "Always" else "before"
        draft.add(key, _further(draft, one, f"initContainers[{one.get('name')}]"))
    for one in mappings(draft.pod.get("containers")):
        if one is not draft.container:
            draft.add("sidecars", _further(draft, one, f"containers[{one.get('name')}]"))


def _further(draft: Draft, one: Json, where: str) -> Json:
    found: Json = {"name": one.get("name")}
    if image := image_of(draft, f"{where}.image", str(one.get("image", ""))):
        found["image"] = image
    resources = mapping_of(one, "resources")
    requests = {**mapping_of(resources, "limits"), **mapping_of(resources, "requests")}
    if set(size := amounts(requests)) == {"cpu", "memory"}:
        found["size"] = size
    else:
        draft.omit(f"{where}.resources", "no cpu and memory: measure what it uses")
    for key, name in _PROCESS:
        if one.get(key):
            found[name] = one[key]
    if variables := environment(draft, one):
        found["environment"] = variables
    for key, name in (("readinessProbe", "ready"), ("livenessProbe", "alive")):
        if (asked := question_at(one, key)) is not None:
            found[name] = asked
    for key in one.keys() - _CARRIED:
        draft.omit(f"{where}.{key}", "no key of a further container says it")
    return found
