"""Virtual servers of an F5 as `vip` of apps, and what stays behind with the reason (E3, E5)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from estate.topics.exposure.documents.as3 import f5_documents
from tests.balancers import with_datagrams, with_snat_pools
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level0

Json = dict[str, Any]

ZONES = ("dmz", "intranet")


def run(estate: Estate, declaration: object, *options: str, stack: str = "dmz") -> tuple[int, str]:
    """The exit code and the output."""
    file = estate.root / "as3.json"
    text = declaration if isinstance(declaration, str) else json.dumps(declaration)
    file.write_text(text, encoding="utf-8")
    command = ["import", "f5", "--root", str(estate.root), "--stack", stack, *options, str(file)]
    ran = CliRunner().invoke(main, command, catch_exceptions=False)
    return ran.exit_code, ran.output


def found(estate: Estate, declaration: object, *options: str, stack: str = "dmz") -> Json:
    """The same for programs."""
    code, output = run(estate, declaration, "--json", *options, stack=stack)
    assert code == 0, output
    return json.loads(output)


def emitted(estate: Estate, zone: str) -> str:
    """What the estate itself hands to the F5's team."""
    (document,) = f5_documents(estate.plans()[zone])  # type: ignore[index]
    return document.text


def reasons(read: Json) -> dict[str, str]:
    return {one["what"]: one["why"] for one in read["left"]}


@pytest.mark.parametrize("zone", ZONES)
def test_what_the_estate_emits_comes_back_as_declared(tmp_path: Path, zone: str) -> None:
    """E3: every app and every service of the platform, nothing left, with SNAT pools and UDP."""
    estate = with_snat_pools(with_datagrams(shipped(tmp_path)))
    read = found(estate, emitted(estate, zone), stack=zone)
    exposed = [one for one in estate.load().apps if one.value.kind == "traditional"]
    names = sorted(one.value.app for one in exposed if one.value.zone == zone)
    assert sorted(one["app"] for one in read["apps"]) == names
    assert all(one["same"] for one in read["apps"]), read["apps"]
    assert read["left"] == []


@pytest.mark.parametrize("zone", ZONES)
def test_a_vip_that_was_lost_is_written_again(tmp_path: Path, zone: str) -> None:
    """E5: the address and port that users know, and all that the device knows beside them."""
    estate = shipped(tmp_path)
    text = emitted(estate, zone)
    lost: dict[str, Json] = {}
    for path in sorted((estate.root / "apps").glob(f"*-{zone}.yaml")):
        keys: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "vip" in keys:
            lost[f"apps/{path.name}"] = keys["vip"]
            path.write_text(re.sub(r"(?m)^vip: .*\n", "", path.read_text(encoding="utf-8")))
    read = found(estate, text, stack=zone)
    assert {one["file"]: one["keys"]["vip"] for one in read["apps"]} == lost
    assert not any(one["same"] for one in read["apps"])


def service(kind: str = "Service_TCP", **changes: Any) -> Json:
    whole = {
        "class": kind,
        "virtualAddresses": ["10.12.0.20"],
        "virtualPort": 443,
        "pool": "web_pool",
        "persistenceMethods": [],
    }
    return {**whole, **changes}


def device(port: int = 30010, *addresses: str, monitor: Json | None = None, **others: Any) -> Json:
    """A device's answer: one tenant, one application, its pool and monitor beside its services."""
    pool: Json = {
        "class": "Pool",
        "monitors": [{"use": "web_monitor"}],
        "members": [{"servicePort": port, "serverAddresses": [*addresses]}],
    }
    asks = {
        "class": "Monitor",
        "monitorType": "http",
        "send": "GET /alive HTTP/1.0\\r\\nHost: shop.dmz.example.org\\r\\n\\r\\n",
        "receive": "200",
        "interval": 10,
        **(monitor or {}),
    }
    application = {
        "class": "Application",
        "template": "generic",
        "web_pool": pool,
        "web_monitor": asks,
        **others,
    }
    return {
        "class": "ADC",
        "schemaVersion": "3.40.0",
        "controls": {"archiveTimestamp": "2026-01-01T00:00:00Z"},
        "Sales": {"class": "Tenant", "enable": True, "shop_app": application},
    }


NODES = tuple(f"10.10.1.{10 + n}" for n in range(5))
POOL = NODES[:3]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """A zone with one exposed app, on node port 30010."""
    made = minimal().with_exposed_app("shop", address="10.13.0.20", node_port=30010)
    return made.written(tmp_path)


def test_an_app_is_found_by_the_node_port_of_its_members(estate: Estate) -> None:
    """E5: everything that a vip says, in the keys of the app's file."""
    http = service(
        "Service_HTTPS",
        serverTLS={"bigip": "/Common/shop"},
        redirect80=False,
        virtualAddresses=[["10.13.0.21", "10.99.0.0/16"], ["10.13.0.21", "10.98.1.1"]],
        persistenceMethods=["cookie"],
        snat="none",
    )
    code, output = run(estate, device(30010, *POOL, web=http))
    assert code == 0
    assert "apps/shop-dmz.yaml: write (node port 30010)" in output
    assert (
        "  vip: {address: 10.13.0.21, port: 443, stickiness: cookie, snat: none, "
        "clients: [10.99.0.0/16, 10.98.1.1/32], members: pool, interval: 10, "
        "names: [shop.dmz.example.org], protocol: http, tls: {client_profile: /Common/shop}}"
    ) in output
    assert "  listen: {node_port: 30010, tls: false}" in output and "  health: /alive" in output
    assert "1 app, 0 as declared. Services of the platform: 0. Not carried over: 0." in output


