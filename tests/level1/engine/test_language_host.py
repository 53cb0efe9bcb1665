"""The language host runs programs as the real one does. It runs as a process of its own here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from lab.plugins.wire import decode
from tests.fake_engine import FakeEngine, FakeMonitor, listening

pytestmark = pytest.mark.level1

ROOT = Path(__file__).resolve().parents[3]


class Stub(Protocol):
    """The calls that are made; the generated stub's own types are incomplete."""

    def Run(
        self, request: language_pb2.RunRequest, *, timeout: float
    ) -> language_pb2.RunResponse: ...

    def GetPluginInfo(
        self, request: empty_pb2.Empty, *, timeout: float
    ) -> plugin_pb2.PluginInfo: ...

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, *, timeout: float
    ) -> Iterator[language_pb2.InstallDependenciesResponse]: ...

    def About(
        self, request: language_pb2.AboutRequest, *, timeout: float
    ) -> language_pb2.AboutResponse: ...

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, *, timeout: float
    ) -> language_pb2.GetProgramDependenciesResponse: ...


@dataclass
class Host:
    """A running language host, with the engine it talks to."""

    process: subprocess.Popen[str]
    stub: Stub
    address: str
    folder: Path
    engine: FakeEngine
    monitor: FakeMonitor
    config: dict[str, str] = field(default_factory=dict[str, str])
    secret_keys: list[str] = field(default_factory=list[str])
    preview: bool = False

    def run(self, program: str) -> language_pb2.RunResponse:
        (self.folder / "__main__.py").write_text(textwrap.dedent(program))
        info = language_pb2.ProgramInfo(
            root_directory=str(self.folder), program_directory=str(self.folder), entry_point="."
        )
        request = language_pb2.RunRequest(
            project="p",
            stack="s",
            organization="insurer",
            config=self.config,
            configSecretKeys=self.secret_keys,
            dryRun=self.preview,
            parallel=4,
            monitor_address=self.address,
            info=info,
        )
        return self.stub.Run(request, timeout=60)

    def output(self) -> str:
        """All it has printed; ends it."""
        self.process.send_signal(signal.SIGINT)
        text, _ = self.process.communicate(timeout=10)
        return text


