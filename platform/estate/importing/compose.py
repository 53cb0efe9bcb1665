"""Services of a compose file as apps (https://github.com/compose-spec/compose-spec/blob/main/spec.md).

A compose file says what runs and little of how it is reached: kinds with users from outside stay a
person's choice, and a service is of kind ``stateful`` where it keeps a named volume.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml

from estate.importing.apps.containers import image_of
from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.finished import ImportedApp, ImportedApps, finished
from estate.importing.apps.objects import Json, KubeObject, Objects, mapping, texts
from estate.importing.apps.site import Site
from estate.importing.apps.variables import plain_name, text_of
from estate.importing.machine import Unreadable
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

_HANDLED = frozenset(
    {
        *("image", "command", "entrypoint", "environment", "working_dir", "user", "ports"),
        *("expose", "healthcheck", "deploy", "volumes", "configs", "secrets", "depends_on"),
        *("stop_grace_period", "container_name", "restart", "networks", "hostname", "scale"),
        *("mem_limit", "mem_reservation", "cpus", "read_only", "init", "pull_policy", "logging"),
        *("tty", "stdin_open", "labels"),
    }
)
_REASONS = {
    "build": "images are built elsewhere: name the digest of the one in the registry",
    "env_file": "its variables stand in another file: write them as 'environment'",
    "privileged": "no pod has rights of root: admission refuses it",
    "cap_add": "no capability is added: admission refuses it",
    "devices": "no pod reads devices of its node",
    "network_mode": "no pod shares its node's network",
    "extra_hosts": "names come from the name service",
}
_UNITS = {"": 0, "b": 0, "k": 1, "kb": 1, "m": 2, "mb": 2, "g": 3, "gb": 3}
"""Powers of 1024, as Docker reads them (RAMInBytes in github.com/docker/go-units)."""
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)")


def apps_of_compose(path: Path, site: Site) -> ImportedApps:
    """An app for each service. Raises :class:`Unreadable`."""
    try:
        read: object = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as trouble:
        raise Unreadable(f"{path}: it cannot be read: {trouble}") from None
    except (yaml.YAMLError, ValueError) as trouble:
        said = " ".join(str(trouble).split())
        raise Unreadable(f"{path}: it is no YAML: {said}") from None
    whole = mapping(read)
    services = mapping_of(whole, "services")
    if not services:
        raise Unreadable(f"{path}: it is no compose file: it has no services")
    apps = [
        _app(str(name), mapping(service), whole, path.parent, site)
        for name, service in services.items()
    ]
    return ImportedApps(apps=tuple(apps), left=())


def _app(name: str, service: Json, whole: Json, folder: Path, site: Site) -> ImportedApp:
    source = KubeObject({"kind": "service", "metadata": {"name": name}})
    draft = Draft(
        source=source, template={}, container={"name": name}, objects=Objects(()), site=site
    )
    app = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    draft.keys |= {"app": app, "tenant": site.tenant, "zone": site.zone, "kind": "service"}
    draft.keys |= {"owner": site.owner} if site.owner else {}
    if image := image_of(draft, "image", _filled(draft, "image", str(service.get("image", "")))):
        draft.keys["image"] = image
    _process(draft, service)
    _deploy(draft, service)
    _ports(draft, service)
    _health(draft, service)
    _mounts(draft, service, whole, folder)
    _dependencies(draft, service, mapping_of(whole, "services"))
    if draft.keys["kind"] == "service" and "listen" not in draft.keys:
        draft.keys["kind"] = "worker"
    for key in service.keys() - _HANDLED:
        draft.omit(str(key), _REASONS.get(str(key), "no key of an app says it"))
    return finished(draft)


def _process(draft: Draft, service: Json) -> None:
    for key, name in (("entrypoint", "command"), ("command", "arguments")):
        if words := _words(service.get(key)):
            draft.keys[name] = [_filled(draft, key, word) for word in words]
    if service.get("working_dir"):
        draft.keys["working_directory"] = service["working_dir"]
    user = str(service.get("user", "")).split(":")[0]
    if user.isdecimal():
        draft.keys["user"] = int(user)
    elif user:
        draft.omit("user", f"'{user}': containers run as a number")
    seconds = _seconds(str(service.get("stop_grace_period", "")))
    if seconds:
        draft.keys["stop_within"] = seconds
    variables: Json = {}
    for name, value in _variables(draft, service.get("environment")):
        variables[name] = text_of(draft, name, value, f"environment[{name}]")
    if variables:
        draft.keys["environment"] = variables


def _words(found: object) -> list[str]:
    return shlex.split(found) if isinstance(found, str) else texts(found)


def _variables(draft: Draft, found: object) -> Iterator[tuple[str, str]]:
    given = mapping(found)
    if isinstance(found, list):
        pairs = [text.partition("=") for text in texts(cast("list[object]", found))]
        given = {name: value if equals else None for name, equals, value in pairs}
    for name, value in given.items():
        if value is None:
            draft.omit(f"environment[{name}]", "its value stands where the file is used")
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield str(name), _filled(draft, f"environment[{name}]", text)


def _filled(draft: Draft, where: str, text: str) -> str:
    """The text with the defaults of its variables; those without a default are listed."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        name = found[1] or found[3]
        if found[2] is None:
            draft.omit(where, f"{name} has no default: write its value")
        return found[2] or ""

    return _VARIABLE.sub(value, text)


