"""Run in a segment's own network: members that answer with their address, and a client.

segment_world.py 10.10.0.22:443 10.10.1.13:30011 10.10.1.14:30011

It prints a line for each connection: who answered, or ``-``.
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAUSE = 0.05
"""Seconds between connections."""


class _Member(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = str(self.connection.getsockname()[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _place(text: str) -> tuple[str, int]:
    address, _, port = text.partition(":")
    return address, int(port)


def _connect(address: str, port: int) -> str:
    connection = http.client.HTTPConnection(address, port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return "-"
    finally:
        connection.close()


def main(target: str, *members: str) -> None:
    """Serves and connects until it is ended."""
    for member in members:
        server = ThreadingHTTPServer(_place(member), _Member)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        print(_connect(*_place(target)), flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
