"""Cut-over and rollback, a sheet for each app: users keep address and port (E5)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.node_ports.plan import NodePortsPlan
from tests.balancers import with_datagrams
from tests.documents import as3, texts, virtual_servers
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

PORTAL = "apps/policy-portal-dmz.yaml"
SECTIONS = (
    "What users see",
    "What the app sees",
    "Prepare, while users stay on the old machines",
    "Switch",
    "Verify",
    "Roll back, at any step of switch or verify",
    "Afterwards, once the owner has agreed",
)


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def sheets(plan: Plan) -> dict[str, dict[str, str]]:
    """By app: the text of each section."""
    found: dict[str, dict[str, str]] = {}
    for name, text in texts(plan).items():
        if name.startswith("cutover/"):
            head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
            app = name.removeprefix("cutover/").removesuffix(".md")
            assert head.startswith(f"# Cut-over of {app} in zone {plan.zone}\n")
            found[app] = dict(part.split("\n", 1) for part in parts)
    return found


def test_every_app_behind_a_virtual_server_has_a_sheet(estate: Estate) -> None:
    """E5: and nobody else has one; the sections stand in the order of the work."""
    for plan in estate.plans().values():
        found = sheets(plan)
        assert set(found) == {
            app.name for app in plan.of(AppsPlan).apps if app.exposure and app.running
        }
        assert all(tuple(one) == SECTIONS for one in found.values())


def test_users_keep_address_and_port(estate: Estate) -> None:
    """E5: what the sheet promises is what the emitted declaration listens on."""
    plan = estate.plans()["dmz"]
    servers = virtual_servers(as3(plan))
    for app, sections in sheets(plan).items():
        server = servers[app.replace("-", "_")]
        (address,) = server.addresses
        port = server.service["virtualPort"]
        assert f"Address {address}, port {port}, TCP, as before." in sections["What users see"]
        assert f"{address}:{port}" in sections["Switch"]
        assert f"{address}:{port}" in sections["Verify"]


def test_no_node_port_is_seen(estate: Estate) -> None:
    """E5: neither in the sheets nor where names lead to."""
    for plan in estate.plans().values():
        ports = {str(node_port.port) for node_port in plan.of(NodePortsPlan).node_ports}
        assert ports
        for name, text in texts(plan).items():
            if name.startswith(("cutover/", "dns/")):
                assert not ports & set(re.findall(r"\d+", text)), name


def test_the_old_server_goes_before_the_new_one_comes_and_back_again(estate: Estate) -> None:
    """E5: an address and port exist once on a device, so the order is fixed in both directions."""
    sections = sheets(estate.plans()["dmz"])["policy-portal"]
    switch, back = sections["Switch"], sections["Roll back, at any step of switch or verify"]
    assert switch.index("takes the old virtual server off") < switch.index("sends `f5/as3.json`")
    assert back.index("takes life/policy_portal off f5-dmz") < back.index("restores the saved")


def test_it_names_the_firewalls_the_filer_and_the_databases(estate: Estate) -> None:
    """E5, F2, H2: what has to be there before users come."""
    prepare = sheets(estate.plans()["dmz"])["policy-portal"][SECTIONS[2]]
    assert "on fw-dmz, fw-inner, fw-outer" in prepare
    assert "(`nfs/filer-dmz.exports`)" in prepare
    assert "(the same databases as before: policydb)" in prepare
    steps = re.findall(r"\*\*(.+?)\*\*", prepare)
    assert steps == [
        "Firewall team",
        "Storage team",
        "Platform",
        "App's owner",
        "Load balancer team",
    ]


def test_who_connects_is_said_as_the_app_will_see_it(estate: Estate) -> None:
    """E3c, X7: lists of client addresses that hold no longer are known before, not after."""
    plans = estate.plans()
    seen = {
        app: sections["What the app sees"]
        for plan in plans.values()
        for app, sections in sheets(plan).items()
    }
    assert "come from nodes of the cluster" in seen["policy-portal"]
    assert "come from the load balancer" in seen["broker-gateway"]
    assert "from the clients' own addresses, as before" in seen["claims-desk"]


def test_sessions_and_certificates_are_where_the_sheet_says(estate: Estate) -> None:
    """E3, E5, E7: whoever shares no sessions, or looks for a certificate, finds out before."""
    plans = estate.plans()
    seen = {zone: sheets(plan) for zone, plan in plans.items()}
    what = "What the app sees"
    assert "by a cookie that the load balancer sets" in seen["intranet"]["claims-desk"][what]
    assert "by its address" in seen["dmz"]["broker-gateway"][what]
    assert "sessions have to be shared" in seen["intranet"]["policy-portal"][what]
    assert "with what it holds as /Common/portal" in seen["intranet"]["policy-portal"][what]
    assert "X-Forwarded-For" in seen["intranet"]["policy-portal"][what]
    assert "certificates stay with the app" in seen["dmz"]["policy-portal"][what]
    assert "X-Forwarded-For" not in seen["dmz"]["policy-portal"][what]


def test_datagrams_move_with_the_app(estate: Estate) -> None:
    """E5: whoever takes the old virtual server off takes both."""
    found = sheets(with_datagrams(estate).plans()["dmz"])["broker-gateway"]
    both = "10.10.0.22:443 and 10.10.0.22:443 over UDP"
    for section in (SECTIONS[2], "Switch", "Verify", SECTIONS[5]):
        assert both in found[section]


def test_nodes_and_replicas_change_no_sheet(estate: Estate) -> None:
    """E8: a sheet that was agreed on stays as it is."""
    before = sheets(estate.plans()["dmz"])
    node = "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: "
    last = "    - {name: dmz-r01, "
    estate.edit("Pulumi.dmz.yaml", last, f"{node}policy-portal}}\n{last}")
    estate.edit(PORTAL, "replicas: 2", "replicas: 3")
    assert sheets(estate.plans()["dmz"]) == before


def test_a_retired_app_has_no_sheet(estate: Estate) -> None:
    estate.edit(PORTAL, "zone: dmz", "zone: dmz\nstate: retired")
    assert "policy-portal" not in sheets(estate.plans()["dmz"])
