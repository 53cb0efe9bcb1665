"""Messages to the person at the terminal, by way of the engine."""

from __future__ import annotations

from typing import Protocol, cast

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class _Log(Protocol):
    def __call__(
        self, request: engine_pb2.LogRequest, *, timeout: float | None = None
    ) -> object: ...


class _Stub(Protocol):
    """The one call of the engine's stub that is used; the generated type is incomplete."""

    Log: _Log


class EngineLog:
    """The engine's log; quiet when there is no engine, as in the contract tests."""

    def __init__(self, address: str) -> None:
        self._log: _Log | None = None
        if address:
            stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
            self._log = cast(_Stub, stub).Log

    def status(self, urn: str, message: str) -> None:
        """Shown beside the resource while it is worked on, and then gone."""
        self._send(engine_pb2.INFO, urn, message, ephemeral=True)

    def warning(self, urn: str, message: str) -> None:
        """Kept, and shown under the resource at the end."""
        self._send(engine_pb2.WARNING, urn, message, ephemeral=False)

    def _send(
        self, severity: engine_pb2.LogSeverity.ValueType, urn: str, message: str, *, ephemeral: bool
    ) -> None:
        if self._log is None:
            return
        request = engine_pb2.LogRequest(
            severity=severity, urn=urn, message=message, ephemeral=ephemeral
        )
        try:
            self._log(request, timeout=5)
        except grpc.RpcError:
            self._log = None  # the engine is going away; nobody is left to read messages
