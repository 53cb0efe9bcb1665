"""deploy(program) -> Recorder: a Pulumi program run against a monitor that records everything.

Pulumi's own ``Mocks`` never see protect, deletedWith, parents or dependencies; the requests that
the program sends do, so they are kept whole.
"""

from __future__ import annotations

import asyncio
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks, rpc, set_all_config, settings, stack
from pulumi.runtime.proto import engine_pb2, resource_pb2
from pulumi.runtime.rpc_manager import RPCManager

from estate.engine import discovery, dry_run, live_nodes
from estate.objects.probe import Probe

PROJECT = "estate"
SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 the protocol's mark of a secret
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
Program = Callable[[], None]


@dataclass(frozen=True)
class Registration:
    """One resource as the program asked the engine for it."""

    urn: str
    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    protect: bool
    deleted_with: str
    replace_with: tuple[str, ...]
    depends_on: tuple[str, ...]
    provider: str
    delete_before_replace: bool
    retain_on_delete: bool
    aliases: tuple[str, ...]
    """Logical names that it had before."""


@dataclass
class Recorder:
    """What a program registered, in the order in which it asked."""

    registrations: list[Registration] = field(default_factory=list[Registration])
    reads: list[str] = field(default_factory=list[str])
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    warnings: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    error: BaseException | None = None

    @property
    def urns(self) -> list[str]:
        return sorted(registration.urn for registration in self.registrations)

    def of(self, kind: str) -> Iterator[Registration]:
        """All resources whose type ends in ``kind``."""
        return (
            registration
            for registration in self.registrations
            if registration.type.split(":")[-1] == kind
        )

    def one(self, kind: str, name: str) -> Registration:
        """The one resource of a kind with this logical name."""
        found = [registration for registration in self.of(kind) if registration.name == name]
        assert len(found) == 1, f"{len(found)} resources {kind} {name}"
        return found[0]


class _NoMocks(mocks.Mocks):
    def __init__(self, outputs: Mapping[str, str]) -> None:
        self._outputs = outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        reads = args.token.endswith(":readStackOutputs")
        return ({"outputs": dict(self._outputs)} if reads else {}), []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return "", {}


class Monitor(mocks.MockMonitor):
    """An engine that makes everything at once: outputs are the inputs, plus what is computed."""

    def __init__(
        self,
        stack_name: str,
        cluster: Mapping[str, Any],
        fails: frozenset[str],
        skips: frozenset[str],
        preview: bool,
        outputs: Mapping[str, str],
    ) -> None:
        super().__init__(_NoMocks(outputs))
        self._stack = stack_name
        self.recorder = Recorder()
        self._cluster = cluster
        self._fails = fails
        self._skips = skips
        self._preview = preview

    def features(self) -> Iterable[Any]:
        """What the monitor supports, as the SDK asks for it."""
        info: Any = self.GetDeploymentInfo(empty_pb2.Empty())  # pyright: ignore[reportUnknownMemberType]
        return info.supportedFeatures

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does: all ancestors' types but the stack's."""
        above = parent.split("::")[2] if parent else ""
        if above and above != "pulumi:pulumi:Stack":
            type_ = f"{above}${type_}"
        return f"urn:pulumi:{self._stack}::{PROJECT}::{type_}::{name}"

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        self.recorder.reads.append(urn)
        return resource_pb2.ReadResourceResponse(
            urn=urn, properties=_struct({"metadata": dict(self._cluster)})
        )

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        assert urn not in self.recorder.urns, f"registered twice: {urn}"
        inputs = json_format.MessageToDict(request.object)
        self.recorder.registrations.append(
            Registration(
                urn=urn,
                type=request.type,
                name=request.name,
                parent=request.parent,
                inputs=inputs,
                protect=request.protect,
                deleted_with=request.deletedWith,
                replace_with=tuple(request.replace_with),
                depends_on=tuple(request.dependencies),
                provider=request.provider,
                delete_before_replace=request.deleteBeforeReplace,
                retain_on_delete=request.retainOnDelete,
                aliases=tuple(one.spec.name or one.urn for one in request.aliases),
            )
        )
        if request.name in self._fails:
            raise RuntimeError(f"{request.name} was made to fail")
        outputs = dict(inputs)
        if request.type.endswith(":RandomPassword"):
            value = rpc.UNKNOWN if self._preview else f"random-{request.name}"
            outputs["result"] = {SECRET: SECRET_SIGNATURE, "value": value}
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            id="" if self._preview or request.name in self._skips else request.name,
            object=_struct(outputs),
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self.recorder.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()


class _Engine(mocks.MockEngine):
    """What the program says to people goes through the engine."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(None)
        self._recorder = recorder

    def Log(self, request: Any) -> Any:
        if request.severity == engine_pb2.WARNING:
            self._recorder.warnings.append(request.message)
        if request.severity == engine_pb2.INFO:
            self._recorder.notes.append(request.message)
        return empty_pb2.Empty()


