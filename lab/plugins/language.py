"""A stand-in for `pulumi-language-python`: runs a Python program for the engine.

The program runs inside this process and not in a child: the wheel's SDK, which both need, is
imported once, which saves about a second per run, and what it prints reaches the engine
through the same pipes as with the real host. The engine starts a host per run; should it run
a second program in one process, the modules of the first are forgotten before.

When a resource fails, the engine has already said so; this host adds nothing. A mistake in
the program itself shows its traceback, from the program's first frame on.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import runpy
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import cast

import grpc
import pulumi
from pulumi import log
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from lab.plugins import serving

_SHUTTING_DOWN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """`pulumirpc.LanguageRuntime` for Python programs."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._own_modules = frozenset(sys.modules)
        self._own_path = list(sys.path)

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: object, context: object) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def GetRequiredPlugins(
        self, request: object, context: object
    ) -> language_pb2.GetRequiredPluginsResponse:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(
        self, request: object, context: object
    ) -> language_pb2.GetRequiredPackagesResponse:
        """None in advance: the engine starts a plugin when the first resource needs it.

        The real host names every provider whose wheel is installed, and the engine then starts
        all of them, used or not.
        """
        return language_pb2.GetRequiredPackagesResponse()

    def About(self, request: object, context: object) -> language_pb2.AboutResponse:
        version = ".".join(str(part) for part in sys.version_info[:3])
        return language_pb2.AboutResponse(executable=sys.executable, version=version)

    def GetProgramDependencies(
        self, request: object, context: object
    ) -> language_pb2.GetProgramDependenciesResponse:
        found = [
            language_pb2.DependencyInfo(name=name, version=metadata.version(name))
            for name in ("pulumi", "pulumi-kubernetes", "pulumi-random")
        ]
        return language_pb2.GetProgramDependenciesResponse(dependencies=found)

    def RuntimeOptionsPrompts(
        self, request: object, context: object
    ) -> language_pb2.RuntimeOptionsResponse:
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(
        self, request: object, context: object
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Nothing to install: the environment this host runs in is the program's."""
        return iter(())

    def Run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        return contextvars.copy_context().run(self._run, request)

    def _run(self, request: language_pb2.RunRequest) -> language_pb2.RunResponse:
        # Tasks that fail after the engine has gone are nobody's business any more.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        directory = Path(request.info.program_directory or request.pwd)
        self._forget_last_program(directory)
        reset_options(
            project=request.project,
            stack=request.stack,
            parallel=request.parallel,
            engine_address=self._engine or (request.args[0] if request.args else ""),
            monitor_address=request.monitor_address,
            preview=request.dryRun,
            organization=request.organization or "organization",
        )
        set_all_config(dict(request.config), list(request.configSecretKeys))
        # The SDK's debug messages hold whole property bags, secrets in clear; the engine writes
        # them to event logs whether asked for debugging or not. (A program's own
        # `pulumi.debug` is another name, and still arrives.)
        log.debug = _drop
        loop = asyncio.new_event_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=max(request.parallel, 1) * 4))
        loop.set_exception_handler(_stop_on_lost_engine)
        entry = directory / (request.info.entry_point or ".")
        try:
            loop.run_until_complete(run_in_stack(lambda: _start(entry)))
        except BaseException as failure:
            return _report(failure)
        finally:
            _close(loop)
        return language_pb2.RunResponse()

    def _forget_last_program(self, directory: Path) -> None:
        for name in set(sys.modules) - self._own_modules:
            if _lives_under(sys.modules[name], directory):
                del sys.modules[name]
        sys.path[:] = [str(directory), *self._own_path]


def _drop(
    msg: str,
    resource: pulumi.Resource | None = None,
    stream_id: int | None = None,
    ephemeral: bool | None = None,
) -> None:
    """In place of the SDK's way to send its debug messages."""


def _start(entry: Path) -> None:
    runpy.run_path(str(entry), run_name="__main__")


def _lives_under(module: object, directory: Path) -> bool:
    file = cast("str | None", getattr(module, "__file__", None))
    return file is not None and Path(file).is_relative_to(directory) and ".venv" not in file


def _stop_on_lost_engine(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    if isinstance(context.get("exception"), grpc.RpcError):
        loop.stop()
    else:
        loop.default_exception_handler(context)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
        with suppress(BaseException):
            loop.run_until_complete(task)
    loop.close()
    sys.stdout.flush()
    sys.stderr.flush()


def _report(failure: BaseException) -> language_pb2.RunResponse:
    """What the run's end means to the engine. `bail` says: the message has been shown."""
    chain = list(_causes(failure))
    if any(_is_lost_engine(link) for link in chain):
        return language_pb2.RunResponse(bail=True)
    refused = next((link for link in chain if isinstance(link, pulumi.RunError)), None)
    if isinstance(failure, SystemExit) and failure.code in (0, None):
        return language_pb2.RunResponse()
    if refused is not None:
        log.error(str(refused))
    elif not isinstance(failure, (KeyboardInterrupt, SystemExit)):
        log.error(f"Program failed with an unhandled exception:\n{_program_traceback(failure)}")
    return language_pb2.RunResponse(bail=True)


def _causes(failure: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = failure
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return chain


def _is_lost_engine(failure: BaseException) -> bool:
    """Whether the engine stopped the program: a resource failed, or the run was cancelled."""
    text = str(failure)
    if isinstance(failure, grpc.RpcError):
        code = cast("grpc.Call", failure).code()
        return code in _SHUTTING_DOWN or _engine_stopped(text)
    return _engine_stopped(text)


def _engine_stopped(text: str) -> bool:
    return (
        "resource monitor shut down" in text
        or "Resource monitor has terminated" in text
        or "grpc: the client connection is closing" in text
    )


def _program_traceback(failure: BaseException) -> str:
    """The traceback without this host's and runpy's own frames."""
    tb = failure.__traceback__
    while tb is not None and _is_ours(tb.tb_frame.f_code.co_filename):
        tb = tb.tb_next
    shown = tb if tb is not None else failure.__traceback__
    return "".join(traceback.format_exception(type(failure), failure, shown)).rstrip()


def _is_ours(filename: str) -> bool:
    return (
        filename == __file__
        or filename.startswith("<frozen ")
        or "/asyncio/" in filename
        or filename.endswith("pulumi/runtime/stack.py")
    )


def main() -> None:
    """The entry point of the launcher."""
    host = LanguageHost(serving.engine_address())
    serving.serve(
        lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server),
        workers=8,
        grace=0.2,
    )


if __name__ == "__main__":
    main()
