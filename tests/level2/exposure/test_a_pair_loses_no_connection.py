"""Connections counted while members of a pair die and while HAProxy is reloaded (E11, X3)."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.balancers import with_a_pair, without_tls
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.loopback import STATE, Balancer, FakeNode, running, until

pytestmark = pytest.mark.level2

FILE = "apps/broker-gateway-dmz.yaml"
GATEWAY = "10.10.0.22:443"
BACKEND = "brokers_broker-gateway"
NODES = {"dmz-n03": "10.10.1.13", "dmz-n04": "10.10.1.14", "dmz-n05": "10.10.1.15"}
TRIES = 60


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_a_pair(shipped(tmp_path)).edit(FILE, ", stickiness: source", "")


def emitted(estate: Estate, name: str = "haproxy.cfg") -> str:
    return texts(estate.plans()["dmz"])[f"haproxy/lb-dmz/{name}"]


@contextmanager
def members(port: int) -> Generator[dict[str, FakeNode]]:
    nodes = {name: FakeNode(name, address, port) for name, address in NODES.items()}
    try:
        yield nodes
    finally:
        for node in nodes.values():
            node.stop()


def states(balancer: Balancer) -> dict[str, str]:
    return {
        name: status.partition(" ")[0]
        for name, status in balancer.members(BACKEND, "status").items()
    }


@pytest.mark.parametrize("stickiness", ["none", "source", "cookie, protocol: http"])
def test_a_member_that_has_just_died_costs_no_connection(
    estate: Estate, tmp_path: Path, stickiness: str
) -> None:
    """X3, E11: as often as is emitted a member is asked, and until then it counts as well."""
    if "http" in stickiness:
        without_tls(estate)
    estate.edit(FILE, "members: pool", f"members: pool, stickiness: {stickiness}")
    clients = [f"10.0.9.{last}" for last in range(1, 1 + TRIES)]
    with (
        members(30011) as nodes,
        running(emitted(estate), tmp_path, inter="1h") as balancer,  # no check finds it first
    ):
        assert until(lambda: len(states(balancer)) == 3)
        assert until(lambda: balancer.get(GATEWAY) is not None)
        nodes["dmz-n04"].stop()
        answers = [balancer.get(GATEWAY, client, balancer.cookie) for client in clients]
        assert answers.count(None) == 0
        assert set(answers) <= {"dmz-n03", "dmz-n05"}
        if stickiness != "cookie, protocol: http":
            assert sum(map(int, balancer.members(BACKEND, "wredis").values())) > 0


def save(estate: Estate, folder: Path) -> None:
    """What the emitted unit does before it reloads HAProxy."""
    unit = emitted(estate, "haproxy.service.conf").replace("\\\n", "")
    (line,) = re.findall(r"(?m)^ExecReload=-(.*)$", unit)
    line = line.replace(STATE, str(folder / "server-state"))
    line = line.replace("/run/haproxy/admin.sock", str(folder / "admin.sock"))
    subprocess.run(shlex.split(line), check=True)


def test_a_reload_forgets_no_member_that_is_down(estate: Estate, tmp_path: Path) -> None:
    """E11: the next process begins with what the one before has found out."""
    text = emitted(estate)
    with members(30011) as nodes, running(text, tmp_path) as balancer:
        nodes["dmz-n04"].stop()
        down = {"dmz-n03-30011": "UP", "dmz-n04-30011": "DOWN", "dmz-n05-30011": "UP"}
        assert until(lambda: states(balancer) == down)
        save(estate, tmp_path)
        balancer.reload(text.replace("inter 5s", "inter 1h"))  # so that it finds out nothing
        assert states(balancer) == down
        answers = [balancer.get(GATEWAY) for _ in range(TRIES)]
        assert set(answers) == {"dmz-n03", "dmz-n05"}
        assert sum(map(int, balancer.members(BACKEND, "wretr").values())) == 0


def test_a_changed_node_port_is_taken_at_a_reload(estate: Estate, tmp_path: Path) -> None:
    """E1, E11: the saved state has ports, which HAProxy would prefer to those of the file."""
    with members(30011), members(30019), running(emitted(estate), tmp_path) as balancer:
        assert until(lambda: set(states(balancer).values()) == {"UP"})
        save(estate, tmp_path)
        estate.port("dmz", "brokers/broker-gateway", 30019)
        balancer.reload(emitted(estate))
        assert {state.rpartition("-")[2] for state in states(balancer)} == {"30019"}
        listed = balancer.ask(f"show servers state {BACKEND}").splitlines()[2:]
        assert {line.split()[18] for line in listed if line} == {"30019"}


def test_a_reload_goes_on_where_nothing_can_be_saved(estate: Estate, tmp_path: Path) -> None:
    """E11: then it begins as a start does, and not with what was true once."""
    (tmp_path / "server-state").write_text("old", encoding="ascii")
    unit = emitted(estate, "haproxy.service.conf")
    with pytest.raises(subprocess.CalledProcessError):
        save(estate, tmp_path)
    assert (tmp_path / "server-state").read_text(encoding="ascii") == "1\n"
    assert "\nExecReload=-/bin/sh " in unit, "systemd goes on"


def test_systemd_takes_the_drop_in(estate: Estate, tmp_path: Path) -> None:
    """E11: beside the unit of the package, whose reload it replaces."""
    folder = tmp_path / "units"
    (folder / "haproxy.service.d").mkdir(parents=True)
    unit = "[Service]\nType=notify\nExecStart=/bin/true\nExecReload=/bin/false\n"
    (folder / "haproxy.service").write_text(unit, encoding="utf-8")
    text = emitted(estate, "haproxy.service.conf")
    (folder / "haproxy.service.d/90-estate.conf").write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(folder / "haproxy.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in ran.stderr.splitlines() if "haproxy" in line]
    assert (ran.returncode, complaints) == (0, [])
