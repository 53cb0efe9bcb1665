"""What a change means for other teams, against a revision or a folder (D3, E8, F2)."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from estate.changes.as3 import as3_deltas, change_declaration
from estate.cli.main import main
from estate.cli.render import render_stack
from estate.composition import compose
from estate.plan import Plan
from tests.as3_device import Device
from tests.documents import firewall_rows, texts
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level2

Json = dict[str, Any]
PORTAL = "apps/policy-portal-dmz.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
STATUS = "apps/broker-status-dmz.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def hand_over(estate: Estate, folder: Path) -> Path:
    """Render both zones into a folder, as it is given to the teams."""
    for zone, plan in estate.plans().items():
        render_stack(compose(plan), folder / zone)
    return folder


def f5(plan: Plan) -> str:
    return texts(plan)["f5/as3.json"]


def with_another_app(estate: Estate) -> Estate:
    """A second virtual server of the brokers'."""
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    text = text.replace("app: broker-gateway", "app: broker-status")
    text = text.replace("node_port: 30011, ", "").replace("10.10.0.22", "10.10.0.23")
    return estate.add(STATUS, text).assign("dmz", "brokers/broker-status", 30012)


def test_a_partition_that_vanished_is_emptied_on_the_device(estate: Estate) -> None:
    """E8: left out, AS3 would keep it; the delta names it, and nothing that stays is sent."""
    before = f5(estate.plans()["dmz"])
    estate.remove(GATEWAY)
    after = f5(estate.plans()["dmz"])
    device, fresh = Device(), Device()
    device.post(json.loads(before))
    assert "brokers" in device.partitions
    device.post(json.loads(after))
    assert "brokers" in device.partitions, "the whole declaration alone would not remove it"
    change = change_declaration(before, after)
    assert change is not None
    assert change["brokers"] == {"class": "Tenant", "label": "brokers"}
    assert "life" not in change
    device.post(change)
    fresh.post(json.loads(after))
    assert device.partitions == fresh.partitions


@pytest.mark.parametrize("file", [GATEWAY, PORTAL, STATUS])
@pytest.mark.parametrize("edit", ["remove", "retire", "node", "nothing"])
def test_the_delta_leads_from_what_was_to_what_is(estate: Estate, file: str, edit: str) -> None:
    """E8: whatever changes, the device ends as if the whole had been sent to an empty one."""
    with_another_app(estate)
    before = f5(estate.plans()["dmz"])
    match edit:
        case "remove":
            estate.remove(file)
            own = "{name: policy-portal, tenant: life, app: policy-portal}"
            if file == PORTAL:
                estate.edit("Pulumi.dmz.yaml", own, "{name: policy-portal}")
        case "retire":
            estate.edit(file, "zone: dmz", "zone: dmz\nstate: retired")
        case "node":
            node = "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, "
            last = "    - {name: dmz-r01, "
            estate.edit("Pulumi.dmz.yaml", last, f"{node}pool: brokers}}\n{last}")
        case _:
            pass
    after = f5(estate.plans()["dmz"])
    device, fresh = Device(), Device()
    device.post(json.loads(before))
    device.post(change_declaration(before, after))
    fresh.post(json.loads(after))
    assert device.partitions == fresh.partitions
    assert (change_declaration(before, after) is None) == (edit == "nothing")


def test_common_keeps_its_name_and_loses_its_objects() -> None:
    """E8: the partition that a BIG-IP always has takes no empty tenant."""
    shared = {"class": "Application", "template": "shared", "one": {"class": "Certificate"}}
    before = json.dumps({"class": "ADC", "Common": {"class": "Tenant", "Shared": shared}})
    change = change_declaration(before, json.dumps({"class": "ADC"}))
    assert change is not None
    assert change["Common"]["Shared"] == {"class": "Application", "template": "shared"}


def test_the_outermost_thing_that_comes_or_goes_is_named(estate: Estate) -> None:
    """E8: partition, application or object; of what changes, what comes and goes of it."""
    first = f5(estate.plans()["dmz"])
    second = f5(with_another_app(estate).plans()["dmz"])
    assert [(as3_delta.action, as3_delta.path) for as3_delta in as3_deltas(first, second)] == [
        ("add", "brokers/broker_status")
    ]
    assert [as3_delta.path for as3_delta in as3_deltas("", first)] == [
        "brokers",
        "life",
        "platform",
    ]
    estate.edit(GATEWAY, "address: 10.10.0.22", "address: 10.10.0.24")
    (moved,) = as3_deltas(second, f5(estate.plans()["dmz"]))
    assert (moved.action, moved.path) == ("change", "brokers/broker_gateway/service")
    assert moved.details == (
        "+ virtualAddresses: 10.10.0.24",
        "- virtualAddresses: 10.10.0.22",
    )


