"""Probes: what kubelets ask, as `health`, and the time that a start takes."""

from __future__ import annotations

from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, mappings, texts

_DEFAULTS = frozenset({"stateful", "rpc"})
"""Kinds of apps that need no `health` where a port has to accept."""


def carry_probes(draft: Draft) -> None:
    """The questions, whether the app speaks TLS, and the time that a start takes."""
    ready, alive = _question(draft, "readinessProbe"), _question(draft, "livenessProbe")
    if alive == ready != "tcp":
        if alive is not None:
            where = f"containers[{draft.container.get('name')}].livenessProbe"
            why = "it asks what readiness asks: a database that is away would restart every replica"
            draft.omit(where, why)
        alive = None
    elif alive is None and ready and draft.own:
        alive = "none"
    if ready == "tcp" and draft.keys["kind"] in _DEFAULTS:
        ready = None
    if alive not in (None, "tcp"):
        draft.keys["health"] = {**({"ready": ready} if ready else {}), "alive": alive}
    elif ready:
        draft.keys["health"] = ready if isinstance(ready, str) else {"ready": ready}
    start = mapping_of(draft.container, "startupProbe")
    if start:
        first = int(start.get("initialDelaySeconds", 0))
        within = first + int(start.get("periodSeconds", 10)) * int(start.get("failureThreshold", 3))
        if within != 300:
            draft.keys["ready_within"] = within


def _question(draft: Draft, name: str) -> object:
    """As `health` says it; None where nothing is asked."""
    probe = mapping_of(draft.container, name)
    if "exec" in probe:
        return {"command": list(texts(mapping_of(probe, "exec").get("command")))}
    for way in ("httpGet", "grpc", "tcpSocket"):
        if way in probe:
            return _over_the_network(draft, way, mapping_of(probe, way))
    return None


def _over_the_network(draft: Draft, way: str, asked: Json) -> object:
    listen = mapping_of(draft.keys, "listen")
    number = _number(draft, asked.get("port"))
    port = {"port": number} if number not in (None, listen.get("port")) else {}
    secure = asked.get("scheme") == "HTTPS"
    if way == "httpGet":
        path = str(asked.get("path") or "/")
        if secure and not port:
            listen["tls"] = True
        return {"path": path, **port, **({"tls": True} if secure else {})} if port else path
    if way == "grpc" and (port or asked.get("service")):
        return {"grpc": str(asked.get("service") or ""), **port}
    return port or way.removesuffix("Socket")


def question_at(container: Json, name: str) -> object:
    """What a further container is asked: a command, or something at a port with its number."""
    probe = mapping_of(container, name)
    if "exec" in probe:
        return {"command": list(texts(mapping_of(probe, "exec").get("command")))}
    for way in ("httpGet", "grpc", "tcpSocket"):
        asked = mapping_of(probe, way)
        if not isinstance(asked.get("port"), int):
            continue
        port = {"port": asked["port"]}
        if way == "httpGet":
            tls = {"tls": True} if asked.get("scheme") == "HTTPS" else {}
            return {"path": str(asked.get("path") or "/"), **port, **tls}
        return {"grpc": str(asked.get("service") or ""), **port} if way == "grpc" else port
    return None


def _number(draft: Draft, port: object) -> object:
    """The number of a port of the container."""
    for one in mappings(draft.container.get("ports")):
        if port == one.get("name"):
            return one.get("containerPort")
    return port
