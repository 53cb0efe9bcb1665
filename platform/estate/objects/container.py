"""Containers: what they may do, how they are probed, what they see (A8, B3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from estate.objects.manifest import JsonObject

READY_SECONDS = 5
ALIVE_SECONDS = 10
"""How often a kubelet asks a container whether it can serve, and whether it lives."""

DRAIN_SECONDS = 5
"""How long a stopping pod still answers, until load balancers have noticed."""

STARTUP_PERIOD = 5
"""Seconds between two probes of a container that starts."""


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A volume of the pod and where the container sees it."""

    name: str
    path: str
    volume: JsonObject
    """Empty where the StatefulSet brings the volume itself."""
    read_only: bool = False
    sub_path: str = ""
    """A directory of the volume, which may name the pod: ``$(POD_NAME)`` (H1)."""
    mount_propagation: bool = False
    """Of a directory of the node: what the node mounts below it later is seen, too."""


@dataclass(frozen=True, kw_only=True)
class ContainerPort:
    """A port that the container listens on."""

    name: str
    number: int
    protocol: Literal["TCP", "UDP"] = "TCP"
    on_node: bool = False
    """The node has it, too, for this container alone; takes an exception (B3)."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a kubelet asks a container; without path, gRPC and command, a port has to accept."""

    path: str | None = None
    """HTTP: it answers 200."""
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """How the path is asked for; no certificate is verified."""
    grpc: str | None = None
    """The service that ``grpc.health.v1.Health`` is asked about; empty for the whole server."""
    command: tuple[str, ...] = ()
    """It runs in the container and ends with 0."""
    port: int | str = ""
    """The port's number or name; without it, the container's first."""


ACCEPTS = Probe()
"""The first port accepts connections."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container; CPU and memory as Kubernetes quantities."""

    name: str
    image: str
    cpu: str
    memory: str
    limits: dict[str, str] | None = None
    """The most that it may use, by resource; without it, what it requests."""
    ports: tuple[ContainerPort, ...] = ()
    """The first is the one that probes ask, unless they name another."""
    ready: Probe | None = ACCEPTS
    """Whether it can serve; None where nobody connects to it."""
    alive: Probe | None = ACCEPTS
    """Whether it lives; None: only its own end starts it anew. Never the same as ``ready``: one
    that waits for others is not ready, and a restart would not help."""
    host: str = ""
    """What probes over HTTP name as the host; the pod's address where nothing is said."""
    start_within: int = 300
    """Seconds until it must live; then it is started anew."""
    command: tuple[str, ...] = ()
    """What runs in place of the image's own entry point."""
    arguments: tuple[str, ...] = ()
    directory: str = ""
    """Where it starts; without it, where its image says."""
    environment: tuple[JsonObject, ...] = ()
    environment_from: tuple[JsonObject, ...] = ()
    """All keys of Secrets and ConfigMaps; ``environment`` wins over them."""
    mounts: tuple[Mount, ...] = ()
    user: int | None = None
    """Runs as this user instead of the pod's; 0 takes an exception (B3)."""
    stays: bool = False
    """Among those that start before the app's own: it stays beside that and ends after it."""
    capabilities: tuple[str, ...] = ()
    """What it keeps of root's rights; takes an exception, but for NET_BIND_SERVICE (B3)."""


def variable(name: str, value: str) -> JsonObject:
    """An environment variable."""
    return {"name": name, "value": value}


def variable_of(name: str, field: str) -> JsonObject:
    """An environment variable that holds a field of the pod itself."""
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": field}}}


def main_container(container: Container) -> JsonObject:
    """The app's container; probed and drained where it listens."""
    found = _container(container)
    if container.ports:
        found["ports"] = [_port(port) for port in container.ports]
    found |= _restarts(container)
    found |= _readiness(container)
    if container.ready and container.ports:
        found["lifecycle"] = {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}}
    return found


def _restarts(container: Container) -> JsonObject:
    """The probes whose failure starts it anew: until it lives, and from then on."""
    if container.alive is None or not _answers(container, container.alive):
        return {}
    alive = _probe(container, container.alive)
    return {
        "startupProbe": {
            **alive,
            "periodSeconds": STARTUP_PERIOD,
            "failureThreshold": -(-container.start_within // STARTUP_PERIOD),
        },
        "livenessProbe": {**alive, "periodSeconds": ALIVE_SECONDS, "failureThreshold": 6},
    }


def _readiness(container: Container) -> JsonObject:
    if container.ready is None or not _answers(container, container.ready):
        return {}
    asked = _probe(container, container.ready)
    return {"readinessProbe": {**asked, "periodSeconds": READY_SECONDS, "failureThreshold": 2}}


def _answers(container: Container, probe: Probe) -> bool:
    """Whether there is something to ask: a command, or a port."""
    return bool(probe.command or probe.port or container.ports)


def _port(port: ContainerPort) -> JsonObject:
    found: JsonObject = {
        "name": port.name,
        "containerPort": port.number,
        "protocol": port.protocol,
    }
    return {**found, "hostPort": port.number} if port.on_node else found


def init_container(container: Container) -> JsonObject:
    """One that starts before the app's own: it ends, or it stays beside that and ends after it."""
    if not container.stays:
        return _container(container)
    return {
        **_container(container),
        "restartPolicy": "Always",
        **_restarts(container),
        **_readiness(container),
    }


def _container(container: Container) -> JsonObject:
    resources = {"cpu": container.cpu, "memory": container.memory}
    found: JsonObject = {
        "name": container.name,
        "image": container.image,
        "imagePullPolicy": "IfNotPresent",
        "env": [variable_of("POD_NAME", "metadata.name"), *container.environment],
        "resources": {"requests": resources, "limits": dict(container.limits or resources)},
        "securityContext": _security(container),
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 a path in the container
            *(_mount(mount) for mount in container.mounts),
        ],
    }
    if container.environment_from:
        found["envFrom"] = list(container.environment_from)
    if container.command:
        found["command"] = list(container.command)
    if container.arguments:
        found["args"] = list(container.arguments)
    if container.directory:
        found["workingDir"] = container.directory
    return found


def _security(container: Container) -> JsonObject:
    kept = {"add": list(container.capabilities)} if container.capabilities else {}
    found: JsonObject = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], **kept},
    }
    if container.user is not None:
        found |= {"runAsUser": container.user, "runAsNonRoot": container.user != 0}
    return found


def _probe(container: Container, probe: Probe) -> JsonObject:
    return {**_question(container, probe), "timeoutSeconds": 2}


def _question(container: Container, probe: Probe) -> JsonObject:
    if probe.command:
        return {"exec": {"command": list(probe.command)}}
    if probe.grpc is not None:
        service = {"service": probe.grpc} if probe.grpc else {}
        number = probe.port or container.ports[0].number  # names of ports are not allowed here
        return {"grpc": {"port": number, **service}}
    port = probe.port or container.ports[0].name
    if probe.path is None:
        return {"tcpSocket": {"port": port}}
    get: JsonObject = {"path": probe.path, "port": port}
    if probe.scheme != "HTTP":
        get["scheme"] = probe.scheme
    if container.host:
        get["httpHeaders"] = [{"name": "Host", "value": container.host}]
    return {"httpGet": get}


def _mount(mount: Mount) -> JsonObject:
    found: JsonObject = {"name": mount.name, "mountPath": mount.path}
    if mount.read_only:
        found["readOnly"] = True
    if mount.mount_propagation:
        found["mountPropagation"] = "HostToContainer"
    if mount.sub_path:
        found["subPathExpr"] = mount.sub_path
    return found
