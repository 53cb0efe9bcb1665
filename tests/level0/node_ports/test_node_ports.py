"""The register of node ports: who holds which, for ever, written by one command (E1, E2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from estate.cli.main import main
from estate.reader.values import ZONES
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.apps.plan import AppsPlan
from estate.topics.exposure.declare.node_ports import RegisteredPort
from estate.topics.node_ports.register_file import HEADER, key, with_entry, without_entry
from tests.documents import table
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level0

REGISTER = "registers/node-ports.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
STATUS = "apps/portal-status-dmz.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def ports(estate: Estate, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["ports", *arguments, "--root", str(estate.root)])


def register(estate: Estate) -> str:
    return (estate.root / REGISTER).read_text(encoding="utf-8")


def with_another_app(estate: Estate) -> Estate:
    """One more traditional app in the DMZ, like the brokers' gateway."""
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    text = text.replace("app: broker-gateway", "app: broker-status")
    text = text.replace("node_port: 30011, ", "").replace("10.10.0.22", "10.10.0.23")
    return estate.add("apps/broker-status-dmz.yaml", text)


def test_the_hint_of_check_is_the_command_that_helps(estate: Estate) -> None:
    """E2: an app without a port is refused; what the message says to run assigns one."""
    (problem,) = with_another_app(estate).problems()
    assert problem.code == "node-port-unassigned"
    program, verb, *command = problem.hint.removeprefix("Run: ").split()
    assert (program, verb) == ("estate", "ports")
    done = ports(estate, *command)
    assert done.exit_code == 0, done.output
    assert "brokers/broker-status holds TCP 30000 in dmz now" in done.output
    (app,) = [one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == "broker-status"]
    assert app.exposure
    assert app.exposure.node_port == 30000


def test_assigning_changes_one_line_and_keeps_comments(estate: Estate) -> None:
    """E2: what a review sees is the port that was given, in its place."""
    estate.edit(REGISTER, "brokers/broker-gateway}", "brokers/broker-gateway}  # since 2024")
    before = register(estate).splitlines()
    assert ports(with_another_app(estate), "assign", "--stack", "dmz", "--port", "30012",
                 "broker-status").exit_code == 0  # fmt: skip
    after = register(estate).splitlines()
    new = "  - {zone: dmz, port: 30012, protocol: TCP, owner: brokers/broker-status}"
    place = after.index(new)
    assert after[place - 1].endswith("brokers/broker-gateway}  # since 2024")
    assert after[:place] + after[place + 1 :] == before
    assert estate.problems() == ()
    assert sorted(path.name for path in (estate.root / "registers").iterdir()) == [
        "node-ports.yaml"
    ], "nothing is left beside it"


def test_assigning_again_changes_nothing(estate: Estate) -> None:
    before = register(estate)
    for arguments in ([], ["--port", "30010"]):
        done = ports(estate, "assign", "--stack", "dmz", "policy-portal", *arguments)
        assert done.exit_code == 0
        assert "holds TCP 30010 in dmz already" in done.output
    assert register(estate) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "30012", "policy-portal"], "one owner holds one port"),
        (
            ["--port", "30011", "broker-status"],
            "TCP 30011 of dmz belongs to brokers/broker-gateway",
        ),
        (["--port", "31000", "broker-status"], "31000 is outside the band of dmz, 30000 to 30085"),
        (["--port", "-1", "broker-status"], "-1 is outside the band"),
        (["nobody"], "There is no app nobody in dmz. Known: broker-gateway"),
        (["claims-desk"], "There is no app claims-desk in dmz"),
        (["quote"], "quote is of kind web: only traditional apps have a node port"),
        (["platform/No Such"], "is not platform/<service>"),
    ],
)
def test_what_cannot_be_assigned_is_said_and_nothing_is_written(
    estate: Estate, arguments: list[str], says: str
) -> None:
    """E2: the register is never left in a state that `check` would refuse."""
    before = register(with_another_app(estate))
    done = ports(estate, "assign", "--stack", "dmz", *arguments)
    assert done.exit_code == 1
    assert says in done.output
    assert register(estate) == before


