"""All documents together: one inventory, one change set, the same bytes (A9, X18)."""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from estate.handover import documents
from estate.plan import Plan
from estate.reader.values import ZONES
from tests.documents import as3, texts, virtual_servers
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level2

NEXT_NODE = "    - {name: dmz-r01, "
NEW = "{name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: POOL}"


OBJECTS = ("firewall/fw-dmz/objects.csv", "firewall/fw-dmz/objects.xlsx")
"""The group of all nodes, which the load balancer reaches (E14)."""

MACHINES = ("nodes/dmz-n13/kubeadm.yaml", "nodes/machines.csv")
"""How a node is made, and the list of machines."""

NAMES = ("dns/zones/1.10.10.in-addr.arpa.zone", "dns/zones/dmz.harbour.example.zone")
"""Each node has a name, and the way back (J4)."""


def with_a_node(estate: Estate, pool: str) -> Estate:
    """One more node in the DMZ's inventory."""
    new = f"    - {NEW.replace('POOL', pool)}\n"
    return estate.edit("Pulumi.dmz.yaml", NEXT_NODE, f"{new}{NEXT_NODE}")


def changed(
    before: dict[str, str], after: dict[str, str]
) -> dict[str, tuple[list[str], list[str]]]:
    """For each document that differs, the lines that went and the lines that came."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines = list(difflib.ndiff(old, new))
        gone = [line[2:] for line in lines if line.startswith("- ")]
        came = [line[2:] for line in lines if line.startswith("+ ")]
        if gone or came:
            found[name] = (gone, came)
    return found


def members(plan: Plan) -> dict[str, set[str]]:
    """The members of each virtual server."""
    return {app: set(server.members) for app, server in virtual_servers(as3(plan)).items()}


def test_a_node_in_a_dedicated_pool_changes_all_that_lists_its_pool(tmp_path: Path) -> None:
    """A9, F2, H2, X18: exactly that; its kubelet takes a file that is there already."""
    estate = shipped(tmp_path)
    before = estate.plans()
    after = with_a_node(estate, "policy-portal").plans()
    found = changed(texts(before["dmz"]), texts(after["dmz"]))
    assert set(found) == {
        "cmdb/nodes.csv",
        "databases/access.csv",
        "f5/as3.json",
        *OBJECTS,
        "firewall/fw-inner/objects.csv",
        "firewall/fw-inner/objects.xlsx",
        "firewall/request.json",
        *NAMES,
        *MACHINES,
        "kubelet/nodes.csv",
        "nfs/filer-dmz.exports",
    }
    gained = {app: now - members(before["dmz"])[app] for app, now in members(after["dmz"]).items()}
    assert gained == {"policy_portal": {"10.10.1.23:30010"}, "broker_gateway": set()}
    gone, came = found["f5/as3.json"]
    assert gone == []
    assert [line.strip() for line in came] == ['"10.10.1.23",']
    for firewall, groups in (
        ("fw-dmz", ["g-dmz-machines", "g-dmz-nodes"]),
        ("fw-inner", ["g-dmz-pool-policy-portal"]),
    ):
        gone, came = found[f"firewall/{firewall}/objects.csv"]
        assert [line.split(",")[0] for line in came] == ["h-10-10-1-23", *groups], "no rule more"
        assert [line.split(",")[0] for line in gone] == groups
    gone, came = found["databases/access.csv"]
    assert (gone, [line.split(",")[:3] for line in came]) == (
        [],
        [["policydb", "policy-portal", "10.10.1.23/32"]],
    )
    assert found["kubelet/nodes.csv"] == (
        [],
        ["dmz-n13,10.10.1.23,rack-b,policy-portal,medium,kubelet/policy-portal/medium.yaml"],
    )
    gone, came = found["cmdb/nodes.csv"]
    assert gone == []
    assert [line.split(",")[:6] for line in came] == [
        ["dmz-n13", "dmz", "dmz", "10.10.1.23", "rack-b", "policy-portal"]
    ]
    gone, came = found["nfs/filer-dmz.exports"]
    assert came == [f"{line} 10.10.1.23" for line in gone]
    assert len(gone) == 1
    assert texts(before["intranet"]) == texts(after["intranet"])


def test_a_node_in_a_shared_pool_opens_no_database_and_no_export(tmp_path: Path) -> None:
    """F2, H2: nothing in that pool needs database or filer; the F5 reaches it (E14)."""
    estate = shipped(tmp_path)
    before = estate.plans()["dmz"]
    after = with_a_node(estate, "shared").plans()["dmz"]
    found = changed(texts(before), texts(after))
    assert set(found) == {
        "cmdb/nodes.csv",
        *NAMES,
        *MACHINES,
        "f5/as3.json",
        *OBJECTS,
        "firewall/request.json",
        "kubelet/nodes.csv",
    }


def test_a_node_that_leaves_is_gone_from_everything(tmp_path: Path) -> None:
    """A9: neither its name nor its address is left in any document."""
    estate = with_a_node(shipped(tmp_path), "policy-portal")
    node = "    - {name: dmz-n01, address: 10.10.1.11, rack: rack-a, size: medium, pool: "
    estate.edit("Pulumi.dmz.yaml", f"{node}policy-portal}}\n", "")
    for name, text in texts(estate.plans()["dmz"]).items():
        assert "dmz-n01" not in text, name
        assert '"10.10.1.11"' not in text, name
        assert "10.10.1.11," not in text, name
        assert "10.10.1.11" not in text.split(), name


def test_a_new_owner_changes_no_device(tmp_path: Path) -> None:
    """Only remarks and the owner's column: rules, members and ids stay."""
    estate = shipped(tmp_path)
    before = texts(estate.plans()["dmz"])
    estate.edit("apps/policy-portal-dmz.yaml", "policy-portal@harbour", "portal@harbour")
    for gone, came in changed(before, texts(estate.plans()["dmz"])).values():
        assert [line.replace("portal@", "policy-portal@", 1) for line in came] == gone


