"""Nodes pull from a registry that asks for names, before there is a cluster (G1, G4, X11).

All programs are real: kubeadm asks containerd for every image of the control plane, as it does on
a master's first day, and containerd asks the registry, which was filled by the mirror list. Of the
emitted files only places differ.
"""

from __future__ import annotations

import re
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from estate.documents.secrets import filled, referred_to
from estate.plan import Plan
from estate.topics.document_secrets.plan import BootstrapPlan
from tests.containerd import containerd
from tests.documents import table, texts
from tests.estates import shipped
from tests.registries import PASSWORD, USER, Loopback, Registry, loopback, make_image
from toolchain import build

pytestmark = pytest.mark.level2

HOST = "registry.dmz.harbour.example"
FILE = f"registry/certs.d/{HOST}/hosts.toml"
LOGIN = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SOCKET = "unix:///run/containerd/containerd.sock"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return shipped(tmp_path).plans()["dmz"]


class Inside(ThreadingHTTPServer):
    """Where the registry inside the cluster would answer: it has nothing, and notes who asks."""

    daemon_threads = True

    def __init__(self, at: Loopback) -> None:
        self.asked: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Nothing)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(at.pki.certificate, at.pki.key)
        self.socket = tls.wrap_socket(self.socket, server_side=True)
        Thread(target=self.serve_forever, daemon=True).start()


class _Nothing(BaseHTTPRequestHandler):
    server: Inside  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_HEAD(self) -> None:
        self.server.asked.append(self.headers["Authorization"])
        self.send_error(404)

    do_GET = do_HEAD

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@dataclass
class Node:
    """A machine's first day: a registry outside, nothing inside, and kubeadm."""

    at: Loopback
    plan: Plan
    outside: Registry
    inside: Inside

    def hosts(self, login: str) -> str:
        """The file as it is handed over, with loopback's addresses."""
        text = texts(self.plan)[FILE]
        (name,) = referred_to(text)
        return (
            filled(text, {name: login})
            .replace(f"https://{HOST}", f"https://{self.outside.host}")
            .replace("10.96.0.50:5000", f"127.0.0.1:{self.inside.server_port}")
            .replace("/etc/pki/estate/ca.crt", str(self.at.pki.certificate))
        )

    def pulls(self, hosts: str) -> subprocess.CompletedProcess[str]:
        """`kubeadm config images pull` with the first master's file."""
        text = texts(self.plan)["masters/dmz-c01/kubeadm.yaml"]
        with containerd(self.at.folder / "containerd", {HOST: hosts}) as one:
            path = self.at.folder / "kubeadm.yaml"
            path.write_text(text.replace(SOCKET, one.socket), encoding="utf-8")
            return subprocess.run(
                [str(build.binary("kubeadm")), *("config", "images", "pull", f"--config={path}")],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )


def control_plane(plan: Plan) -> list[str]:
    """What kubeadm will ask for: as the mirror list has it."""
    targets = [row["target"].partition("@")[0] for row in table(plan, "images/mirror.csv")]
    return [target for target in targets if target.startswith(f"{HOST}/kubernetes/")]


@contextmanager
def _node(plan: Plan, folder: Path) -> Generator[Node]:
    with loopback(folder) as at:
        emitted = texts(plan)["registry/config.yml"]
        makers = at.registry("makers", emitted, storage="makers")
        outside = at.registry("outside", emitted)
        at.log_in(makers.host, outside.host)
        digest = make_image(folder / "built", 2**12, seed=1)
        process = at.skopeo(
            *("copy", "--insecure-policy", "--dest-cert-dir", str(at.pki.folder)),
            f"oci:{folder / 'built'}:built",
            f"docker://{makers.host}/made",
        )
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        at.promote(_mirrored(plan, makers, digest), outside.host, "mirror", [makers.host])
        inside = Inside(at)
        try:
            yield Node(at, plan, outside, inside)
        finally:
            inside.shutdown()
            inside.server_close()


def _mirrored(plan: Plan, makers: Registry, digest: str) -> str:
    """The lines of the mirror list that are kubeadm's; here all images are the same one."""
    lines = [line.split() for line in texts(plan)["images/mirror.txt"].splitlines()]
    return "".join(f"{makers.host}/made {one[1]} {digest} {one[3]}\n" for one in lines if one[3:])


@pytest.fixture
def node(plan: Plan, tmp_path: Path) -> Generator[Node]:
    with _node(plan, tmp_path) as found:
        yield found


def test_a_master_pulls_every_image_of_the_control_plane_with_the_file_that_it_gets(
    node: Node,
) -> None:
    """G1, A3, X11: nobody gives containerd a login in the call; the file's is enough."""
    ran = node.pulls(node.hosts(LOGIN))
    assert ran.returncode == 0, ran.stderr
    wanted = control_plane(node.plan)
    assert len(wanted) == 7
    assert {line.rpartition(" ")[2] for line in ran.stdout.splitlines()} == set(wanted)


def test_the_login_goes_to_the_registry_outside_and_to_nobody_else(node: Node) -> None:
    """G4: the registry inside is asked first, for every image, and is not told."""
    assert node.pulls(node.hosts(LOGIN)).returncode == 0
    assert len(node.inside.asked) >= 7
    assert set(node.inside.asked) == {None}


@pytest.mark.parametrize("login", ["", b64encode(b"mirror:another").decode()])
def test_without_a_login_or_with_a_wrong_one_no_image_is_pulled(node: Node, login: str) -> None:
    """G1: the registry answers 401, so that the reading above can fail."""
    hosts = node.hosts(login)
    if not login:
        hosts = hosts.partition("  [host.")[0]
        assert "authorization" not in hosts and node.outside.host in hosts
    ran = node.pulls(hosts)
    assert ran.returncode != 0
    answers = re.findall(r'" (\d+) \d+ "" "containerd/', node.outside.process.said())
    assert answers and set(answers) == {"401"}


def test_the_login_stands_in_one_file_that_root_alone_reads(plan: Plan) -> None:
    """X11: a reference in the document, a mode where it is installed, a form for who makes it."""
    holders = [name for name, text in texts(plan).items() if "registry-nodes}" in text]
    assert holders == [FILE]
    (row,) = [row for row in table(plan, "registry/secrets.csv") if row["place"] == "every node"]
    assert row["secret"].removeprefix("bootstrap:") in referred_to(texts(plan)[FILE])
    assert row["file"] == f"/etc/containerd/certs.d/{HOST}/hosts.toml"
    assert (row["owner"], row["mode"]) == ("root:root", "0600")
    for one in ("dmz-c01", "dmz-c02", "dmz-c03"):
        modes = {
            row["mode"]
            for row in table(plan, "masters/machines.csv")
            if row["machine"] == one and row["document"] == FILE
        }
        assert modes == {"0600"}


def test_each_zones_nodes_have_a_login_of_their_own(tmp_path: Path) -> None:
    """fault 17: the same name in two sources, of which each zone knows its own."""
    plans = shipped(tmp_path).plans()
    prefixes: set[str] = set()
    for zone, plan in plans.items():
        bootstrap = plan.of(BootstrapPlan).bootstrap
        assert bootstrap and bootstrap.kind == "environment"
        prefixes.add(bootstrap.prefix)
        (name,) = [text for text in texts(plan) if text.endswith("hosts.toml")]
        assert f"registry.{zone}." in name
        assert not [other for other in plans if other != zone and other in texts(plan)[name]]
    assert len(prefixes) == len(plans) == 2
