"""The blackbox exporter runs with what is emitted, and asks servers of the test's on loopback."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.manifests.blackbox import blackbox_configuration
from estate.topics.monitoring.manifests.prometheus import prometheus_configuration
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from lab.ports import free
from tests.estates import Estate, shipped
from tests.loopback import FakeNode, moved
from tests.programs import asked_text, running, until
from tests.registries import make_pki
from toolchain import build

pytestmark = pytest.mark.level2

Json = dict[str, Any]
Asking = Callable[[str], dict[str, float]]


@contextmanager
def asking(
    estate: Estate, zone: Zone, folder: Path
) -> Generator[tuple[Asking, dict[str, FakeNode]]]:
    """A probe by virtual server's name, and the servers that it finds behind their addresses."""
    plan = estate.plans()[zone].find(MonitoringPlan)
    assert plan
    config = folder / "blackbox.yaml"
    config.write_text(yaml.safe_dump(blackbox_configuration(plan)), encoding="utf-8")
    scraped: Json = yaml.safe_load(yaml.safe_dump(prometheus_configuration(plan)))
    (job,) = (one for one in scraped["scrape_configs"] if one["job_name"] == "probe")
    own, *ports = free(1 + len(plan.virtual_servers))
    pki = make_pki(folder / "pki", ["127.0.0.1"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pki.certificate, pki.key)
    servers: dict[str, FakeNode] = {}
    questions: dict[str, dict[str, str]] = {}
    try:
        for one, server, port in zip(
            job["static_configs"], plan.virtual_servers, ports, strict=True
        ):
            (target,) = one["targets"]
            at = f"{server.address}:{server.port}"
            assert at in target
            questions[server.name] = {
                "target": target.replace(at, f"{moved(str(server.address))}:{port}"),
                "module": one["labels"]["__param_module"],
                "hostname": one["labels"].get("__param_hostname", ""),
            }
            served = tls if target.startswith("https:") else None
            servers[server.name] = FakeNode(server.name, str(server.address), port, tls=served)

        def probe(name: str) -> dict[str, float]:
            url = f"http://127.0.0.1:{own}/probe?{urlencode(questions[name])}"
            said = asked_text(url)
            return {k: float(v) for k, v in re.findall(r"^(probe_\w+) (\S+)$", said, re.MULTILINE)}

        with running(
            folder,
            str(build.binary("blackbox_exporter")),
            f"--config.file={config}",
            f"--web.listen-address=127.0.0.1:{own}",
        ):
            until(lambda: bool(asked_text(f"http://127.0.0.1:{own}/-/healthy")))
            yield probe, servers
    finally:
        for server in servers.values():
            server.stop()


@pytest.mark.parametrize("zone", ZONES)
def test_every_virtual_server_is_asked_as_its_clients_do(tmp_path: Path, zone: Zone) -> None:
    """E3, E8, I2: over TLS also where TLS ends in front of members that are asked in the clear."""
    over_tls = {"registry", "api-server", "policy-portal"}
    over_tls |= {"broker-gateway"} if zone == "dmz" else set[str]()
    with asking(shipped(tmp_path), zone, tmp_path) as (probe, servers):
        for name in servers:
            found = probe(name)
            assert found["probe_success"] == 1, name
            told = "probe_ssl_earliest_cert_expiry" in found
            assert told == (name in over_tls)
        assert over_tls <= servers.keys()
        for name in ("policy-portal", "registry"):
            servers[name].status = 503
            assert probe(name)["probe_success"] == 0
        servers["registry"].status = 401
        assert probe("registry")["probe_success"] == 1  # whoever is not logged in


def test_a_router_that_takes_no_connection_is_down(tmp_path: Path) -> None:
    """C5: its members are asked on a port of their own, so that clients see only whether it takes
    them."""
    with asking(shipped(tmp_path), "dmz", tmp_path) as (probe, servers):
        servers["router-default-http"].status = 404
        assert probe("router-default-http")["probe_success"] == 1
        servers.pop("router-default-http").stop()
        assert probe("router-default-http")["probe_success"] == 0
