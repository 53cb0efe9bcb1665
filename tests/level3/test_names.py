"""Real name servers on loopback: the cluster's CoreDNS from the emitted Corefile, asking the lab's
API server for Services, and the company's from the emitted zone files (J1 to J4)."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dns.resolver
import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from lab.ports import LOOPBACK, free
from tests.documents import texts
from tests.level3.applied import Applied
from toolchain import build

PATIENCE = 60  # seconds; a busy machine is slow, not broken


@contextmanager
def coredns(folder: Path, corefile: str, ask: str) -> Generator[dns.resolver.Resolver]:
    """CoreDNS with this configuration, once it answers for ``ask``."""
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
    """A Corefile of the company's servers: each zone file as it was handed over, and their own
    zone with the records that were asked for."""
    blocks: list[str] = []
    for name, text in texts(plan).items():
        if name.startswith(("dns/zones/", "dns/records/")):
            file = folder / Path(name).name
            own = COMPANY if name.startswith("dns/records/") else ""
            file.write_text(own + text, encoding="ascii")
            blocks.append(f"{file.stem} {{\n    bind {LOOPBACK}\n    file {file}\n    errors\n}}\n")
    return "".join(blocks)


def on_loopback(plan: Plan, kubeconfig: Path, upstream: int) -> str:
    """The emitted Corefile; only where it listens and whom it asks are this machine's."""
    text = texts(plan)["dns/Corefile"]
    assert plan.dns
    servers = {*plan.dns.resolvers, *(one for f in plan.dns.forwards for one in f.servers)}
    for server in servers:
        text, count = re.subn(rf"(?<= ){re.escape(str(server))}\b", f"{LOOPBACK}:{upstream}", text)
        assert count
    health, ready, metrics = free(3)
    for old, new in (
        ("    health {", f"    health {LOOPBACK}:{health} {{"),
        ("    ready\n", f"    ready {LOOPBACK}:{ready}\n"),
        ("    prometheus :9153\n", f"    prometheus {LOOPBACK}:{metrics}\n"),
        (
            "        pods disabled\n",
            f"        pods disabled\n        kubeconfig {kubeconfig} {plan.zone}\n",
        ),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text.replace("    errors\n", f"    errors\n    bind {LOOPBACK}\n")


@pytest.mark.parametrize("zone", ZONES)
def test_services_and_the_companys_names_resolve(
    world: Applied, zone: Zone, tmp_path: Path
) -> None:
    """J1, J2, J3, J4: a pod finds Services by name, and everything else where it is declared."""
    plan = world.estate.plans()[zone]
    known = f"{plan.pools[0].nodes[0].name}.nodes.{zone}.harbour.example"
    kubeconfig = world.lab.state / "kubeconfig"
    with coredns(tmp_path, company(plan, tmp_path), known) as names:
        text = on_loopback(plan, kubeconfig, names.port)
        with coredns(tmp_path, text, "kubernetes.default.svc.cluster.local") as cluster:
            services = [
                one
                for one in world.get(zone, "services", "-A")
                if one["spec"].get("clusterIP", "None") != "None"
            ]
            assert len(services) > 3
            for service in services:
                where, name = service["metadata"]["namespace"], service["metadata"]["name"]
                answer = cluster.resolve(f"{name}.{where}.svc.cluster.local", "A")
                assert [str(one) for one in answer] == [service["spec"]["clusterIP"]]
            for server in plan.virtual_servers:
                for name in server.names:
                    answer = cluster.resolve(name, "A")
                    assert [str(one) for one in answer] == [str(server.address)]
            back = cluster.resolve_address(str(plan.pools[0].nodes[0].address))
            assert [str(one) for one in back] == [f"{known}."]
            with pytest.raises(dns.resolver.NXDOMAIN):
                cluster.resolve("nobody.motor.svc.cluster.local", "A")
            answer = cluster.resolve("login.harbour.example", "A")
            assert [str(one) for one in answer] == ["10.40.0.9"]
            with pytest.raises(dns.resolver.NXDOMAIN):
                cluster.resolve("nobody.harbour.example", "A")