def test_services_of_the_platforms_own_take_the_same_path(estate: Estate) -> None:
    """E2, E6: a router shard's port stands in the same register."""
    for protocol in ("TCP", "UDP"):
        done = ports(estate, "assign", "--stack", "dmz", "--protocol", protocol, "platform/router")
        assert done.exit_code == 0, done.output
    assert estate.problems() == ()
    held = [row for row in table(estate.plans()["dmz"], "node-ports/register.csv")
            if row["owner"] == "platform/router"]  # fmt: skip
    assert [(row["port"], row["protocol"]) for row in held] == [("30000", "TCP"), ("30000", "UDP")]
    assert ports(estate, "release", "--stack", "dmz", "router").exit_code == 0
    assert "30000, protocol: TCP" not in register(estate)
    assert "30000, protocol: UDP" in register(estate)


def test_a_port_stays_reserved_after_its_app_is_gone(estate: Estate) -> None:
    """E1, E2: until it is released on purpose, nobody else gets it, and it is said who had it."""
    with_another_app(estate)
    estate.remove(GATEWAY)
    estate.edit("apps/broker-status-dmz.yaml", "listen: {", "listen: {node_port: 30011, ")
    (problem,) = estate.problems()
    assert problem.code == "node-port-of-others"
    assert "brokers/broker-gateway" in problem.found
    refused = ports(estate, "assign", "--stack", "dmz", "--port", "30011", "broker-status")
    assert "belongs to brokers/broker-gateway" in refused.output
    listed = json.loads(ports(estate, "list", "--json").output)["ports"]
    assert [one["state"] for one in listed if one["port"] == 30011] == [
        "reserved: no such app is declared"
    ]
    assert ports(estate, "release", "--stack", "dmz", "broker-gateway").exit_code == 0
    done = ports(estate, "assign", "--stack", "dmz", "--port", "30011", "broker-status")
    assert done.exit_code == 0, done.output
    assert estate.problems() == ()


@pytest.mark.parametrize("state", ["active", "retired"])
def test_the_port_of_a_declared_app_is_not_released(estate: Estate, state: str) -> None:
    """E2: somebody may still be sent there."""
    estate.edit(GATEWAY, "zone: dmz", f"zone: dmz\nstate: {state}")
    before = register(estate)
    done = ports(estate, "release", "--stack", "dmz", "broker-gateway")
    assert done.exit_code == 1
    assert "is declared in apps/broker-gateway-dmz.yaml and keeps 30011" in done.output
    assert register(estate) == before


@pytest.mark.parametrize("owner", ["platform/kibana", "platform/router-default-health"])
def test_the_port_of_a_declared_service_is_not_released(estate: Estate, owner: str) -> None:
    """E2: the platform's own are held as firmly as apps'; what is declared no more is let go."""
    before = register(estate)
    done = ports(estate, "release", "--stack", "dmz", owner)
    assert done.exit_code == 1
    assert f"{owner} is declared in Pulumi.dmz.yaml and keeps " in done.output
    assert register(estate) == before
    estate.assign("dmz", "platform/gone", 30040)
    listed = {
        load["owner"]: load["state"]
        for load in json.loads(ports(estate, "list", "--json").output)["ports"]
    }
    assert listed[owner] == "the platform's own"
    assert listed["platform/gone"] == "reserved: no such service is declared"
    assert ports(estate, "release", "--stack", "dmz", "platform/gone").exit_code == 0


def test_the_list_shows_whole_names_wherever_it_is_printed(estate: Estate) -> None:
    """E1: into a file or a ticket, too."""
    lines = ports(estate, "list").output.splitlines()
    (line,) = [one for one in lines if "30072" in one]
    assert "platform/router-default-health  the platform's own" in line


def test_what_nobody_holds_cannot_be_released(estate: Estate) -> None:
    done = ports(estate, "release", "--stack", "dmz", "quote")
    assert (done.exit_code, done.output) == (1, "No owner quote holds a TCP port in dmz.\n")


