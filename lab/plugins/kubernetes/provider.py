"""`pulumirpc.ResourceProvider` for Kubernetes: the engine's protocol around `resources.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from lab.plugins.engine_log import EngineLog
from lab.plugins.kubernetes import kubeconfig
from lab.plugins.kubernetes.api import Api
from lab.plugins.kubernetes.checkpoint import INPUTS
from lab.plugins.kubernetes.cluster import RETRY_PAUSES, Cluster
from lab.plugins.kubernetes.errors import PartialFailure, ProviderError
from lab.plugins.kubernetes.objects import secrets_of
from lab.plugins.kubernetes.reach import Unreachable
from lab.plugins.kubernetes.resources import Resources
from lab.plugins.wire import JsonMap, SecretTree, as_text, decode, encode

WORKERS = 64
"""Requests served at once: waiting workloads must not hold up the others."""

_CONFIG_PREFIX = "kubernetes:config:"
_Answer = TypeVar("_Answer")


class KubernetesProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance of the engine."""

    def __init__(
        self, version: str, engine: str, retry_pauses: tuple[float, ...] = RETRY_PAUSES
    ) -> None:
        self._version = version
        self._retry_pauses = retry_pauses
        self._log = EngineLog(engine)
        self._resources = Resources(Unreachable("not configured"), self._log, upsert=False)

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> NoReturn:
        # As the provider that this one stands in for; the engine then configures it by URN.
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "method Handshake not implemented")
        raise AssertionError("abort raises")

    def GetPluginInfo(self, request: object, context: object) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=f"v{self._version}")

    def Attach(self, request: plugin_pb2.PluginAttach, context: object) -> empty_pb2.Empty:
        self._log = EngineLog(request.address)
        return empty_pb2.Empty()

    def GetSchema(self, request: object, context: object) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema='{"name":"kubernetes","resources":{}}')

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: object
    ) -> provider_pb2.CheckResponse:
        news, _ = decode(request.news)
        failures: list[provider_pb2.CheckFailure] = []
        if as_text(news.get("enableServerSideApply")) == "false":
            reason = "the lab's provider knows server-side apply only"
            failures.append(
                provider_pb2.CheckFailure(property="enableServerSideApply", reason=reason)
            )
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: object
    ) -> provider_pb2.DiffResponse:
        olds, _ = decode(request.olds)
        news, _ = decode(request.news)
        keys = sorted(olds.keys() | news.keys())
        changed = [key for key in keys if olds.get(key) != news.get(key)]
        if not changed:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        # Another cluster means other objects; another way to the same cluster does not.
        replaces = [key for key in changed if key == "clusterIdentifier"]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME, diffs=changed, replaces=replaces
        )

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: object
    ) -> provider_pb2.ConfigureResponse:
        settings = {
            key.removeprefix(_CONFIG_PREFIX): value for key, value in request.variables.items()
        }
        upsert = settings.get("upsertExistingObjects") == "true"
        cluster = _connect(settings, self._retry_pauses)
        mutable_maps = settings.get("enableConfigMapMutable") == "true"
        self._resources = Resources(cluster, self._log, upsert=upsert, mutable_maps=mutable_maps)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        news, secrets = decode(request.news)
        inputs, wrong = _told(context, lambda: self._resources.check(news))
        failures = [provider_pb2.CheckFailure(property="metadata.name", reason=wrong)]
        return provider_pb2.CheckResponse(
            inputs=encode(inputs, secrets_of(inputs, secrets)), failures=failures if wrong else []
        )

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        olds, _ = decode(request.olds)
        news, _ = decode(request.news)
        ignored = list(request.ignoreChanges)
        diffed = _told(context, lambda: self._resources.diff(request.urn, olds, news, ignored))
        kinds = provider_pb2.PropertyDiff.Kind
        found = diffed.found
        detailed = {
            path: provider_pb2.PropertyDiff(
                kind=kinds.Value(kind), inputDiff=kind.startswith("DELETE")
            )
            for path, kind in found.changes.items()
        }
        changes = provider_pb2.DiffResponse
        return provider_pb2.DiffResponse(
            changes=changes.DIFF_SOME if found.changes else changes.DIFF_NONE,
            replaces=found.replaces,
            deleteBeforeReplace=diffed.delete_first,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        inputs, secrets = decode(request.properties)
        new_id, state = _told(
            context,
            lambda: self._resources.create(
                request.urn, inputs, request.timeout, preview=request.preview
            ),
            secrets,
        )
        return provider_pb2.CreateResponse(id=new_id, properties=_state(state, secrets))

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        state, _ = decode(request.properties)
        inputs, secrets = decode(request.inputs)
        found = _told(
            context,
            lambda: self._resources.read(request.urn, request.id, state, inputs),
            secrets,
        )
        if found is None:
            return provider_pb2.ReadResponse()
        live_inputs, kept = found
        return provider_pb2.ReadResponse(
            id=request.id,
            inputs=encode(live_inputs, secrets_of(live_inputs, secrets)),
            properties=_state(kept, secrets),
        )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        olds, _ = decode(request.olds)
        news, secrets = decode(request.news)
        state = _told(
            context,
            lambda: self._resources.update(
                request.urn, olds, news, request.timeout, preview=request.preview
            ),
            secrets,
        )
        return provider_pb2.UpdateResponse(properties=_state(state, secrets))

    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        state, secrets = decode(request.properties)
        _told(
            context,
            lambda: self._resources.delete(request.urn, request.id, state, request.timeout),
            secrets,
        )
        return empty_pb2.Empty()

    def Cancel(self, request: object, context: object) -> empty_pb2.Empty:
        self._resources.cancel()
        return empty_pb2.Empty()


def _connect(settings: dict[str, str], retry_pauses: tuple[float, ...]) -> Cluster | Unreachable:
    try:
        access = kubeconfig.load(settings.get("kubeconfig", ""), settings.get("context", ""))
        api = Api(access, connections=WORKERS)
        api.get("/version")
    except ProviderError as failure:
        return Unreachable(str(failure))
    return Cluster(api, retry_pauses)


def _state(state: JsonMap, secrets: SecretTree) -> struct_pb2.Struct:
    """A state as the engine keeps it: what the inputs mark as secret is secret in it twice."""
    marked = secrets_of(state, secrets)
    inputs = state.get(INPUTS)
    if isinstance(inputs, dict):
        inner = secrets_of(inputs, secrets)
        tree = dict(marked) if isinstance(marked, dict) else {}
        marked = {**tree, INPUTS: inner}
    return encode(state, marked)


def _told(
    context: grpc.ServicerContext, work: Callable[[], _Answer], secrets: SecretTree = False
) -> _Answer:
    """The work's result; its failures as the protocol tells them."""
    try:
        return work()
    except PartialFailure as failure:
        detail = provider_pb2.ErrorResourceInitFailed(
            id=failure.id,
            properties=_state(failure.state, secrets),
            reasons=failure.reasons,
        )
        if failure.inputs is not None:
            inputs = failure.inputs
            detail.inputs.CopyFrom(encode(inputs, secrets_of(inputs, secrets)))
        packed = any_pb2.Any()
        packed.Pack(detail)
        code = grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=2, message=str(failure), details=[packed])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(code, str(failure))
    except ProviderError as failure:
        context.abort(grpc.StatusCode.UNKNOWN, str(failure))
    raise AssertionError("abort raises")
