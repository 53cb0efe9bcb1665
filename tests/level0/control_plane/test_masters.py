"""Masters: a majority is left whatever rack is lost, one endpoint leads to them (A3)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.dns.documents.names import names_of
from estate.topics.dns.plan import DnsPlan
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.plan import VirtualServersPlan
from tests.balancers import DMZ, with_metallb
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

MASTERS = """\
      - {name: dmz-c01, address: 10.10.1.6, rack: rack-a}
      - {name: dmz-c02, address: 10.10.1.7, rack: rack-b}
      - {name: dmz-c03, address: 10.10.1.8, rack: rack-c}
"""
OWN = "    keepalived: {interface: eth0, virtual_router: 60}\n"
ENDPOINT = "api_server: {address: 10.10.1.5, port: 8443}"


@settings(deadline=None)
@given(racks=st.lists(st.sampled_from("abcde"), min_size=1, max_size=9))
def test_what_is_accepted_writes_on_without_any_one_rack(
    racks: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A3: and what is refused would not, or gains nothing from its even number."""
    estate = _with_racks(shipped(tmp_path_factory.mktemp("masters")), racks)
    found = {problem.code for problem in estate.problems() if problem.code.startswith("masters-")}
    count = len(racks)
    lost = max(Counter(racks).values())
    holds = count >= 3 and count % 2 == 1 and count - lost > count // 2
    assert (not found) == holds


def _with_racks(estate: Estate, racks: list[str]) -> Estate:
    lines = "".join(
        f"      - {{name: dmz-c{place:02d}, address: 10.10.1.{200 + place}, rack: rack-{rack}}}\n"
        for place, rack in enumerate(racks)
    )
    return estate.edit(DMZ, MASTERS, lines)


def test_a_balancer_inside_the_cluster_cannot_lead_to_its_api_servers(tmp_path: Path) -> None:
    """A3, X11: MetalLB answers once the cluster runs, and the cluster needs an endpoint to run."""
    estate = with_metallb(shipped(tmp_path))
    text = (estate.root / DMZ).read_text(encoding="utf-8")
    begin = text.index("  estate:platform_load_balancer:")
    end = text.index("  estate:egress:")
    estate.add(DMZ, text[:begin] + text[end:])
    estate.edit(DMZ, OWN, "").edit(DMZ, ENDPOINT, "api_server: {address: 10.10.0.27}")
    stack = estate.load().stacks["dmz"]
    assert isinstance(stack.value.load_balancer, MetalLB)
    said = [problem for problem in estate.problems() if problem.key_path == "estate:masters"]
    assert [
        (problem.code, "metallb-dmz runs in the cluster" in problem.found) for problem in said
    ] == [("balancer-cannot", True)]


def test_the_endpoint_and_every_master_have_a_name_in_the_zone_files(tmp_path: Path) -> None:
    """A3, J4: nodes find the endpoint by the name that certificates have."""
    plan = shipped(tmp_path).plans()["dmz"]
    dns = plan.of(DnsPlan).dns
    assert dns
    names = {name.name: str(name.address) for name in names_of(plan, dns)}
    assert names["api.dmz.harbour.example"] == "10.10.1.5"
    assert names["dmz-c02.nodes.dmz.harbour.example"] == "10.10.1.7"


def test_masters_of_somebody_else_are_not_asked_for(tmp_path: Path) -> None:
    """A3: without the key, the endpoint is an address, and no document of masters is made."""
    plan = without_masters(shipped(tmp_path)).plans()["dmz"]
    assert plan.of(ControlPlanePlan).masters is None
    assert not [
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server.name == "api-server"
    ]


def without_masters(estate: Estate) -> Estate:
    """The DMZ, whose control plane somebody else runs."""
    text = (estate.root / DMZ).read_text(encoding="utf-8")
    begin, end = text.index("  estate:masters:"), text.index("  estate:bootstrap:")
    estate.add(DMZ, text[:begin] + text[end:])
    return estate.edit(DMZ, ENDPOINT, "api_server: {address: 10.10.0.5}")
