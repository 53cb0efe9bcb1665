"""Clients that send their requests slowly hold no connection of a pair (E11)."""

from __future__ import annotations

import socket
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from estate.topics.exposure.documents.haproxy import REQUEST_SECONDS
from tests.balancers import with_a_pair, without_tls
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.loopback import Balancer, FakeNode, moved, running, until

pytestmark = pytest.mark.level2

FILE = "apps/broker-gateway-dmz.yaml"
GATEWAY = "10.10.0.22:443"
HEAD = b"GET / HTTP/1.1\r\nHost: gateway\r\n"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return without_tls(with_a_pair(shipped(tmp_path))).edit(
        FILE, "stickiness: source", "stickiness: none, protocol: http"
    )


def emitted(estate: Estate) -> str:
    return texts(estate.plans()["dmz"])["haproxy/lb-dmz/haproxy.cfg"]


def connected(balancer: Balancer) -> socket.socket:
    """A client of the gateway, which waits for an answer as long as is needed."""
    return socket.create_connection(
        (moved(GATEWAY.split(":")[0]), balancer.ports[GATEWAY]), timeout=3 * REQUEST_SECONDS
    )


def answered(balancer: Balancer) -> bool:
    return balancer.get(GATEWAY) is not None


def test_a_request_that_comes_byte_by_byte_is_ended_in_time(estate: Estate, tmp_path: Path) -> None:
    """E11: with the emitted number; each byte would begin the client's five minutes anew."""
    node = FakeNode("dmz-n03", "10.10.1.13", 30011)
    try:
        with running(emitted(estate), tmp_path) as balancer:
            assert until(lambda: answered(balancer))
            with connected(balancer) as slow:
                began = time.monotonic()
                slow.sendall(HEAD)
                slow.settimeout(0.5)
                answer = b""
                while not answer and time.monotonic() - began < 3 * REQUEST_SECONDS:
                    try:
                        answer = slow.recv(4096)
                    except TimeoutError:
                        slow.sendall(b"X")
                took = time.monotonic() - began
    finally:
        node.stop()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert REQUEST_SECONDS - 1 < took < 2 * REQUEST_SECONDS


def test_a_connection_is_kept_between_requests(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E11: a client that thinks for longer than a request may take is not sent away."""
    monkeypatch.setattr(BaseHTTPRequestHandler, "protocol_version", "HTTP/1.1")
    node = FakeNode("dmz-n03", "10.10.1.13", 30011)
    text = emitted(estate)
    quick = text.replace(f"timeout http-request {REQUEST_SECONDS}s", "timeout http-request 1s")
    assert quick != text
    try:
        with running(quick, tmp_path) as balancer:
            assert until(lambda: answered(balancer))
            with connected(balancer) as client:
                for _ in range(2):
                    client.sendall(HEAD + b"\r\n")
                    assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
                    time.sleep(3)
    finally:
        node.stop()


def test_connections_that_are_only_passed_on_are_not_judged(estate: Estate) -> None:
    """E11: what is not read as HTTP may say nothing at first."""
    text = emitted(estate)
    assert text.count("timeout http-request") == text.count("option forwardfor")
    frontends = text.split("\nfrontend ")[1:]
    for frontend in frontends:
        if "\n    mode tcp" in frontend:
            assert "timeout http-request" not in frontend.partition("\nbackend ")[0]