def test_a_folder_that_was_handed_over_is_a_baseline(estate: Estate, tmp_path: Path) -> None:
    """F2, D3: rows to add and to take off, to read by a program, in a table and in an office."""
    old = hand_over(estate, tmp_path / "old")
    before = {row["id"] for row in firewall_rows(estate.plans()["dmz"])}
    estate.edit("Pulumi.dmz.yaml", "address: 10.10.1.11,", "address: 10.10.1.99,")
    after = {row["id"] for row in firewall_rows(estate.plans()["dmz"])}
    out = tmp_path / "out"
    done = run("diff", "--root", str(estate.root), "--against", str(old), "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "+ members[0].serverAddresses: 10.10.1.99" in done.output
    rows: list[Json] = json.loads((out / "dmz/firewall/change.json").read_text())["rows"]
    between = [row for row in rows if row["firewall"] == "fw-inner"]
    assert {row["id"] for row in between if row["action"] == "add"} == after - before
    assert {row["id"] for row in between if row["action"] == "remove"} == before - after
    assert {row["ticket"] for row in between} == {"CHG0012345"}
    table = list(csv.DictReader(io.StringIO((out / "dmz/firewall/change.csv").read_text())))
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    sheet = load_workbook(out / "dmz/firewall/change.xlsx").active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        row["id"] for row in rows
    ]
    diff = (out / "dmz/kubelet/nodes.csv.diff").read_text()
    assert "+dmz-n01,10.10.1.99," in diff
    assert "-dmz-n01,10.10.1.11," in diff
    assert not (out / "intranet").exists()
    again = run("diff", "--root", str(estate.root), "--against", str(old), "--out", str(out))
    assert again.exit_code == 0, "what an earlier one left is replaced"
    refused = run("diff", "--root", str(estate.root), "--against", str(old), "--out", str(tmp_path))
    assert "was not written by a render" in refused.output


def test_scaling_an_app_is_no_change_for_anybody_else(estate: Estate, tmp_path: Path) -> None:
    """E8: not one byte of what load balancers and firewalls are given."""
    old = hand_over(estate, tmp_path / "old")
    estate.edit("apps/claim-intake-dmz.yaml", "replicas: 2", "replicas: 3")
    out = tmp_path / "out"
    done = run("change", "--root", str(estate.root), "--against", str(old), "--out", str(out),
               "--json")  # fmt: skip
    assert done.exit_code == 0, done.output
    steps: list[Json] = json.loads(done.output)["steps"]
    assert [step["team"] for step in steps] == ["platform", "records"]
    assert not (out / "dmz/f5").exists()
    assert not (out / "dmz/firewall").exists()


def committed(estate: Estate) -> Estate:
    """The estate and the program in a repository of their own, committed once."""
    root = estate.root
    shutil.copytree(
        REPOSITORY / "platform", root / "platform", ignore=shutil.ignore_patterns("__pycache__")
    )
    _git(root, "init", "--quiet")
    return commit(estate, "first")


def commit(estate: Estate, tag: str) -> Estate:
    _git(estate.root, "add", "--all")
    _git(estate.root, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet",
         "--message", tag)  # fmt: skip
    _git(estate.root, "tag", tag)
    return estate


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def diff(estate: Estate, against: str) -> Result:
    return run("diff", "--root", str(estate.root), "--against", against)


def test_an_earlier_revision_is_rendered_by_its_own_program(estate: Estate) -> None:
    """D3: what was handed over then, whatever the program says today; the tree may be dirty."""
    program = "platform/estate/topics/node_ports/documents.py"
    text = (REPOSITORY / program).read_text(encoding="utf-8")
    committed(estate)
    estate.add(program, text.replace('"way_out": "', '"way_out": "then: '))
    commit(estate, "second")
    estate.add(program, text)
    assert diff(estate, "first").output == "No document differs.\n"
    told = diff(estate, "second")
    names = [line.split(":")[0] for line in told.output.splitlines()]
    assert names == ["dmz/node-ports/accepted.csv", "intranet/node-ports/accepted.csv"]
    estate.edit(GATEWAY, "address: 10.10.0.22", "address: 10.10.0.24")
    changed = diff(estate, "HEAD~1")
    assert "change brokers/broker_gateway/service" in changed.output
    status = subprocess.run(
        ["git", "-C", str(estate.root), "status", "--porcelain"], capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    assert sorted(status.split()) == ["M", "M", GATEWAY, program], "the tree is as it was"


def test_a_revision_of_an_estate_elsewhere_is_rendered_by_the_program_that_it_pins(
    estate: Estate,
) -> None:
    """D3: an estate of its own repository has a pin and no program."""
    _git(estate.root, "init", "--quiet")
    commit(estate.add("requirements.txt", "# the program\nestate==0.1.9\n"), "older")
    commit(estate.edit("requirements.txt", "0.1.9", "0.2.0"), "first")
    estate.edit(GATEWAY, "address: 10.10.0.22", "address: 10.10.0.24")
    changed = diff(estate, "first")
    assert "change brokers/broker_gateway/service" in changed.output
    refused = diff(estate, "older")
    assert refused.exit_code == 1
    assert "its requirements.txt has 'estate==0.1.9'" in refused.output


def test_a_revision_that_cannot_be_rendered_says_so(estate: Estate) -> None:
    """D3: never compared with something else instead."""
    committed(estate)
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 0")
    commit(estate, "refused")
    shutil.rmtree(estate.root / "platform")
    commit(estate, "without-a-program")
    estate.edit("apps/quote-dmz.yaml", "replicas: 0", "replicas: 3")
    refused = diff(estate, "refused")
    assert refused.exit_code == 1
    assert "'refused' cannot be rendered by its own program, which says:" in refused.output
    assert "no program of its own" in diff(estate, "without-a-program").output
    unknown = diff(estate, "nowhere")
    assert unknown.exit_code == 1
    assert "neither a folder nor a revision that git knows here" in unknown.output


def test_a_folder_without_a_render_is_refused_with_the_command(
    estate: Estate, tmp_path: Path
) -> None:
    done = diff(estate, str(tmp_path))
    assert done.exit_code == 1
    assert f"`estate render --stack dmz --out {tmp_path}/dmz` makes one" in done.output
