"""The container: image, process, size, probes, ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, mappings, texts
from estate.importing.apps.variables import environment
from estate.objects.container import DRAIN_SECONDS
from estate.objects.pod import STOP_SECONDS, USER
from estate.objects.quantity import quantity
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

_HANDLED = frozenset(
    {
        *("name", "image", "imagePullPolicy", "env", "envFrom", "resources", "securityContext"),
        *("volumeMounts", "ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"),
        *("command", "args", "workingDir", "terminationMessagePath", "terminationMessagePolicy"),
        "restartPolicy",
    }
)


def main_container(draft: Draft, ports: Mapping[object, object]) -> Json:
    """The container that ``ports`` (target ports of its Services) name, otherwise the first."""
    every = mappings(draft.pod.get("containers"))
    for one in every:
        for port in mappings(one.get("ports")):
            if port.get("name") in ports or port.get("containerPort") in ports:
                return one
    return every[0] if every else {}


def carry_container(draft: Draft) -> None:
    """Everything of the main container but volumes; other containers are listed."""
    container = draft.container
    where = f"containers[{container.get('name')}].image"
    if image := image_of(draft, where, str(container.get("image", ""))):
        draft.keys["image"] = image
    for key, name in (
        ("command", "command"),
        ("args", "arguments"),
        ("workingDir", "working_directory"),
    ):
        if container.get(key):
            draft.keys[name] = container[key]
    if found := environment(draft, container):
        draft.keys["environment"] = found
    _size(draft)
    _security(draft)
    _stop(draft)
    for key in container.keys() - _HANDLED:
        draft.omit(f"containers[{container.get('name')}].{key}", "no key of an app says it")


def image_of(draft: Draft, where: str, image: str) -> str:
    """Path and digest, as the zone's registry has it; empty for a tag alone."""
    path, at, digest = image.partition("@")
    host, slash, rest = path.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        path = rest
    path = re.sub(r":[^/:]+$", "", path)
    if not at:
        why = f"'{image}' has no digest: copy it to the registry of the zone and name path@sha256:"
        draft.omit(where, why)
        return ""
    return f"{path}@{digest}"


def _size(draft: Draft) -> None:
    resources = mapping_of(draft.container, "resources")
    limits = mapping_of(resources, "limits")
    # A container without a request has its limit for one.
    requests = {**limits, **mapping_of(resources, "requests")}
    where = f"containers[{draft.container.get('name')}].resources"
    size, most = amounts(requests), amounts(limits)
    if set(size) == {"cpu", "memory"}:
        draft.keys["size"] = size
    else:
        missing = ", ".join(sorted({"cpu", "memory"} - set(size)))
        draft.omit(f"{where}.requests", f"no {missing}: measure what a pod uses")
    over = {key: value for key, value in most.items() if value != size.get(key)}
    if "cpu" in size and "cpu" not in most:
        over["cpu"] = "none"
    if over:
        draft.keys["limits"] = over
    disk = {"ephemeral-storage"} if draft.own else set[str]()  # which follows from 'writable'
    for key in (requests.keys() | limits.keys()) - {"cpu", "memory"} - disk:
        draft.omit(f"{where}.{key}", "a size has cpu and memory")


def amounts(found: Mapping[str, Any]) -> Json:
    """CPU and memory of requests or limits, as declarations write them."""
    amounts: Json = {}
    if "cpu" in found:
        millicores = int(quantity(str(found["cpu"])) * 1000)
        amounts["cpu"] = millicores // 1000 if millicores % 1000 == 0 else cpu_quantity(millicores)
    if "memory" in found:
        amounts["memory"] = memory_quantity(int(quantity(str(found["memory"]))))
    return amounts


def _security(draft: Draft) -> None:
    """Pods are restricted; who they run as is carried where there is a key for it."""
    pod = mapping_of(draft.pod, "securityContext")
    own = mapping_of(draft.container, "securityContext")
    user = own.get("runAsUser", pod.get("runAsUser"))
    if isinstance(user, int) and user != USER:
        draft.keys["user"] = user
    where = f"containers[{draft.container.get('name')}].securityContext"
    if own.get("privileged") or own.get("allowPrivilegeEscalation"):
        draft.omit(where, "no pod has rights of root: admission refuses it")
    for name in texts(mapping_of(own, "capabilities").get("add")):
        draft.omit(f"{where}.capabilities", f"no capability is added: {name}")
    if not draft.own and not own.get("readOnlyRootFilesystem"):
        draft.omit(
            f"{where}.readOnlyRootFilesystem", "root file systems are read-only; /tmp is not"
        )
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if draft.pod.get(key):
            draft.omit(f"spec.{key}", "no pod shares its node: admission refuses it")


def _stop(draft: Draft) -> None:
    seconds = draft.pod.get("terminationGracePeriodSeconds", STOP_SECONDS)
    if seconds != STOP_SECONDS:
        draft.keys["stop_within"] = seconds
    for hook, action in mapping_of(draft.container, "lifecycle").items():
        if action != {"sleep": {"seconds": DRAIN_SECONDS}}:
            where = f"containers[{draft.container.get('name')}].lifecycle.{hook}"
            draft.omit(where, f"every pod answers for {DRAIN_SECONDS} s more, and nothing else")


def container_ports(container: Json) -> Iterator[tuple[int, str, str]]:
    """Number, name and protocol of each port."""
    for one in mappings(container.get("ports")):
        if isinstance(number := one.get("containerPort"), int):
            yield number, str(one.get("name", "")), str(one.get("protocol", "TCP"))