def _deploy(draft: Draft, service: Json) -> None:
    deploy = mapping_of(service, "deploy")
    draft.keys["replicas"] = deploy.get("replicas", service.get("scale", 1))
    resources = mapping_of(deploy, "resources")
    most = mapping_of(resources, "limits")
    limits = _amounts(
        most.get("cpus", service.get("cpus")), most.get("memory", service.get("mem_limit"))
    )
    kept = mapping_of(resources, "reservations")
    own = _amounts(kept.get("cpus"), kept.get("memory", service.get("mem_reservation")))
    size = {**limits, **own}
    if set(size) == {"cpu", "memory"}:
        draft.keys["size"] = size
        over = {key: value for key, value in limits.items() if value != size[key]}
        draft.keys |= {"limits": over} if over else {}
    else:
        draft.omit("deploy.resources", "no CPU and memory of a pod: measure what it uses")
    if deploy.get("mode") == "global":
        draft.omit("deploy.mode", "an app runs a number of replicas, not a pod on each node")


def _amounts(cpus: object, memory: object) -> Json:
    found: Json = {}
    if cpus is not None:
        millicores = round(float(str(cpus)) * 1000)
        found["cpu"] = millicores // 1000 if millicores % 1000 == 0 else cpu_quantity(millicores)
    match = re.fullmatch(r"([\d.]+)\s*([a-z]*)", str(memory).lower())
    if match and match[2] in _UNITS:
        found["memory"] = memory_quantity(int(float(match[1]) * 1024 ** _UNITS[match[2]]))
    return found


def _seconds(text: str) -> int:
    """A duration such as ``1m30s``."""
    parts: list[tuple[str, str]] = re.findall(r"(\d+)(h|m|s)", text)
    return sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts)


def _ports(draft: Draft, service: Json) -> None:
    inside: list[int] = []
    ports = cast("list[object]", service.get("ports") or [])
    for port in ports:
        long = mapping(port)
        target, _, protocol = str(long.get("target", port)).partition("/")
        number = target.rpartition(":")[2]
        if long.get("protocol", protocol or "tcp") != "tcp":
            draft.omit(f"ports[{number}]", "UDP belongs to kind traditional: write it as 'udp'")
        elif number.isdecimal():
            inside.append(int(number))
        else:
            draft.omit(f"ports[{number}]", "an app listens on one port")
    if ports:
        why = "published: choose kind web with 'hosts', or traditional with 'vip' and 'listen'"
        draft.omit("ports", why)
    inside += [int(port) for port in texts(service.get("expose")) if port.isdecimal()]
    if inside:
        draft.keys["listen"] = {"port": inside[0]}
    for other in sorted({*inside} - {*inside[:1]}):
        draft.omit(f"ports[{other}]", "an app listens on one port over TCP")


