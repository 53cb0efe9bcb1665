"""Recorded requests put to the stand-ins, over gRPC as the engine does it."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from google.protobuf.message import Message
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.recordings import Call, Record

_REQUESTS: dict[str, type[Message]] = {
    "Handshake": provider_pb2.ProviderHandshakeRequest,
    "GetPluginInfo": empty_pb2.Empty,
    "CheckConfig": provider_pb2.CheckRequest,
    "DiffConfig": provider_pb2.DiffRequest,
    "Configure": provider_pb2.ConfigureRequest,
    "Check": provider_pb2.CheckRequest,
    "Diff": provider_pb2.DiffRequest,
    "Create": provider_pb2.CreateRequest,
    "Read": provider_pb2.ReadRequest,
    "Update": provider_pb2.UpdateRequest,
    "Delete": provider_pb2.DeleteRequest,
    "Cancel": empty_pb2.Empty,
}


class Served:
    """A provider that listens, and a client of it."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = provider_pb2_grpc.ResourceProviderStub(channel)

    def answer(self, call: Call, *, kubeconfig: str = "", context: str = "") -> Record:
        """What the provider answers, in the form of the recordings."""
        body = _placed(call.request, {"KUBECONFIG_FILE": kubeconfig, "kwok-dmz": context})
        request = json_format.ParseDict(body, _REQUESTS[call.method](), ignore_unknown_fields=False)
        method: Any = getattr(self._stub, call.method)
        try:
            response: Message = method(request, timeout=180)
        except grpc.RpcError as failure:
            status: Any = failure
            name = status.code().name.title().replace("_", "")
            return {"errors": [f"rpc error: code = {name} desc = {status.details()}"]}
        found = json_format.MessageToDict(response)
        return {"response": _placed(found, {kubeconfig: "KUBECONFIG_FILE", context: "kwok-dmz"})}


@contextmanager
def serving(provider: provider_pb2_grpc.ResourceProviderServicer) -> Generator[Served]:
    """The provider on a port of its own for as long as the block runs."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Served(channel)
    finally:
        server.stop(None).wait()


def _placed(value: Any, words: dict[str, str]) -> Any:
    """The value with whole texts exchanged: where the recording's cluster was, ours is."""
    if isinstance(value, dict):
        return {key: _placed(item, words) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_placed(item, words) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return words.get(value, value) if isinstance(value, str) and value else value