def test_equal_declarations_give_equal_bytes(tmp_path: Path) -> None:
    """In whichever order nodes and pools are written, and wherever the estate lies."""
    (tmp_path / "other").mkdir()
    turned = shipped(tmp_path / "other")
    for zone in ZONES:
        stack = f"Pulumi.{zone}.yaml"
        head, nodes = (turned.root / stack).read_text().split("  estate:nodes:\n")
        lines = nodes.splitlines(keepends=True)
        turned.add(stack, f"{head}  estate:nodes:\n{''.join(lines[::-1])}")
    plans = shipped(tmp_path).plans()
    for zone, plan in turned.plans().items():
        assert documents(plan) == documents(plans[zone])


def test_documents_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Nothing is ordered by Python's hashes, which differ from run to run."""
    program = (
        "import sys; from pathlib import Path; from tests.estates import Estate; "
        "from estate.handover import documents; "
        "[print(d.name, d.text) for p in Estate(Path(sys.argv[1])).plans().values() "
        "for d in documents(p)]; "
        "assert not any(m.split('.')[0] == 'pulumi' for m in sys.modules)"
    )
    root = shipped(tmp_path).root
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, str(root)],
            env={"PYTHONPATH": f"{REPOSITORY / 'platform'}:{REPOSITORY}", "PYTHONHASHSEED": seed},
            cwd=REPOSITORY,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1
    assert len(runs.pop()) > 10_000


def test_names_are_sorted_relative_paths_and_texts_end_with_a_newline(tmp_path: Path) -> None:
    """`estate render` writes each document below a folder of its own choice."""
    for plan in shipped(tmp_path).plans().values():
        found = documents(plan)
        names = [document.name for document in found]
        assert names == sorted(set(names))
        for document in found:
            path = PurePosixPath(document.name)
            assert not path.is_absolute()
            assert ".." not in path.parts
            assert document.text.endswith("\n")
            assert document.text.isascii()
