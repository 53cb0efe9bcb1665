"""Zone files: read by BIND's own checker, and held against the inventory (J4)."""

from __future__ import annotations

import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import dns.zone
import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import texts
from tests.estates import shipped

pytestmark = pytest.mark.level2


COMPANY = """$TTL 300
@ SOA ns hostmaster 1 3600 600 1209600 300
@ NS ns
ns A 10.40.0.53
login A 10.40.0.9
"""
"""What the company's own name servers have, before the estate's records are added."""


def zone_files(plan: Plan) -> dict[str, str]:
    """By domain: the zone's own, and the company's with the records that it adds."""
    added = {
        name.removeprefix("dns/records/").removesuffix(".zone"): COMPANY + text
        for name, text in texts(plan).items()
        if name.startswith("dns/records/")
    }
    return added | {
        name.removeprefix("dns/zones/").removesuffix(".zone"): text
        for name, text in texts(plan).items()
        if name.startswith("dns/zones/")
    }


def records(plan: Plan, kind: str) -> set[tuple[str, str]]:
    """All records of a kind over all zone files: whole name and value."""
    found: set[tuple[str, str]] = set()
    for domain, text in zone_files(plan).items():
        zone = dns.zone.from_text(text, origin=domain, relativize=False)
        found |= {
            (name.to_text(omit_final_dot=True), str(data).rstrip("."))
            for name, _, data in zone.iterate_rdatas(kind)
        }
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_bind_takes_every_zone_file_without_a_warning(tmp_path: Path, zone: Zone) -> None:
    """J4."""
    found = zone_files(shipped(tmp_path).plans()[zone])
    assert len(found) >= 3
    for domain, text in found.items():
        file = tmp_path / f"{domain}.zone"
        file.write_text(text, encoding="ascii")
        ran = subprocess.run(
            ["named-checkzone", *_strict(), domain, str(file)], capture_output=True, text=True
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said
        assert said.splitlines() == [f"zone {domain}/IN: loaded serial 1", "OK"], said


def _strict() -> list[str]:
    """Local, since the checker asks the resolver about delegated name servers otherwise."""
    return ["-i", "local", *(part for check in "knmMSr" for part in (f"-{check}", "fail"))]


def test_the_checker_finds_a_name_server_without_an_address(tmp_path: Path) -> None:
    """J4: the reading above can fail."""
    text = zone_files(shipped(tmp_path).plans()["dmz"])["dmz.harbour.example"]
    broken = "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("ns1.dmz")
    )
    file = tmp_path / "broken.zone"
    file.write_text(broken, encoding="ascii")
    ran = subprocess.run(
        ["named-checkzone", *_strict(), "dmz.harbour.example", str(file)], capture_output=True
    )
    assert ran.returncode != 0


@pytest.mark.parametrize("zone", ZONES)
def test_forward_and_reverse_agree_with_the_inventory(tmp_path: Path, zone: Zone) -> None:
    """J4: each node and each address that people know has a name, and the way back."""
    plan = shipped(tmp_path).plans()[zone]
    names = {name: IPv4Address(address) for name, address in records(plan, "A")}
    back = {IPv4Address(_address(name)): value for name, value in records(plan, "PTR")}
    for pool in plan.of(NodesPlan).pools:
        for node in pool.nodes:
            name = f"{node.name}.nodes.{zone}.harbour.example"
            assert names[name] == node.address
            assert back[node.address] == name
    for server in plan.of(VirtualServersPlan).virtual_servers:
        for name in server.names:
            assert names[name] == server.address
            assert back[server.address] in server.names
    ours = {name: address for name, address in names.items() if name not in _COMPANYS}
    assert set(back) == set(ours.values())
    assert all(names[name] == address for address, name in back.items())


_COMPANYS = ("ns.harbour.example", "login.harbour.example")


def test_the_companys_other_names_still_resolve(tmp_path: Path) -> None:
    """J4: its servers keep their zone, with a delegation to the zone's own and single records."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert "harbour.example" not in texts(plan)["dns/Corefile"].replace("dmz.harbour.example", "")
    assert ("login.harbour.example", "10.40.0.9") in records(plan, "A")
    assert {value for name, value in records(plan, "NS") if name == "dmz.harbour.example"} == {
        "ns1.dmz.harbour.example",
        "ns2.dmz.harbour.example",
    }
    company = dns.zone.from_text(
        zone_files(plan)["harbour.example"], origin="harbour.example", relativize=False
    )
    own = {str(name) for name in company.nodes}
    assert "portal.harbour.example." in own
    assert "api.dmz.harbour.example." not in own


def _address(pointer: str) -> str:
    return ".".join(reversed(pointer.removesuffix(".in-addr.arpa").split(".")))


def test_a_name_has_another_address_in_each_zones_view(tmp_path: Path) -> None:
    """A1, J4: split horizon; neither view shows an address of the other zone."""
    plans = shipped(tmp_path).plans()
    views = {zone: dict(records(plans[zone], "A")) for zone in ZONES}
    shared = views["dmz"].keys() & views["intranet"].keys()
    assert "portal.harbour.example" in shared
    ours = [{v for k, v in views[zone].items() if k not in _COMPANYS} for zone in ZONES]
    assert not ours[0] & ours[1]


def test_a_retired_apps_name_leaves_the_zone_file(tmp_path: Path) -> None:
    """J4."""
    estate = shipped(tmp_path)
    assert "portal.harbour.example" in dict(records(estate.plans()["dmz"], "A"))
    estate.edit("apps/policy-portal-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired")
    assert "portal.harbour.example" not in dict(records(estate.plans()["dmz"], "A"))


def test_a_qualified_node_name_is_its_host_name(tmp_path: Path) -> None:
    """J4, A5: the domain of nodes is not added a second time."""
    qualified = "1006.rack-a.nodes.dmz.harbour.example"
    estate = shipped(tmp_path).edit("Pulumi.dmz.yaml", "{name: dmz-n06,", f"{{name: {qualified},")
    names = records(estate.plans()["dmz"], "A")
    assert (qualified, "10.10.1.16") in names
    assert (f"{qualified}.nodes.dmz.harbour.example", "10.10.1.16") not in names
