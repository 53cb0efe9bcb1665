"""Real name servers on loopback, from the emitted Corefile and zone files."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.resolver

from estate.plan import Plan
from estate.topics.dns.plan import DnsPlan
from lab.ports import LOOPBACK, free
from tests.documents import texts
from toolchain import build

PATIENCE = 60  # seconds; a busy machine is slow, not broken


@contextmanager
def coredns(folder: Path, corefile: str, ask: str = "") -> Generator[dns.resolver.Resolver]:
    """CoreDNS with this configuration, once it answers for ``ask``; at once without any."""
    (port,) = free(1)
    file = folder / f"Corefile-{port}"
    file.write_text(corefile, encoding="utf-8")
    log = folder / f"log-{port}"
    with log.open("w") as out:
        server = subprocess.Popen(
            [str(build.binary("coredns")), "-conf", str(file), "-dns.port", str(port)],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [LOOPBACK], port
        resolver.lifetime = 2
        if ask:
            _until_it_answers(server, resolver, ask, log)
        yield resolver
    finally:
        server.terminate()
        server.wait()


def _until_it_answers(
    server: subprocess.Popen[bytes], resolver: dns.resolver.Resolver, ask: str, log: Path
) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            resolver.resolve(ask, "A")
            return
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers):
            assert time.monotonic() < end, log.read_text(encoding="utf-8")


COMPANY = """$TTL 300
@ SOA ns hostmaster 1 3600 600 1209600 300
@ NS ns
ns A 10.40.0.53
login A 10.40.0.9
"""
"""What the company has in its zone already."""


def company(plan: Plan, folder: Path) -> str:
    """A Corefile of the company's servers: each zone file as it was handed over."""
    blocks: list[str] = []
    for name, text in texts(plan).items():
        if name.startswith(("dns/zones/", "dns/records/")):
            file = folder / Path(name).name
            own = COMPANY if name.startswith("dns/records/") else ""
            file.write_text(own + text, encoding="ascii")
            blocks.append(f"{file.stem} {{\n    bind {LOOPBACK}\n    file {file}\n    errors\n}}\n")
    return "".join(blocks)


@dataclass(frozen=True)
class OnLoopback:
    """The emitted Corefile; only where it listens and whom it asks are this machine's."""

    corefile: str
    ready: str
    """The URL at which kubelets ask."""
    metrics: str
    """The URL at which Prometheus asks."""


def on_loopback(plan: Plan, api_server: str, upstream: int) -> OnLoopback:
    """``api_server`` is the line that says where `kubernetes` finds one."""
    text = texts(plan)["dns/Corefile"]
    dns = plan.of(DnsPlan).dns
    assert dns
    servers = {
        *dns.resolvers,
        *(address for f in dns.forwards for address in f.servers),
    }
    for server in servers:
        text, count = re.subn(rf"(?<= ){re.escape(str(server))}\b", f"{LOOPBACK}:{upstream}", text)
        assert count
    health, ready, metrics = free(3)
    for old, new in (
        ("    health {", f"    health {LOOPBACK}:{health} {{"),
        ("    ready\n", f"    ready {LOOPBACK}:{ready}\n"),
        ("        pods disabled\n", f"        pods disabled\n        {api_server}\n"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return OnLoopback(
        text.replace("    errors\n", f"    errors\n    bind {LOOPBACK}\n").replace(
            "    prometheus :9153\n", f"    prometheus {LOOPBACK}:{metrics}\n"
        ),
        ready=f"http://{LOOPBACK}:{ready}/ready",
        metrics=f"http://{LOOPBACK}:{metrics}/metrics",
    )
