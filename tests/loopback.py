"""An emitted haproxy.cfg run for real: every address of the inventory moved to loopback.

with running(text, folder) as balancer:
    balancer.get("10.10.0.21:443")
"""

from __future__ import annotations

import csv
import functools
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lab import ports as lab_ports
from tests.registries import make_pki

DEADLINE = 60.0
"""Seconds after which what has not happened will not: a bound, not a measure."""

_NET = 64 + os.getpid() % 128
"""So that two runs of the tests do not meet."""

_HANDSHAKE = b"\x16"
"""The first byte of TLS: a record of this type (RFC 8446, section 5.1)."""

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
"""What a PROXY protocol header of version 2 begins with."""


def moved(address: str) -> str:
    """Where an address of the inventory stands in the test: 10.A.B.C becomes 127.N+A.B.C."""
    _, second, third, fourth = address.split(".")
    return f"127.{(_NET + int(second)) % 256}.{third}.{fourth}"


def until(holds: Callable[[], bool]) -> bool:
    """Ask until it holds, or the deadline has passed."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


@functools.cache
def _own_certificate() -> ssl.SSLContext:
    """A certificate that nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pki = make_pki(Path(folder) / "pki", ["127.0.0.1"])
        context.load_cert_chain(pki.certificate, pki.key)
    return context


class _Handler(BaseHTTPRequestHandler):
    server: FakeNode  # pyright: ignore[reportIncompatibleVariableOverride]

    def setup(self) -> None:
        if self.server.proxied:
            header = self.request.recv(16, socket.MSG_WAITALL)
            if header[:12] != _SIGNATURE:
                raise ConnectionAbortedError
            rest = self.request.recv(int.from_bytes(header[14:16], "big"), socket.MSG_WAITALL)
            if len(rest) >= 4:
                self.server.clients.add(socket.inet_ntoa(rest[:4]))
        if self.request.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
            context = self.server.tls or _own_certificate()
            self.request = context.wrap_socket(self.request, server_side=True)
        elif self.server.tls:
            raise ConnectionAbortedError
        super().setup()

    def do_GET(self) -> None:
        body = self.server.name.encode()
        self.server.asked.add(self.path)
        if isinstance(self.request, ssl.SSLSocket):
            self.server.asked_over_tls.add(self.path)
        self.server.hosts.add(self.headers["Host"])
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class FakeNode(ThreadingHTTPServer):
    """A node port of the inventory that answers with the node's name.

    Over TLS where a client begins with it, and over nothing else where ``tls`` is given.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        name: str,
        address: str,
        port: int,
        proxied: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name, self.proxied, self.status = name, proxied, 200
        self.tls = tls
        self.asked: set[str] = set()
        self.asked_over_tls: set[str] = set()
        self.hosts: set[str] = set()
        self.clients: set[str] = set()
        super().__init__((moved(address), port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a client that goes away, or speaks what is not expected."""

    def stop(self) -> None:
        """The node is dead: nothing accepts any more."""
        self.shutdown()
        self.server_close()
        self._thread.join()


STATE = "/var/lib/haproxy/server-state"


def with_state(text: str, folder: Path) -> str:
    """The same file, with the state of before a start beside it: none."""
    path = folder / "server-state"
    path.write_text("1\n", encoding="ascii")
    return text.replace(STATE, str(path))


@dataclass
class Balancer:
    """A running HAProxy."""

    process: subprocess.Popen[bytes]
    folder: Path
    ports: Mapping[str, int]
    """Where each ``address:port`` of the inventory listens."""
    local: Callable[[str], str]
    """An emitted text, moved to this machine."""
    cookie: str = ""
    """What the last answer set."""

    def get(
        self, place: str, client: str = "10.0.9.9", cookie: str = "", authority: str = ""
    ) -> str | None:
        """What answers there, as seen by ``client``; None where nobody does.

        With an ``authority``, over TLS with whoever is behind.
        """
        address = place.split(":")[0]
        where, at = (moved(address), self.ports[place]), (moved(client), 0)
        connection = (
            http.client.HTTPSConnection(
                *where,
                timeout=5,
                source_address=at,
                context=ssl.create_default_context(cadata=authority),
            )
            if authority
            else http.client.HTTPConnection(*where, timeout=5, source_address=at)
        )
        try:
            connection.request("GET", "/", headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            text = answer.read().decode()
            return text if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def ask(self, command: str) -> str:
        """What it says at its admin socket; nothing while nobody listens there."""
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(self.folder / "admin.sock"))
                line.sendall(f"{command}\n".encode())
                return b"".join(iter(lambda: line.recv(65536), b"")).decode()
            except OSError:
                return ""

    def members(self, backend: str, column: str) -> dict[str, str]:
        """A column of the statistics, by member."""
        rows = csv.DictReader(self.ask("show stat").removeprefix("# ").splitlines())
        return {
            row["svname"]: row[column]
            for row in rows
            if row["pxname"] == backend and row["svname"] not in ("FRONTEND", "BACKEND")
        }

    def reload(self, text: str) -> None:
        """Another file, another process; returns once that one answers."""
        (self.folder / "haproxy.cfg").write_text(self.local(text), encoding="utf-8")
        before = self._worker()
        self.process.send_signal(signal.SIGUSR2)
        assert until(lambda: self._worker() not in ("", before))

    def _worker(self) -> str:
        return "".join(re.findall(r"(?m)^Pid: (\d+)", self.ask("show info")))


@contextmanager
def running(text: str, folder: Path, inter: str = "100ms") -> Generator[Balancer]:
    """HAProxy with the emitted configuration: only addresses, users and paths differ.

    Members are asked each ``inter``, which is more often than emitted.
    """
    places = re.findall(r"bind (10[.0-9]+:[0-9]+)", text)
    status, ring, *free = lab_ports.free(2 + len(places))
    ports = dict(zip(places, free, strict=True))

    def local(text: str) -> str:
        text = re.sub(r"(?m)^    (chroot|user|group) .*\n", "", text)
        text = text.replace("/run/haproxy/admin.sock", str(folder / "admin.sock"))
        text = text.replace(STATE, str(folder / "server-state"))
        text = text.replace("127.0.0.1:8405", f"127.0.0.1:{status}")
        text = text.replace("127.0.0.1:1514", f"127.0.0.1:{ring}")
        text = text.replace("inter 5s", f"inter {inter}")
        for place, port in ports.items():
            text = text.replace(f"bind {place}", f"bind {place.split(':')[0]}:{port}")
        return re.sub(r"\b10(?:\.[0-9]+){3}\b", lambda found: moved(found[0]), text)

    path = folder / "haproxy.cfg"
    path.write_text(local(with_state(text, folder)), encoding="utf-8")
    process = subprocess.Popen(["haproxy", "-W", "-db", "-q", "-f", str(path)])
    try:
        yield Balancer(process, folder, ports, local)
    finally:
        process.terminate()
        process.wait(timeout=DEADLINE)