@pytest.fixture
def host(tmp_path: Path) -> Generator[Host]:
    engine, monitor = FakeEngine(), FakeMonitor()
    with listening(engine, monitor) as address:
        process = subprocess.Popen(
            [sys.executable, "-m", "lab.plugins.language", address],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = cast(Stub, language_pb2_grpc.LanguageRuntimeStub(channel))
            yield Host(process, stub, address, tmp_path, engine, monitor)
        process.kill()
        process.wait()


def test_a_program_registers_and_exports(host: Host) -> None:
    answer = host.run(
        """
        import pulumi
        pulumi.ComponentResource("t:r:C", "one")
        pulumi.export("greeting", "hello")
        """
    )
    assert not answer.error and not answer.bail
    assert [r.name for r in host.monitor.registered if r.type == "t:r:C"] == ["one"]
    assert host.monitor.outputs[-1].outputs["greeting"] == "hello"


def test_an_asynchronous_entry_point_runs_after_the_module(host: Host) -> None:
    answer = host.run(
        """
        import asyncio, pulumi
        async def main():
            await asyncio.sleep(0)
            return {"from": "main"}
        pulumi.run(main)
        """
    )
    assert not answer.bail
    assert host.monitor.outputs[-1].outputs["from"] == "main"


def test_a_program_sees_config_stack_organisation_and_dry_run(host: Host) -> None:
    host.config = {"p:plain": "1", "p:hidden": "2"}
    host.secret_keys = ["p:hidden"]
    host.preview = True
    answer = host.run(
        """
        import pulumi
        config = pulumi.Config()
        assert config.get("plain") == "1"
        hidden = config.require_secret("hidden")
        pulumi.export("hidden", hidden)
        names = [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()]
        print(names, pulumi.runtime.is_dry_run())
        """
    )
    assert not answer.bail
    assert "['insurer', 'p', 's'] True" in host.output()
    _, secrets = decode(host.monitor.outputs[-1].outputs)
    assert not [text for text in host.engine.debugged if "hidden" in text]
    assert secrets == {"hidden": True}


def test_a_program_may_put_a_source_root_on_the_path(host: Host) -> None:
    package = host.folder / "platform" / "estate"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("WORD = 'found'")
    answer = host.run(
        """
        import sys
        from pathlib import Path
        sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
        from estate import WORD
        import platform
        print(WORD, platform.system() != "")
        """
    )
    assert not answer.bail
    assert "found True" in host.output()


def test_a_second_run_sees_the_files_as_they_are_now(host: Host) -> None:
    (host.folder / "facts.py").write_text("NUMBER = 1")
    host.run("import facts; print('number', facts.NUMBER)")
    (host.folder / "facts.py").write_text("NUMBER = 20")
    host.engine.root = ""
    answer = host.run("import facts; print('number', facts.NUMBER)")
    assert not answer.bail
    assert "number 20" in host.output()


def test_a_refusal_is_one_line_without_a_traceback(host: Host) -> None:
    answer = host.run(
        """
        import pulumi
        async def main():
            raise pulumi.RunError("this is the other cluster")
        pulumi.run(main)
        """
    )
    assert answer.bail
    assert host.engine.errors == ["this is the other cluster"]
    assert "Traceback" not in host.output()


def test_a_mistake_in_the_program_shows_its_own_frames_only(host: Host) -> None:
    answer = host.run(
        """
        def helper():
            return {}["nothing"]
        helper()
        """
    )
    assert answer.bail
    (error,) = host.engine.errors
    assert "KeyError: 'nothing'" in error
    assert "in helper" in error and "__main__.py" in error
    assert "lab/plugins" not in error and "runpy" not in error


def test_a_program_that_does_not_parse_shows_where(host: Host) -> None:
    answer = host.run("def broken(:")
    assert answer.bail
    assert "SyntaxError" in host.engine.errors[0] and "__main__.py" in host.engine.errors[0]


def test_when_a_resource_fails_the_host_adds_nothing(host: Host) -> None:
    host.monitor.refuses = "t:r:Refused"
    answer = host.run(
        """
        import pulumi
        pulumi.CustomResource("t:r:Refused", "bad", {})
        """
    )
    assert answer.bail
    assert host.engine.errors == []
    assert "Traceback" not in host.output()


def test_sys_exit_is_no_mistake_and_no_success(host: Host) -> None:
    answer = host.run("import sys; sys.exit(3)")
    assert answer.bail
    assert host.engine.errors == []


def test_interrupted_it_leaves_without_a_word(host: Host) -> None:
    assert host.stub.GetPluginInfo(empty_pb2.Empty(), timeout=10).version
    assert host.output() == ""
    assert host.process.returncode == 0


def test_it_listens_on_loopback_only(host: Host) -> None:
    listening_on = {
        c.laddr.ip.removeprefix("::ffff:")
        for c in psutil.Process(host.process.pid).net_connections("inet")
        if c.status == psutil.CONN_LISTEN
    }
    assert listening_on == {"127.0.0.1"}


def test_what_is_installed_needs_no_installing(host: Host) -> None:
    nothing = host.stub.InstallDependencies(language_pb2.InstallDependenciesRequest(), timeout=10)
    assert list(nothing) == []
    about = host.stub.About(language_pb2.AboutRequest(), timeout=10)
    assert about.executable
    found = host.stub.GetProgramDependencies(
        language_pb2.GetProgramDependenciesRequest(), timeout=10
    )
    assert {"pulumi", "pulumi-kubernetes"} <= {d.name for d in found.dependencies}
