"""Registries, HAProxy and skopeo, run on loopback from the files that are handed over."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import random
import socket
import ssl
import subprocess
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from estate.objects.promotion import SCRIPT, policy
from toolchain import build

USER, PASSWORD = "mirror", "mirror-the-harbour"
USERS = f"{USER}:$2y$05$abcdefghijklmnopqrstuu5mkQJ4jwwNoq64GQiiCowQrLvhSVSFa\n"
SECRET = "the-same-on-every-machine"  # noqa: S105 made for these tests


def free_port() -> int:
    """A port that nobody has on loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Pki:
    """A certificate for loopback, which is its own authority."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def key(self) -> Path:
        return self.folder / "registry.pem"


def make_pki(folder: Path, addresses: Sequence[str]) -> Pki:
    """Made with openssl, as the company's authority would, for these addresses."""
    folder.mkdir()
    pki = Pki(folder)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=registry", "-addext"),
            "subjectAltName=" + ",".join(f"IP:{address}" for address in addresses),
            *("-keyout", str(pki.key), "-out", str(pki.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return pki


@dataclass
class Process:
    """A program with what it says in a file."""

    running: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.running.kill()
        self.running.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Registry:
    """One registry: where it answers, and its program."""

    address: str
    port: int
    process: Process
    metrics: int = 0
    """The port where it counts what it does; 0 where it does not."""

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass
class Loopback:
    """A folder with a PKI, users and what was started in it."""

    folder: Path
    pki: Pki
    started: list[Process] = field(default_factory=list[Process])

    def start(self, name: str, command: Sequence[str], settings: Mapping[str, str]) -> Process:
        """Start a program that ends with the test."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as out:
            running = subprocess.Popen(
                list(command),
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], **settings},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.started.append(Process(running, log))
        return self.started[-1]

    def registry(
        self,
        name: str,
        emitted: str,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        storage: str = "storage",
        secret: str = SECRET,
    ) -> Registry:
        """A registry with an emitted configuration, of which only places are changed."""
        port = port or free_port()
        content: dict[str, Any] = yaml.safe_load(emitted)
        content["http"]["addr"] = f"{address}:{port}"
        content["http"]["tls"] |= {
            "certificate": str(self.pki.certificate),
            "key": str(self.pki.key),
        }
        metrics = free_port() if "debug" in content["http"] else 0
        if metrics:
            content["http"]["debug"]["addr"] = f"{address}:{metrics}"
        content["storage"]["filesystem"]["rootdirectory"] = str(self.folder / storage)
        (self.folder / storage).mkdir(exist_ok=True)
        if "auth" in content:
            users = self.folder / "htpasswd"
            users.write_text(USERS, encoding="utf-8")
            content["auth"]["htpasswd"]["path"] = str(users)
        file = self.folder / f"{name}.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        command = [str(build.binary("registry")), "serve", str(file)]
        process = self.start(
            name, command, {"REGISTRY_HTTP_SECRET": secret, "OTEL_TRACES_EXPORTER": "none"}
        )
        wait_for(address, port, process)
        return Registry(address, port, process, metrics)

    def ask(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        user: str = USER,
        media: str = "application/vnd.oci.image.manifest.v1+json",
    ) -> tuple[int, Mapping[str, str], bytes]:
        """A request as a client of the registry would send it."""
        request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 https
        if user:
            token = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
            request.add_header("Authorization", f"Basic {token}")
        request.add_header("Accept", media)
        if body is not None:
            kind = media if "/manifests/" in url else "application/octet-stream"
            request.add_header("Content-Type", kind)
        context = ssl.create_default_context(cafile=str(self.pki.certificate))
        try:
            with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def skopeo(self, *arguments: str) -> subprocess.Popen[str]:
        """Skopeo with the names and the authority that the emitted job gives it."""
        return subprocess.Popen(
            ["skopeo", *arguments],
            env={
                "PATH": os.environ["PATH"],
                "REGISTRY_AUTH_FILE": str(self.folder / "auth.json"),
                "HOME": str(self.folder),
            },
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def promote(self, images: str, target: str, by: str, sources: Sequence[str]) -> list[Any]:
        """Run the emitted script; its records."""
        process = self.promoting(images, target, by, sources)
        out, said = process.communicate(timeout=180)
        assert process.returncode == 0, said + out
        return [json.loads(line) for line in out.splitlines()]

    def promoting(
        self,
        images: str,
        target: str,
        by: str,
        sources: Sequence[str],
        first: Path | None = None,
    ) -> subprocess.Popen[str]:
        """The emitted script, under way; programs in ``first`` are found before others."""
        (self.folder / "promote.sh").write_text(SCRIPT, encoding="utf-8")
        (self.folder / "images.txt").write_text(images, encoding="utf-8")
        (self.folder / "policy.json").write_text(policy([*sources, target]), encoding="utf-8")
        return subprocess.Popen(
            ["/bin/sh", "promote.sh", "images.txt", target],
            cwd=self.folder,
            env={
                "PATH": f"{first}:{os.environ['PATH']}" if first else os.environ["PATH"],
                "HOME": str(self.folder),
                "PROMOTED_BY": by,
                "POLICY": str(self.folder / "policy.json"),
                "CERTS": str(self.pki.folder),
                "REGISTRY_AUTH_FILE": str(self.folder / "auth.json"),
            },
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def log_in(self, *hosts: str) -> None:
        """Names and passwords, as the job reads them."""
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        content = {"auths": {host: {"auth": token} for host in hosts}}
        (self.folder / "auth.json").write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def loopback(folder: Path, *addresses: str) -> Generator[Loopback]:
    """Ends whatever was started; the certificate is for ``addresses``, too."""
    found = Loopback(folder, make_pki(folder / "pki", ("127.0.0.1", *addresses)))
    try:
        yield found
    finally:
        for process in found.started:
            if process.running.poll() is None:
                process.kill()


def wait_for(address: str, port: int, process: Process) -> None:
    """Until it accepts; fails with what it said once it has ended."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.running.poll() is None, process.said()
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(process.said())


def make_image(folder: Path, size: int, seed: int) -> str:
    """An image of one layer that does not compress, as an OCI layout; its digest."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    content = random.Random(seed).randbytes(size)  # noqa: S311 not for secrets
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        entry = tarfile.TarInfo("content")
        entry.size = size
        tar.addfile(entry, io.BytesIO(content))
    layer = gzip.compress(raw.getvalue(), compresslevel=1, mtime=0)

    def put(data: bytes, media: str) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": media, "digest": f"sha256:{digest}", "size": len(data)}

    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(raw.getvalue()).hexdigest()}"],
        },
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
        "layers": [put(layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
    }
    entry = put(json.dumps(manifest).encode(), str(manifest["mediaType"]))
    named = entry | {"annotations": {"org.opencontainers.image.ref.name": "built"}}
    index = {"schemaVersion": 2, "manifests": [named]}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', encoding="utf-8")
    return str(entry["digest"])


class Gate:
    """Stands between a client and a server, and stops once so many bytes have passed."""

    def __init__(self, server: tuple[str, int], limit: int, *, downwards: bool) -> None:
        self.server, self.left, self.downwards = server, limit, downwards
        self.reached, self.opened = threading.Event(), threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.opened.set()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(self.server)
            except OSError:
                return
            for source, sink, counted in (
                (client, server, not self.downwards),
                (server, client, self.downwards),
            ):
                arguments = (source, sink, counted)
                threading.Thread(target=self._pass, args=arguments, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(65536):
                if counted and not self.opened.is_set():
                    self.left -= len(data)
                    if self.left <= 0:
                        self.reached.set()
                        self.opened.wait(60)
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
