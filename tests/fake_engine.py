"""As much of an engine as a language host needs: a monitor that accepts everything, and a log."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)


@dataclass
class FakeEngine(engine_pb2_grpc.EngineServicer):
    """Remembers what it was told."""

    errors: list[str] = field(default_factory=list[str])
    debugged: list[str] = field(default_factory=list[str])
    root: str = ""

    def Log(self, request: engine_pb2.LogRequest, context: object) -> empty_pb2.Empty:
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity == engine_pb2.DEBUG:
            self.debugged.append(request.message)
        return empty_pb2.Empty()

    def GetRootResource(
        self, request: object, context: object
    ) -> engine_pb2.GetRootResourceResponse:
        return engine_pb2.GetRootResourceResponse(urn=self.root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: object
    ) -> engine_pb2.SetRootResourceResponse:
        self.root = request.urn
        return engine_pb2.SetRootResourceResponse()


@dataclass
class FakeMonitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Accepts every registration, but refuses those of a type as an engine that gives up."""

    refuses: str = ""
    registered: list[resource_pb2.RegisterResourceRequest] = field(
        default_factory=list[resource_pb2.RegisterResourceRequest]
    )
    outputs: list[resource_pb2.RegisterResourceOutputsRequest] = field(
        default_factory=list[resource_pb2.RegisterResourceOutputsRequest]
    )

    def GetDeploymentInfo(self, request: object, context: object) -> resource_pb2.DeploymentInfo:
        """What an engine of today can do: everything."""
        every = resource_pb2.ResourceMonitorFeature.values()
        return resource_pb2.DeploymentInfo(supportedFeatures=every)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        if request.type == self.refuses:
            context.abort(
                grpc.StatusCode.UNKNOWN,
                "resource monitor shut down while waiting on step's done channel",
            )
        self.registered.append(request)
        urn = f"urn:pulumi:s::p::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="x", object=request.object)

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: object
    ) -> empty_pb2.Empty:
        self.outputs.append(request)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: object, context: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()


@contextmanager
def listening(engine: FakeEngine, monitor: FakeMonitor) -> Generator[str]:
    """The address at which both answer."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
