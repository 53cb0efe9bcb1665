"""SNAT pools: whose connections come from which addresses, and monitors from none of them (E3)."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.topics.apps.plan import AppsPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.routers.plan import RoutersPlan
from tests.balancers import DMZ, GATEWAY, with_datagrams, with_snat_pools
from tests.documents import as3
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

SELF = {"10.10.0.2", "10.10.0.3"}
BROKERS = {"10.10.0.8", "10.10.0.9"}


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_snat_pools(with_datagrams(shipped(tmp_path)))


def test_the_pool_stands_beside_what_uses_it(estate: Estate) -> None:
    """E3: an object of the app's own, for both its services; others keep automap."""
    declaration: Any = as3(estate.plans()["dmz"])
    gateway = declaration["brokers"]["broker_gateway"]
    assert gateway["snat"] == {"class": "SNAT_Pool", "snatAddresses": sorted(BROKERS)}
    assert gateway["service"]["snat"] == gateway["service_udp"]["snat"] == {"use": "snat"}
    assert declaration["life"]["policy_portal"]["snat"]["snatAddresses"] == ["10.10.0.10"]
    assert declaration["platform"]["router_default_http"]["service"]["snat"] == "auto"


def test_firewalls_and_pods_let_the_pool_in_and_the_monitors(estate: Estate) -> None:
    """E14, C3: connections from the pool, monitors from self IPs; no other tenant's pool."""
    rows = {
        str(row.source_address)
        for row in estate.plans()["dmz"].of(FirewallPlan).rows
        if (row.app, row.purpose) == ("broker-gateway", "members")
    }
    assert rows == SELF | BROKERS
    (policy,) = (
        manifest.body
        for manifest in compose(estate.plans()["dmz"]).manifests
        if manifest.physical_name == "broker-gateway-exposed"
    )
    spec: Any = policy["spec"]
    blocks = {peer["ipBlock"]["cidr"] for peer in spec["ingress"][0]["from"]}
    assert blocks == {"10.10.0.2/31", "10.10.0.8/31"}


def test_the_question_over_tcp_comes_from_self_addresses_alone(estate: Estate) -> None:
    """E3, X3: what a pool's addresses never do is ask."""
    (app,) = (
        one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == "broker-gateway"
    )
    assert app.exposure and app.exposure.datagrams
    assert app.exposure.datagrams.virtual_server.monitor.port == app.exposure.node_port
    routers = estate.plans()["dmz"].of(RoutersPlan).routers
    assert {str(monitor) for router in routers for monitor in router.monitors} == {"10.10.0.2/31"}


def test_routers_have_a_pool_as_the_platform(estate: Estate) -> None:
    """E3, C5."""
    estate.edit(DMZ, "{tenant: life, addresses", "{tenant: platform, addresses")
    (one, *_) = estate.plans()["dmz"].of(RoutersPlan).routers
    assert [str(source) for source in one.sources] == ["10.10.0.2/31", "10.10.0.10/32"]
    assert [str(source) for source in one.monitors] == ["10.10.0.2/31"]


def test_clients_that_are_seen_themselves_use_no_pool(estate: Estate) -> None:
    """E3: snat: none."""
    estate.edit(GATEWAY, "members: pool", "members: pool, snat: none")
    estate.edit(
        "apps/broker-gateway-dmz.yaml",
        "22, port: 443, ",
        "22, port: 443, clients: [10.30.0.0/16], ",
    )
    declaration: Any = as3(estate.plans()["dmz"])
    assert "snat" not in declaration["brokers"]["broker_gateway"]
    rows = estate.plans()["dmz"].of(FirewallPlan).rows
    addresses = {row.source_address for row in rows if row.app == "broker-gateway"}
    assert IPv4Address("10.10.0.8") not in addresses


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("tenant: brokers, a", "tenant: brokes, a", "unknown-tenant", "[0].tenant"),
        ("tenant: life, addr", "tenant: brokers, addr", "name-taken", "[1].tenant"),
        ("[10.10.0.10]", "[10.10.0.20]", "address-inside", "[1].addresses[0]"),
        ("[10.10.0.10]", "[10.10.0.9]", "address-taken", "[1].addresses[0]"),
        ("[10.10.0.10]", "[10.10.0.3]", "address-taken", "[1].addresses[0]"),
    ],
)
def test_an_address_belongs_to_one_pool_and_to_nothing_else(
    estate: Estate, old: str, new: str, code: str, path: str
) -> None:
    """E3: answers go to whoever has the address."""
    found = estate.edit(DMZ, old, new).problems()
    assert [(problem.code, problem.key_path) for problem in found] == [
        (code, f"estate:load_balancer.snat_pools{path}")
    ]
