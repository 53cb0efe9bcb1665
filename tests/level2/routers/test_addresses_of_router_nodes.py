"""Virtual addresses that move between router nodes, behind the F5 (E4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents import texts
from tests.estates import Estate, shipped
from tests.keepalived import keepalived

pytestmark = pytest.mark.level2

NODES = ("dmz-r01", "dmz-r02")
MORE = "    - {name: dmz-r03, address: 10.10.1.99, rack: rack-c, size: medium, pool: router}\n"


def configurations(estate: Estate) -> dict[str, str]:
    """By router node of the DMZ."""
    found = texts(estate.plans()["dmz"])
    pattern = re.compile(r"keepalived/router/(.+)/keepalived.conf")
    return {match[1]: text for name, text in found.items() if (match := pattern.match(name))}


def priorities(text: str) -> dict[str, int]:
    """By virtual address: how much the node wants it."""
    parts = text.split("vrrp_instance ")[1:]
    return {
        address[1]: int(priority[1])
        for part in parts
        if (address := re.search(r"(10[.0-9]+)/32", part))
        and (priority := re.search(r"priority ([0-9]+)", part))
    }


@pytest.mark.parametrize("node", NODES)
def test_keepalived_reads_what_router_nodes_get(tmp_path: Path, node: str) -> None:
    """E4: without a word of complaint."""
    estate = shipped(tmp_path)
    password = texts(estate.plans()["dmz"])["keepalived/router/auth_pass.conf"]
    reference = "${secret:keepalived/router/auth_pass}"
    assert password.count(reference) == 1
    done = keepalived(
        configurations(estate)[node], password.replace(reference, "abcd1234"), tmp_path
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_each_address_has_a_node_of_its_own_and_all_others_in_reserve(tmp_path: Path) -> None:
    """E4: both nodes work, and either one carries on alone."""
    found = {node: priorities(text) for node, text in configurations(shipped(tmp_path)).items()}
    assert found == {
        "dmz-r01": {"10.10.1.121": 200, "10.10.1.122": 199},
        "dmz-r02": {"10.10.1.121": 199, "10.10.1.122": 200},
    }


def test_a_node_that_comes_back_waits_before_it_takes_its_address(tmp_path: Path) -> None:
    """E4: not at once, and not never: else one node has all of them in the end."""
    estate = shipped(tmp_path)
    for text in configurations(estate).values():
        assert text.count("    preempt_delay 300\n") == 2
        assert "nopreempt" not in text
    estate.edit(
        "Pulumi.dmz.yaml",
        "        interface: eth0\n",
        "        interface: eth0\n        preempt_delay: 60\n",
    )
    for text in configurations(estate).values():
        assert text.count("    preempt_delay 60\n") == 2


def test_a_new_router_node_becomes_a_peer_of_the_others(tmp_path: Path) -> None:
    """X18: one line of the inventory, and every node's configuration knows it."""
    estate = shipped(tmp_path)
    estate.edit("Pulumi.dmz.yaml", "    - {name: dmz-e01,", f"{MORE}    - {{name: dmz-e01,")
    found = configurations(estate)
    assert set(found) == {*NODES, "dmz-r03"}
    assert all("        10.10.1.99\n" in found[node] for node in NODES)
    for address in ("10.10.1.121", "10.10.1.122"):
        assert len({priorities(text)[address] for text in found.values()}) == 3


def test_a_node_that_does_not_forward_gives_its_addresses_away(tmp_path: Path) -> None:
    """E4, X9: the node itself is asked, by a script that runs as nobody."""
    for text in configurations(shipped(tmp_path)).values():
        assert "http://127.0.0.1:10256/healthz" in text
        assert "enable_script_security" in text
        assert "script_user nobody" in text
        assert text.count("state BACKUP") == 2
