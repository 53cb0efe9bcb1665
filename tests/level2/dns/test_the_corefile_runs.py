"""The emitted Corefile in a real CoreDNS that no API server answers (J1, J2)."""

from __future__ import annotations

import re
from pathlib import Path

import dns.resolver
import pytest

from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from lab.ports import LOOPBACK, free
from tests.documents import texts
from tests.estates import shipped
from tests.name_servers import company, coredns, on_loopback
from tests.programs import asked_text, status, until

pytestmark = pytest.mark.level2

ASKED = re.compile(r'coredns_dns_requests_total\{.*zone="([^"]+)"\} ([0-9]+)')


@pytest.mark.parametrize("zone", ZONES)
def test_without_an_api_server_it_is_not_ready_and_still_forwards(
    tmp_path: Path, zone: Zone
) -> None:
    """J1, J2: a rolling update stops at the first that knows no Service, instead of going on."""
    plan = shipped(tmp_path).plans()[zone]
    known = f"{plan.of(NodesPlan).pools[0].nodes[0].name}.nodes.{zone}.harbour.example"
    (nobody,) = free(1)
    with coredns(tmp_path, company(plan, tmp_path), known) as names:
        served = on_loopback(plan, f"endpoint http://{LOOPBACK}:{nobody}", names.port)
        with coredns(tmp_path, served.corefile, known) as cluster:
            until(lambda: status(served.ready) != 0)
            assert status(served.ready) == 503
            assert asked_text(served.ready) == "kubernetes"
            with pytest.raises(dns.resolver.NoNameservers):
                cluster.resolve("kubernetes.default.svc.cluster.local", "A")
            found = ASKED.findall(asked_text(served.metrics))
            counted = {name for name, number in found if int(number)}
            assert {"cluster.local.", f"{zone}.harbour.example."} <= counted, found


@pytest.mark.parametrize("zone", ZONES)
def test_ready_stands_beside_kubernetes_alone_and_every_block_is_counted(
    tmp_path: Path, zone: Zone
) -> None:
    """J1: ready speaks for its own block, and two of them hide each other in older releases."""
    text = texts(shipped(tmp_path).plans()[zone])["dns/Corefile"]
    blocks = re.split(r"(?m)^(?=\S.* \{$)", text)[1:]
    assert len(blocks) >= 3
    for block in blocks:
        assert ("    ready\n" in block) is ("    kubernetes " in block), block
        assert block.count("    prometheus :9153\n") == 1, block