def _health(draft: Draft, service: Json) -> None:
    check = mapping_of(service, "healthcheck")
    test: object = check.get("test") or ""
    command = test if isinstance(test, str) else " ".join(texts(test))
    url = re.search(r"https?://(?:localhost|127\.0\.0\.1)(?::(\d+))?(/[^\s\"'|;]*)?", command)
    if url:
        draft.keys["health"] = url[2] or "/"
        if url[1] and "listen" not in draft.keys:
            draft.keys["listen"] = {"port": int(url[1])}
    elif command and command != "NONE" and not check.get("disable"):
        asked = "ready" if "listen" in draft.keys else "alive"
        draft.keys["health"] = {asked: {"command": _command(draft, test)}}
    start = _seconds(str(check.get("start_period", "")))
    if start >= 10:
        draft.keys["ready_within"] = start


def _command(draft: Draft, test: object) -> list[str]:
    """A text is for the shell, a list says it in its first word."""
    written = [test] if isinstance(test, str) else texts(test)
    words = [_filled(draft, "healthcheck.test", word) for word in written]
    return words[1:] if words[0] == "CMD" else ["/bin/sh", "-c", words[-1]]


def _mounts(draft: Draft, service: Json, whole: Json, folder: Path) -> None:
    for volume in cast("list[object]", service.get("volumes") or []):
        long = mapping(volume)
        parts = str(volume).split(":")
        source = str(long.get("source", parts[0] if len(parts) > 1 and not long else ""))
        target = str(long.get("target", parts[1] if len(parts) > 1 else parts[0]))
        if source and source in mapping_of(whole, "volumes"):
            draft.keys["kind"] = "stateful"
            draft.add("volumes", {"name": plain_name(source), "path": target})
        elif target != "/tmp":  # noqa: S108 a path in the container
            why = f"{source or 'a volume without a name'}: files of the image, or 'config'"
            draft.omit(f"volumes[{target}]", why)
    for config in cast("list[object]", service.get("configs") or []):
        _config(draft, config, whole, folder)
    for secret in cast("list[object]", service.get("secrets") or []):
        name = str(mapping(secret).get("source", secret))
        own = plain_name(name)
        draft.add("secrets", {"name": own, "from": "stack"})
        target = str(mapping(secret).get("target", name))
        path = target if target.startswith("/") else f"/run/secrets/{target}"
        why = f"{path} becomes /etc/secrets/{own}/value; its value is not read"
        draft.omit(f"secrets[{name}]", why)


def _config(draft: Draft, config: object, whole: Json, folder: Path) -> None:
    name = str(mapping(config).get("source", config))
    path = str(mapping(config).get("target", f"/{name}"))
    declared = mapping_of(mapping_of(whole, "configs"), name)
    content = declared.get("content")
    if content is None and declared.get("file"):
        try:
            content = (folder / str(declared["file"])).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            draft.omit(f"configs[{name}]", f"{declared['file']} cannot be read as text")
            return
    if content is None:
        draft.omit(f"configs[{name}]", "its text does not stand in this file")
    else:
        draft.add("config", {"path": path, "content": str(content)})


def _dependencies(draft: Draft, service: Json, services: Json) -> None:
    """What it waits for: where the other one accepts connections."""
    given: object = service.get("depends_on")
    names = [*map(str, mapping(given)), *texts(given)]
    waits: list[str] = []
    for name in names:
        other = mapping_of(services, name)
        if other.get("ports") or other.get("expose"):
            waits.append(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))
        else:
            draft.omit(f"depends_on[{name}]", "it has no port that could accept connections")
    if waits:
        draft.keys["needs"] = {"apps": waits}
