"""An engine that makes everything at once and remembers nothing: only the program counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks, set_all_config, settings, stack
from pulumi.runtime.proto import resource_pb2


class _NoMocks(mocks.Mocks):
    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        return {}, None

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return "", {}


class _Monitor(mocks.MockMonitor):
    def __init__(self, stack_name: str) -> None:
        super().__init__(_NoMocks())
        identity = {"metadata": {"labels": {"estate/cluster": stack_name}, "uid": "uid"}}
        self._identity = json_format.ParseDict(identity, struct_pb2.Struct())
        self.count = 0

    def ReadResource(self, request: Any) -> Any:
        return resource_pb2.ReadResourceResponse(urn="urn", properties=self._identity)

    def RegisterResource(self, request: Any) -> Any:
        self.count += 1
        urn = f"urn:pulumi:stack::project::{request.type}::{request.name}"
        if request.type.endswith(":RandomPassword"):
            request.object["result"] = "random"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="id", object=request.object)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        return empty_pb2.Empty()


async def run(program: Callable[[], None], stack_name: str, config: Mapping[str, str]) -> int:
    """Runs and drains ``program``; how many resources it registered, without the stack's own."""
    monitor = _Monitor(stack_name)
    info: Any = monitor.GetDeploymentInfo(empty_pb2.Empty())  # pyright: ignore[reportUnknownMemberType]
    settings.configure(
        mocks.MockSettings(
            monitor=monitor,
            monitor_features=set(info.supportedFeatures),
            engine=mocks.MockEngine(None),
            project="estate",
            stack=stack_name,
            dry_run=False,
            organization="organization",
        )
    )
    set_all_config(dict(config))
    await stack.run_in_stack(program)
    return monitor.count - 1
