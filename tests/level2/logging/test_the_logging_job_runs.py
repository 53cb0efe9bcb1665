"""The job's script, run by bash and curl over TLS against a server that keeps what it is told.

The server is no Elasticsearch: it answers as documented, so that what is tested is ours.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from estate.topics.logging.manifests.setup import files, requests
from tests.level2.logging.test_the_elasticsearch_requests import logged

pytestmark = pytest.mark.level2

PASSWORDS = {"elastic": "e" * 32, "collector": "c" * 32, "exporter": "x" * 32, "kibana": "k" * 32}


@dataclass
class Server:
    """What it was told, by path, and how."""

    port: int = 0
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    heard: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    refuses: str = ""
    """A path that it answers with 500."""


@contextmanager
def serving(folder: Path) -> Generator[Server]:
    """A server on loopback with a certificate of its own authority."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *(
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=test",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
            ),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.crt")),
        ],
        check=True,
        capture_output=True,
    )
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing: output is the script's."""

        def do_PUT(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            login = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
            server.heard.append((self.command, self.path))
            status = 200
            if login != f"elastic:{PASSWORDS['elastic']}":
                status = 401
            elif self.path == server.refuses:
                status = 500
            elif self.path == "/api/spaces/space":
                path = f"{self.path}/{body['id']}"
                status = 409 if path in server.kept else 200
                server.kept.setdefault(path, body)
            elif self.path.startswith("/api/spaces/space/") and self.path not in server.kept:
                status = 404
            else:
                server.kept[self.path] = body
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.crt", folder / "key.pem")
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    server.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def run(folder: Path, server: Server, content: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The job's own command with its own files."""
    for name, text in content.items():
        (folder / name).write_text(text, encoding="utf-8")
    for user, password in PASSWORDS.items():
        (folder / user).mkdir(exist_ok=True)
        (folder / user / "value").write_text(password, encoding="utf-8")
    url = f"https://127.0.0.1:{server.port}"
    environment = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        **{name: str(folder) for name in ("AUTHORITY", "FOLDER", "SECRETS")},
        **{name: url for name in ("ELASTICSEARCH", "KIBANA")},
    }
    command = ["bash", str(folder / "setup.sh")]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_everything_is_told_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """H3, H5, C7: safe to run again; passwords arrive where they belong, and are not printed."""
    plan = logged(tmp_path)
    with serving(tmp_path) as server:
        first = run(tmp_path, server, files(plan))
        assert first.returncode == 0, first.stderr
        kept = dict(server.kept)
        again = run(tmp_path, server, files(plan))
        assert again.returncode == 0, again.stderr
        assert server.kept == kept
    for request in requests(plan):
        secret = {"password": PASSWORDS[request.password_of]} if request.password_of else {}
        assert kept[request.path] == {**request.body, **secret}, request.name
    told = first.stdout + first.stderr + again.stdout + again.stderr
    assert not any(password in told for password in PASSWORDS.values())


def test_what_is_refused_ends_the_run_and_is_said(tmp_path: Path) -> None:
    """The job fails, is seen to, and is begun again from the start."""
    plan = logged(tmp_path)
    last = next(request for request in requests(plan) if request.name == "user-kibana")
    with serving(tmp_path) as server:
        server.refuses = last.path
        ran = run(tmp_path, server, files(plan))
        assert ran.returncode == 1
        assert ran.stderr.startswith("500 user-kibana")
        assert server.heard[-1] == ("PUT", last.path)
        server.refuses = ""
        assert run(tmp_path, server, files(plan)).returncode == 0


def test_another_authoritys_server_is_told_nothing(tmp_path: Path) -> None:
    """Passwords go to who has a certificate of the declared authority only."""
    plan = logged(tmp_path)
    with serving(tmp_path) as server:
        other = tmp_path / "other"
        other.mkdir()
        with serving(other):
            pass
        (tmp_path / "ca.crt").write_bytes((other / "ca.crt").read_bytes())
        ran = run(tmp_path, server, files(plan))
        assert ran.returncode != 0 and server.heard == []