def _struct(values: Mapping[str, Any]) -> Any:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


class _Everything(frozenset[str]):
    """All names but a few."""

    def __contains__(self, name: object) -> bool:
        return not super().__contains__(name)


def deploy(
    program: Program,
    *,
    stack_name: str = "dmz",
    config: Mapping[str, str] | None = None,
    cluster: Mapping[str, Any] | None = None,
    fails: frozenset[str] = frozenset(),
    skips: frozenset[str] = frozenset(),
    preview: bool = False,
    answer: Callable[[str], Callable[[Probe], str]] | None = None,
    unknown: frozenset[str] = frozenset(),
    absent: frozenset[str] = frozenset(),
    outputs: Mapping[str, str] | None = None,
) -> Recorder:
    """Runs ``program`` as the engine would, drains it, and returns what it registered.

    ``cluster`` is the metadata of the ``kube-system`` namespace that the guard reads; by default
    the stack's own. ``skips`` names what is not made, as a destroy skips what is gone already.
    ``answer`` stands for the API server that the gate asks; by default it enforces everything.
    ``unknown`` are kinds that its cluster does not serve, of those that others define.
    ``absent`` are nodes that have not joined the cluster; all others have.
    ``outputs`` are those of the stack's last update.
    What the program raised is in ``Recorder.error``.
    """
    identity = {"labels": {"estate/cluster": stack_name}, "uid": "uid"}
    found = identity if cluster is None else cluster
    monitor = Monitor(stack_name, found, fails, skips, preview, outputs or {})
    settings.configure(
        mocks.MockSettings(
            monitor=monitor,
            monitor_features=set(monitor.features()),
            engine=_Engine(monitor.recorder),
            project=PROJECT,
            stack=stack_name,
            dry_run=preview,
            organization="organization",
        )
    )
    manager: RPCManager = settings._get_rpc_manager()  # pyright: ignore[reportPrivateUsage]
    manager.clear()  # what a call of an earlier program ended with, and what it left
    settings.SETTINGS.outputs.clear()  # pyright: ignore
    set_all_config(dict(config or {}))
    settings.set_root_resource(None)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asks, kinds, names = dry_run.asks, discovery.asks, live_nodes.names
    dry_run.asks = answer or (lambda context: lambda probe: probe.says)
    discovery.asks = lambda context: lambda api_version: _Everything(unknown)
    live_nodes.names = lambda context: _Everything(absent)
    try:
        loop.run_until_complete(stack.run_in_stack(program))
    except BaseException as error:
        monitor.recorder.error = error
    finally:
        dry_run.asks, discovery.asks, live_nodes.names = asks, kinds, names
        settings.set_root_resource(None)  # type: ignore[arg-type]
        loop.close()
        asyncio.set_event_loop(None)
    return monitor.recorder


def program_at(root: Path) -> Program:
    """The ``__main__.py`` of a checkout, run the way a language host runs it."""

    def run() -> None:
        before = list(sys.path)
        try:
            runpy.run_path(str(root / "__main__.py"), run_name="__main__")
        finally:
            sys.path[:] = before

    return run