def test_an_address_outside_of_the_zones_ranges_is_listed(estate: Estate) -> None:
    """E3: the stack file says where virtual addresses may be taken from."""
    read = found(estate, device(30010, *NODES, web=service(virtualAddresses=["10.14.0.1"])))
    assert "10.13.0.16/28" in reasons(read)["Sales/shop_app/web.virtualAddresses"]


def test_an_app_is_found_by_the_address_that_it_declares(estate: Estate) -> None:
    """The members are still the former machines: they are listed."""
    read = found(estate, device(9080, "192.0.2.7", web=service(virtualAddresses=["10.13.0.20%1"])))
    assert read["apps"][0]["why"] == "virtual address 10.13.0.20"
    assert "here are 0 of them and 1 others" in reasons(read)["Sales/shop_app/web.pool.members"]


def test_an_app_can_be_named(estate: Estate) -> None:
    declared = device(8080, "192.0.2.7", web=service())
    read = found(estate, declared)
    why = reasons(read)["Sales/shop_app/web"]
    assert "Containers that listen there: shop" in why
    assert "--app Sales/shop_app/web=APP" in why
    named = found(estate, declared, "--app", "Sales/shop_app/web=shop")
    assert named["apps"][0]["why"] == "named by --app"
    code, output = run(estate, declared, "--app", "Sales/other/web=shop")
    assert code == 1 and "no virtual server 'Sales/other/web'" in output


def test_defaults_of_as3_count_where_the_device_leaves_them_out(estate: Estate) -> None:
    """F5's schema: without a word TCP keeps clients by address, and HTTP by cookie."""
    for kind, kept in (("Service_TCP", "source"), ("Service_HTTP", "cookie")):
        one = service(kind, virtualPort=80)
        del one["persistenceMethods"]
        read = found(estate, device(30010, *NODES, web=one))
        assert read["apps"][0]["keys"]["vip"]["stickiness"] == kept


def test_pointers_are_followed_to_other_tenants(estate: Estate) -> None:
    whole = device(30010, web=service(pool="/Common/Shared/shop_pool", snat={"use": "own"}))
    whole["Sales"]["shop_app"]["own"] = {"class": "SNAT_Pool", "snatAddresses": ["10.13.0.9"]}
    members = [{"servicePort": 30010, "servers": [{"name": "a", "address": a} for a in NODES]}]
    whole["Common"] = {
        "class": "Tenant",
        "Shared": {
            "class": "Application",
            "template": "shared",
            "shop_pool": {"class": "Pool", "members": members, "monitors": ["http"]},
        },
    }
    read = found(estate, {"class": "AS3", "action": "deploy", "declaration": whole})
    assert read["apps"][0]["keys"]["listen"]["node_port"] == 30010
    why = reasons(read)
    assert "{tenant: team, addresses: [10.13.0.9]}" in why["Sales/shop_app/web.snat"]
    assert "'http' sends no HTTP request" in why["Sales/shop_app//Common/Shared/shop_pool.monitors"]


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"policyWAF": {"bigip": "/Common/waf"}}, "policyWAF", "web application firewall"),
        ({"iRules": ["/Common/redirect"]}, "iRules", "no iRule"),
        ({"allowVlans": ["/Common/outer"]}, "allowVlans", "not for VLANs"),
        ({"profileTCP": {"bigip": "/Common/wan"}}, "profileTCP", "no key of a vip says it"),
        ({"enable": False}, "enable", "disabled"),
        ({"virtualPort": {"use": "ports"}}, "virtualPort", "a vip has one port"),
        ({"virtualAddresses": ["2001:db8::1"]}, "virtualAddresses", "no IPv4 address"),
        ({"persistenceMethods": ["tls-session-id"]}, "persistenceMethods", "not by tls-session"),
        ({"snat": "self"}, "snat", "auto or none"),
        ({"serverTLS": "own_tls"}, "serverTLS", "install a client SSL profile"),
        ({"serverTLS": {"bigip": "/Common/x"}}, "serverTLS", "protocol: http alone"),
        ({"pool": "nowhere"}, "pool", "does not stand in this declaration"),
        ({"class": "Service_Forwarding"}, "class", "no virtual server of class"),
    ],
)
def test_what_a_vip_cannot_say_is_listed(
    estate: Estate, changes: Json, field: str, why: str
) -> None:
    read = found(estate, device(30010, *NODES, web=service(**changes)))
    assert why in reasons(read)[f"Sales/shop_app/web.{field}"]


def test_a_value_that_no_vip_may_have_is_listed_and_not_suggested(estate: Estate) -> None:
    """In the words of `estate check`."""
    read = found(
        estate,
        device(30010, *NODES, web=service(virtualAddresses=[["10.13.0.20", "10.99.0.7/16"]])),
    )
    assert read["apps"] == []
    assert "10.99.0.0/16" in reasons(read)["Sales/shop_app/web: vip.clients[0]"]


def test_an_app_has_one_vip(estate: Estate) -> None:
    read = found(estate, device(30010, *NODES, web=service(), plain=service(virtualPort=80)))
    assert len(read["apps"]) == 1
    assert reasons(read)["Sales/shop_app/plain"].startswith("shop has one vip")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ltm virtual shop {}", "it is not JSON"),
        ({"class": "Device"}, "no object of class ADC"),
        ([{"class": "ADC"}, {"class": "ADC"}], "several declarations"),
    ],
)
def test_a_file_of_another_kind_is_refused(estate: Estate, text: object, said: str) -> None:
    code, output = run(estate, text)
    assert code == 1 and said in output and "Traceback" not in output


def test_no_file_of_the_estate_changes(estate: Estate) -> None:
    before = {path: path.read_bytes() for path in estate.root.rglob("*.yaml")}
    run(estate, device(30010, *NODES, web=service()))
    assert {path: path.read_bytes() for path in estate.root.rglob("*.yaml")} == before
