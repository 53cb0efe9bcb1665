"""haproxy.cfg of the relays, read by HAProxy, then run for real with fake databases (F3).

Addresses are rewritten to loopback: nothing is sent to those of the inventory.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from estate.topics.egress.manifests.relay_config import haproxy_cfg
from estate.topics.egress.plan import EgressPlan
from estate.topics.egress.plan.model import RelaysPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

PATIENCE = 20  # seconds
DATABASE = "127.77.9.20"
UNLISTED = 15999
NODES = ("127.77.1.103", "127.77.1.104")


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """The shipped estate, with a second database that the portal reaches by the relays."""
    estate = shipped(tmp_path)
    one = "      - {database: claimdb, port: 15432}\n"
    estate.without_calls_to_reserving()
    estate.edit("Pulumi.dmz.yaml", one, f"{one}      - {{database: policydb, port: 15433}}\n")
    return estate.edit("apps/policy-portal-dmz.yaml", "via: direct", "via: egress")


def plan_of(estate: Estate) -> RelaysPlan:
    found = estate.plans()["dmz"].of(EgressPlan).relays
    assert found is not None
    return found


def haproxy() -> str:
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    assert found, "haproxy is not installed"
    return found


def test_haproxy_reads_the_file_without_a_word(estate: Estate, tmp_path: Path) -> None:
    """F3: no error, and no warning either."""
    path = tmp_path / "haproxy.cfg"
    path.write_text(haproxy_cfg(plan_of(estate)), encoding="utf-8")
    ran = subprocess.run([haproxy(), "-c", "-f", str(path)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "WARNING" not in ran.stdout + ran.stderr


def test_haproxy_refuses_a_file_that_is_wrong(estate: Estate, tmp_path: Path) -> None:
    """A check that always says yes would prove nothing."""
    path = tmp_path / "haproxy.cfg"
    path.write_text(haproxy_cfg(plan_of(estate)).replace("mode tcp", "mode tpc"), encoding="utf-8")
    ran = subprocess.run([haproxy(), "-c", "-f", str(path)], capture_output=True, text=True)
    assert ran.returncode != 0


def test_each_database_has_one_listener_and_one_server(estate: Estate) -> None:
    """F3: nothing is listened for but databases and the question whether it lives."""
    text = haproxy_cfg(plan_of(estate))
    assert re.findall(r"^listen (\S+)$", text, re.MULTILINE) == ["claimdb", "policydb"]
    ports = re.findall(r"^    bind :(\d+)$", text, re.MULTILINE)
    assert ports == ["8404", "8405", "15432", "15433"]
    assert re.findall(r"^    server (\S+) (\S+) check$", text, re.MULTILINE) == [
        ("claimdb", "10.20.9.20:5432"),
        ("policydb", "10.20.9.10:1521"),
    ]


@dataclass
class Database:
    """A server on a port that was free, and the addresses that it saw."""

    port: int
    seen: list[str] = field(default_factory=list[str])


@contextmanager
def database(greeting: bytes) -> Generator[Database]:
    """Greets every client."""
    server = socket.create_server((DATABASE, 0))
    running = Database(server.getsockname()[1])
    server.settimeout(0.2)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, (source, _) = server.accept()
            except TimeoutError:
                continue
            running.seen.append(source)
            with connection:
                connection.settimeout(1)
                with suppress(OSError):  # a health check says nothing
                    connection.sendall(greeting + connection.recv(64))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield running
    finally:
        done.set()
        thread.join()
        server.close()


@contextmanager
def relay(
    text: str, node: str, databases: Mapping[str, Database], folder: Path
) -> Generator[subprocess.Popen[bytes]]:
    """The emitted file with its addresses on loopback, run as the pod on ``node`` would run it."""
    text = re.sub(r"bind :", f"bind {node}:", text)
    for name, server in databases.items():
        there = rf"server {name} {DATABASE}:{server.port} source {node}"
        text = re.sub(rf"server {name} [0-9.:]+", there, text)
    path = folder / f"{node}.cfg"
    path.write_text(text, encoding="utf-8")
    command = [haproxy(), "-db", "-f", str(path)]
    with (folder / f"{node}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _until_it_lives(node, process)
            yield process
        finally:
            process.kill()
            process.wait()


def _until_it_lives(node: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{node}:8404/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the relay on {node} does not live")


def ask(node: str, port: int) -> bytes:
    """What comes back through the relay on ``node``."""
    with socket.create_connection((node, port), timeout=5) as connection:
        connection.sendall(b" hello")
        answer = b""
        while part := connection.recv(64):
            answer += part
        return answer


@pytest.fixture
def running(
    estate: Estate, tmp_path: Path
) -> Iterator[tuple[dict[str, subprocess.Popen[bytes]], dict[str, list[str]]]]:
    """Two relays, A and B, and two databases."""
    text = haproxy_cfg(plan_of(estate))
    with ExitStack() as stack:
        databases = {
            name: stack.enter_context(database(name.encode())) for name in ("claimdb", "policydb")
        }
        processes = {
            node: stack.enter_context(relay(text, node, databases, tmp_path)) for node in NODES
        }
        yield processes, {name: one.seen for name, one in databases.items()}


def test_a_connection_passes_each_relay_to_its_own_database(
    running: tuple[dict[str, subprocess.Popen[bytes]], dict[str, list[str]]],
) -> None:
    """F3: by either node, and the database sees the node and nobody else."""
    _, seen = running
    for node in NODES:
        assert ask(node, 15432) == b"claimdb hello"
        assert ask(node, 15433) == b"policydb hello"
    for sources in seen.values():
        assert set(sources) == set(NODES)


def test_a_relay_says_which_databases_it_reaches(
    running: tuple[dict[str, subprocess.Popen[bytes]], dict[str, list[str]]],
) -> None:
    """I3, F3: by the series that the alerts read, and it says nothing else."""
    for node in NODES:
        with urllib.request.urlopen(f"http://{node}:8405/metrics", timeout=5) as answer:
            said = answer.read().decode()
        for name in ("claimdb", "policydb"):
            series = f'haproxy_server_status{{proxy="{name}",server="{name}",state="UP"}} 1'
            assert series in said.splitlines()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"http://{node}:8405/", timeout=5)


def test_a_port_that_no_database_has_refuses(
    running: tuple[dict[str, subprocess.Popen[bytes]], dict[str, list[str]]],
) -> None:
    """F3: the database's own port, too, is none of the relays'."""
    for node in NODES:
        for port in (UNLISTED, 5432, 1521):
            with pytest.raises(ConnectionRefusedError):
                ask(node, port)


def test_one_relay_that_is_killed_leaves_the_other(
    running: tuple[dict[str, subprocess.Popen[bytes]], dict[str, list[str]]],
) -> None:
    """F3: the loss of egress node A leaves the way by B."""
    processes, _ = running
    processes[NODES[0]].kill()
    processes[NODES[0]].wait()
    with pytest.raises(ConnectionRefusedError):
        ask(NODES[0], 15432)
    assert ask(NODES[1], 15432) == b"claimdb hello"
