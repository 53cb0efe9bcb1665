"""`pulumirpc.ResourceProvider` for random values."""

from __future__ import annotations

from typing import NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from lab.plugins.random import values
from lab.plugins.random.generate import ImpossibleError
from lab.plugins.wire import decode, encode


def _token(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


class RandomProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Random values, made once and then kept in the state."""

    def __init__(self, version: str) -> None:
        self._version = version

    def Handshake(self, request: object, context: grpc.ServicerContext) -> NoReturn:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Handshake is not yet implemented")
        raise AssertionError("abort raises")

    def GetPluginInfo(self, request: object, context: object) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def Attach(self, request: object, context: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def GetSchema(self, request: object, context: object) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema='{"name":"random","resources":{}}')

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: object
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: object, context: object) -> provider_pb2.DiffResponse:
        return provider_pb2.DiffResponse()

    def Configure(self, request: object, context: object) -> provider_pb2.ConfigureResponse:
        return provider_pb2.ConfigureResponse(
            acceptResources=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(
        self, request: provider_pb2.CheckRequest, context: object
    ) -> provider_pb2.CheckResponse:
        news, _ = decode(request.news)
        found = values.problem(_token(request.urn), news)
        failures = (
            [provider_pb2.CheckFailure(property=p, reason=why) for p, why in [found]]
            if found
            else []
        )
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: object) -> provider_pb2.DiffResponse:
        olds, _ = decode(request.olds)
        news, _ = decode(request.news)
        changed = values.changed(_token(request.urn), olds, news)
        changed = [key for key in changed if key not in request.ignoreChanges]
        kinds = provider_pb2.DiffResponse
        return provider_pb2.DiffResponse(
            changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE,
            diffs=changed,
            replaces=changed,
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        inputs, _ = decode(request.properties)
        token = _token(request.urn)
        try:
            made = values.preview(token, inputs) if request.preview else values.make(token, inputs)
        except ImpossibleError as failure:
            context.abort(grpc.StatusCode.UNKNOWN, str(failure))
            raise AssertionError("abort raises") from failure
        return provider_pb2.CreateResponse(
            id=made.id, properties=encode(made.properties, made.secrets)
        )

    def Read(self, request: provider_pb2.ReadRequest, context: object) -> provider_pb2.ReadResponse:
        """Nothing can drift: the state is the only place where the values are."""
        state, _ = decode(request.properties)
        secrets = values.secrets_in(_token(request.urn))
        return provider_pb2.ReadResponse(
            id=request.id, inputs=request.inputs, properties=encode(state, secrets)
        )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: object
    ) -> provider_pb2.UpdateResponse:
        state, _ = decode(request.olds)
        secrets = values.secrets_in(_token(request.urn))
        return provider_pb2.UpdateResponse(properties=encode(state, secrets))

    def Delete(self, request: object, context: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Cancel(self, request: object, context: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()
