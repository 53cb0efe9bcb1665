"""The masters' own HAProxy before an API server of the lab (A3).

The API server was started with the emitted files, so whether it answers a check that has no name is
its own word. Of the two other masters nothing is there.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from dataclasses import dataclass

import pytest

from lab import processes
from lab.cluster import Cluster
from lab.lab import Lab
from tests.documents import texts
from tests.estates import shipped
from tests.loopback import Balancer, moved, running, until

HAPROXY = "haproxy/masters/haproxy.cfg"
ENDPOINT = "10.10.1.5:8443"
PEOPLE, STRANGER = "10.40.0.9", "10.30.0.9"


@dataclass
class Endpoint:
    """What everybody connects to, and the API server behind it."""

    balancer: Balancer
    cluster: Cluster

    def ask(self, path: str, client: str = PEOPLE) -> str | None:
        """As an administrator: TLS is the API server's own, seen through; None where nobody is."""
        pki = self.cluster.pki
        tls = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        tls.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        where = (moved(ENDPOINT.partition(":")[0]), self.balancer.ports[ENDPOINT])
        try:
            with (
                socket.create_connection(where, 10, (moved(client), 0)) as plain,
                tls.wrap_socket(plain, server_hostname="localhost") as one,
            ):
                one.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                )
                return b"".join(iter(lambda: one.recv(65536), b"")).decode()
        except OSError:
            return None

    def answers(self) -> set[bool]:
        """Whether requests are answered, which go round among whoever counts as well."""
        return {(self.ask("/version") or "").startswith("HTTP/1.1 200") for _ in range(6)}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Generator[Endpoint]:
    folder = tmp_path_factory.mktemp("masters")
    estate = shipped(folder)
    lab = Lab(root=estate.root, state=folder / "lab", zones=("dmz",))
    try:
        lab.up()
        (cluster,) = (one for one in lab.clusters() if one.name == "dmz")
        text = texts(estate.plans()["dmz"])[HAPROXY]
        place = cluster.server.removeprefix("https://")
        assert text.count("10.10.1.6:6443") == 1
        # A check has its interval to connect, and two labs on two cores take more than 100 ms.
        with running(text.replace("10.10.1.6:6443", place), folder, inter="1s") as balancer:
            yield Endpoint(balancer, cluster)
    finally:
        lab.down()


def test_an_api_server_that_is_ready_is_led_to(endpoint: Endpoint) -> None:
    """A3: the check over TLS and without a name passes, and requests reach it whole."""
    assert until(lambda: endpoint.answers() == {True})
    answer = endpoint.ask("/version")
    assert answer and '"gitVersion": "v1.36' in answer
    # Who logs in by a certificate is known to the API server itself.
    answer = endpoint.ask("/api/v1/namespaces/kube-system")
    assert answer and answer.startswith("HTTP/1.1 200")


def test_nobody_else_is_led_to_it(endpoint: Endpoint) -> None:
    """A3: nodes, and the networks that are declared."""
    assert until(lambda: endpoint.answers() == {True})
    assert endpoint.ask("/version", "10.10.1.77") is not None
    assert endpoint.ask("/version", STRANGER) is None


def test_an_api_server_that_has_lost_its_store_is_taken_out_and_comes_back(
    endpoint: Endpoint,
) -> None:
    """A3: it accepts connections and answers /version all the while: a check of the port stays."""
    assert until(lambda: endpoint.answers() == {True})
    store = processes.running(endpoint.cluster.folder)["etcd"]
    store.suspend()
    try:
        assert until(lambda: endpoint.answers() == {False})
        host, _, port = endpoint.cluster.server.removeprefix("https://").partition(":")
        socket.create_connection((host, int(port)), 5).close()
    finally:
        store.resume()
    assert until(lambda: endpoint.answers() == {True})
