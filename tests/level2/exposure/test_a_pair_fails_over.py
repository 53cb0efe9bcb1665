"""Two hosts of a pair in a segment of their own, with the files as they are emitted (E4, E11)."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.balancers import DMZ, GATEWAY, with_a_pair, without_tls
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.loopback import until
from tests.segment import Segment, segment

pytestmark = [
    pytest.mark.level2,
    pytest.mark.may_not_run,
    pytest.mark.skipif(os.geteuid() != 0, reason="a host's network and mounts take root"),
]

ADDRESS = "10.10.0.22"
HOSTS = {"dmz-lb1": "10.10.0.2", "dmz-lb2": "10.10.0.3"}
MEMBERS = {"10.10.1.13": 30011, "10.10.1.14": 30011, "10.10.1.15": 30011}
MANY = 60


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return without_tls(with_a_pair(shipped(tmp_path))).edit(GATEWAY, "port: 443", "port: 80")


def files(estate: Estate, host: str, group: str = "abcd1234") -> Mapping[str, str]:
    """What is installed on a host."""
    found = texts(estate.plans()["dmz"])
    secret = found["keepalived/lb-dmz/auth_pass.conf"]
    return {
        "haproxy.cfg": found["haproxy/lb-dmz/haproxy.cfg"],
        "sysctl.conf": found["haproxy/lb-dmz/sysctl.conf"],
        "keepalived.conf": found[f"keepalived/lb-dmz/{host}/keepalived.conf"],
        "auth_pass.conf": secret.replace("${secret:keepalived/lb-dmz/auth_pass}", group),
    }


@contextmanager
def pair(estate: Estate, folder: Path) -> Generator[Segment]:
    """Both hosts are up, and the first one has the address."""
    with segment(folder, MEMBERS, f"{ADDRESS}:80") as net:
        # Without preemption, the host that serves first keeps the address.
        for host, address in HOSTS.items():
            net.start(host, address, files(estate, host))
            assert until(lambda: net.holders(ADDRESS) == {"dmz-lb1"})
        assert until(lambda: net.next(1) != ["-"])
        yield net


def test_the_address_moves_when_its_host_dies_and_stays_when_the_host_returns(
    estate: Estate, tmp_path: Path
) -> None:
    """E4, E11, X3: connections are cut once, and a client finds its member at the other host."""
    with pair(estate, tmp_path) as net:
        (member,) = {*net.next(MANY)}
        assert member in MEMBERS
        net.kill("dmz-lb1")
        assert until(lambda: net.holders(ADDRESS) == {"dmz-lb2"})
        assert until(lambda: net.next(1) == [member])
        assert {*net.next(MANY)} == {member}
        before = len(net.counted)
        net.start("dmz-lb1", HOSTS["dmz-lb1"], files(estate, "dmz-lb1"))
        assert until(lambda: "VRRP_Script(serves) succeeded" in net.log("dmz-lb1", "keepalived"))
        # It would take the address back within four advertisements.
        net.next(4 * MANY)
        assert net.holders(ADDRESS) == {"dmz-lb2"}
        assert {*net.counted[before:]} == {member}, "no connection is cut a second time"
        net.kill_program("dmz-lb2", "haproxy")
        assert until(lambda: net.holders(ADDRESS) == {"dmz-lb1"})
        assert until(lambda: net.next(1) == [member])
        assert {*net.next(MANY)} == {member}


def test_with_a_declared_delay_the_host_takes_its_address_back(
    estate: Estate, tmp_path: Path
) -> None:
    """E4: as it is declared, and not before HAProxy there has found its members."""
    estate.edit(DMZ, "    virtual_router: 51\n", "    virtual_router: 51\n    preempt_delay: 2\n")
    with pair(estate, tmp_path) as net:
        net.kill("dmz-lb1")
        assert until(lambda: net.holders(ADDRESS) == {"dmz-lb2"})
        net.start("dmz-lb1", HOSTS["dmz-lb1"], files(estate, "dmz-lb1"))
        assert until(lambda: net.holders(ADDRESS) == {"dmz-lb1"})
        assert until(lambda: net.next(1) != ["-"])
        assert "-" not in net.next(MANY)


def test_a_host_with_another_password_is_not_believed(estate: Estate, tmp_path: Path) -> None:
    """E4: the two do not know each other, and each holds the address for itself."""
    with segment(tmp_path, MEMBERS, f"{ADDRESS}:80") as net:
        for (host, address), password in zip(HOSTS.items(), ("abcd1234", "abcd9876"), strict=True):
            net.start(host, address, files(estate, host, password))
        assert until(lambda: net.holders(ADDRESS) == {*HOSTS})