def test_the_list_says_what_is_free(estate: Estate) -> None:
    """E2: one screen."""
    output = ports(estate, "list").output
    assert "brokers/broker-gateway" in output
    assert "Free in dmz: 76 TCP, 86 UDP" in output


KIBANA = [
    (zone, f"platform/{name}") for zone in ("dmz", "intranet") for name in ("kibana", "log-intake")
]
SHARDS = [
    ("dmz", f"platform/router-{shard}-{port}")
    for shard in ("default", "brokers")
    for port in ("health", "http", "https")
] + [("intranet", f"platform/router-default-{port}") for port in ("health", "http")]


def test_the_first_port_makes_the_register(estate: Estate) -> None:
    """E2: an estate without one begins with the header that says who writes it."""
    estate.remove(REGISTER)
    codes = {problem.code for problem in estate.problems()}
    assert codes == {"node-port-unassigned"}
    for zone, name in (("dmz", "broker-gateway"), ("dmz", "policy-portal"),
                       ("intranet", "claims-desk"), ("intranet", "policy-portal"),
                       ("intranet", "reserving"), *SHARDS, *KIBANA):  # fmt: skip
        number = {"broker-gateway": ["--port", "30011"], "policy-portal": ["--port", "30010"]}
        done = ports(estate, "assign", "--stack", zone, *number.get(name, []), name)
        assert done.exit_code == 0, done.output
    assert estate.problems() == ()
    assert register(estate).startswith(HEADER)


def test_a_register_that_cannot_be_read_is_one_problem_and_is_not_written(estate: Estate) -> None:
    """E2: nobody is told to assign what is there already."""
    estate.edit(REGISTER, "ports:\n", "ports:\n  - broken\n")
    assert {problem.source.file for problem in estate.problems()} == {REGISTER}
    before = register(estate)
    assert ports(estate, "assign", "--stack", "dmz", "broker-gateway").exit_code == 1
    assert register(estate) == before


def test_a_register_in_another_form_is_left_alone(estate: Estate) -> None:
    """Written by hand over several lines it is read; writing it would lose somebody's line."""
    own = "  - {zone: dmz, port: 30011, protocol: TCP, owner: brokers/broker-gateway}\n"
    estate.edit(REGISTER, own, own.replace(", port", ",\n    port"))
    assert estate.problems() == ()
    estate.remove(GATEWAY)
    before = register(estate)
    done = ports(estate, "release", "--stack", "dmz", "broker-gateway")
    assert done.exit_code == 1
    assert "one entry a line" in done.output
    assert register(estate) == before


def test_admission_knows_the_ports_of_the_register(estate: Estate) -> None:
    """E2: what is in use, and what is reserved for nobody."""
    estate.remove(GATEWAY)
    assert estate.plans()["dmz"].of(AdmissionPlan).node_ports == {
        "estate-ingress": tuple(f"TCP/{port}" for port in range(30070, 30076)),
        "estate-logging": ("TCP/30076", "TCP/30077"),
        "life-policy-portal": ("TCP/30010",),
    }


def test_the_shipped_register_is_as_the_command_writes_it() -> None:
    text = (REPOSITORY / REGISTER).read_text(encoding="utf-8")
    assert text.startswith(HEADER)


entries = st.builds(
    RegisteredPort,
    zone=st.sampled_from(ZONES),
    port=st.integers(30000, 30085),
    protocol=st.sampled_from(["TCP", "UDP"]),
    owner=st.sampled_from(["life/a", "motor/b", "platform/c"]),
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(entries, min_size=1, max_size=12, unique_by=key))
def test_the_register_is_sorted_whatever_the_order_of_assigning(
    found: list[RegisteredPort],
) -> None:
    """E2: the same ports, the same file; and taking them out again leaves an empty register."""
    text = ""
    for port in found:
        text = with_entry(text, port)
    in_order = ""
    for port in sorted(found, key=key):
        in_order = with_entry(in_order, port)
    assert text == in_order
    for port in found:
        text = without_entry(text, port)
    assert text == HEADER.replace("ports:\n", "ports: []\n")
    assert with_entry(text, found[0]) == with_entry("", found[0])
