"""Nodes from what a site has: a cluster, an Ansible inventory, a table (A9)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from estate.cli.main import main
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

Rows = list[list[str]]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def run(estate: Estate, name: str, text: str | None, *options: str) -> tuple[int, str]:
    """The exit code and what the verb says of an inventory of that name."""
    file = estate.root / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    command = ["import", "nodes", "--root", str(estate.root), "--stack", "dmz", *options, str(file)]
    ran = CliRunner().invoke(main, command, catch_exceptions=False)
    return ran.exit_code, ran.output


def rows(estate: Estate) -> Rows:
    """What the verb has written, without the head."""
    with (estate.root / "nodes/dmz.csv").open(encoding="utf-8") as file:
        head, *found = csv.reader(file)
    assert head == ["name", "address", "rack", "size", "pool"]
    return found


def node(name: str, address: str, cpu: str, memory: str, **labels: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {k.replace("__", "/"): v for k, v in labels.items()}},
        "status": {
            "addresses": [
                {"type": "Hostname", "address": name},
                {"type": "InternalIP", "address": "fd00::7"},
                {"type": "InternalIP", "address": address},
            ],
            "capacity": {"cpu": cpu, "memory": memory, "pods": "110"},
        },
    }


CLUSTER = json.dumps(
    {
        "kind": "List",
        "items": [
            node(
                "w1.dc1.example",
                "10.10.1.11",
                "8",
                "32872848Ki",
                **{"topology.kubernetes.io__zone": "rack-a", "team": "shared"},
            ),
            node("w2.dc1.example", "10.10.1.12", "12", "32872848Ki", team="brokers"),
            node(
                "m1.dc1.example",
                "10.10.1.6",
                "4",
                "16Gi",
                **{"node-role.kubernetes.io__control-plane": ""},
            ),
        ],
    }
)


def test_nodes_of_a_cluster_become_rows_with_sizes_by_what_they_have(estate: Estate) -> None:
    """A9: the kernel keeps some of the memory; a size that is not declared stays empty."""
    code, said = run(estate, "nodes.json", CLUSTER, "--pool", "team")
    assert code == 0
    assert rows(estate) == [
        ["w1.dc1.example", "10.10.1.11", "rack-a", "medium", "shared"],
        ["w2.dc1.example", "10.10.1.12", "", "", "brokers"],
    ]
    assert "m1.dc1.example: a master" in said
    assert "w2.dc1.example: no rack" in said
    assert "w2.dc1.example: no size of estate:node_sizes has 12 cores and 31.3 GiB" in said
    assert "2 nodes. Not carried over: 3." in said


def test_a_label_of_one_value_names_a_pool(estate: Estate) -> None:
    """A9: the first rule that fits counts."""
    run(estate, "nodes.json", CLUSTER, "--pool", "team:brokers=shared", "--pool", "team=")
    assert [row[4] for row in rows(estate)] == ["shared", "shared"]


INI = """\
# the inventory of kubespray
[all]
dmz-n[01:03].dc1.example ansible_user=root rack=rack-a size=medium
dmz-n01.dc1.example ansible_host=10.10.1.11 ip=10.10.1.31
dmz-n02.dc1.example ansible_host=10.10.1.12
dmz-c01.dc1.example ansible_host=10.10.1.6
bastion ansible_host=192.0.2.9

[kube_control_plane]
dmz-c01.dc1.example

[kube_node]
dmz-n[01:03].dc1.example

[edge]
dmz-n02.dc1.example

[kube_node:vars]
rack=rack-z

[k8s_cluster:children]
kube_control_plane
kube_node
"""

YAML = """\
all:
  children:
    kube_control_plane:
      hosts: {dmz-c01.dc1.example: }
    kube_node:
      vars: {rack: rack-a}
      hosts:
        dmz-n01.dc1.example: {ip: 10.10.1.31, node_labels: {team: shared}}
        dmz-n02.dc1.example: {access_ip: 10.10.1.12, rack: rack-b}
    edge:
      hosts: {dmz-n02.dc1.example: }
"""


def test_an_ini_inventory_of_ansible_is_read_with_ranges_groups_and_variables(
    estate: Estate,
) -> None:
    """A9: kubespray's groups tell masters and what is no node at all."""
    options = ("--pool", "edge=brokers", "--pool", "kube_node=shared")
    code, said = run(estate, "inventory.ini", INI, *options)
    assert code == 0
    assert rows(estate) == [
        ["dmz-n01.dc1.example", "10.10.1.31", "rack-a", "medium", "shared"],
        ["dmz-n02.dc1.example", "10.10.1.12", "rack-a", "medium", "brokers"],
        ["dmz-n03.dc1.example", "", "rack-a", "medium", "shared"],
    ]
    assert "bastion" not in said
    assert "dmz-c01.dc1.example: a master" in said
    assert "dmz-n03.dc1.example: no address in the inventory" in said


def test_a_yaml_inventory_of_ansible_is_read(estate: Estate) -> None:
    """A9: a host's own variable counts before its group's."""
    code, said = run(estate, "hosts.yaml", YAML, "--pool", "team=", "--pool", "edge=brokers")
    assert code == 0
    assert rows(estate) == [
        ["dmz-n01.dc1.example", "10.10.1.31", "rack-a", "", "shared"],
        ["dmz-n02.dc1.example", "10.10.1.12", "rack-b", "", "brokers"],
    ]
    assert "the inventory does not say how large the machine is" in said


TABLE = [
    ["Hostname", "IP", "Row", "size", "Usage"],
    ["dmz-n01", "10.10.1.11", "rack-a", "medium", "shared"],
    ["", "", "", "", ""],
    ["dmz-n02", "10.10.1.12", "rack-b", "large", "unknown"],
]
COLUMNS = [
    *("--column", "name=Hostname", "--column", "address=IP"),
    *("--column", "rack=Row", "--column", "pool=Usage"),
]


@pytest.mark.parametrize("form", ["hosts.csv", "hosts.xlsx"])
def test_a_table_is_read_by_its_own_names_of_columns(estate: Estate, form: str) -> None:
    """A9: as a spreadsheet has it."""
    text = None
    if form.endswith(".csv"):
        text = "\ufeff" + "".join(f"{';'.join(row)}\n" for row in TABLE)
    else:
        book = Workbook()
        for row in TABLE:
            book.worksheets[0].append(row)
        book.save(estate.root / form)
    code, said = run(estate, form, text, *COLUMNS)
    assert code == 0
    assert rows(estate) == [TABLE[1], TABLE[3]]
    assert "dmz-n02: the pool 'unknown' is not declared in estate:pools" in said


def test_what_is_written_is_what_check_reads(estate: Estate) -> None:
    """A9: the shipped nodes, written as a table and imported, are the shipped nodes."""
    before = estate.plans()["dmz"]
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    stack, nodes = text.split("  estate:nodes:\n")
    given = "name,address,rack,size,pool\n"
    for line in nodes.splitlines():
        cells = line.strip(" -{}").split(", ")
        given += ",".join(cell.split(": ")[1] for cell in cells) + "\n"
    code, said = run(estate, "given.csv", given)
    assert (code, said.count("\n")) == (0, 1), said
    estate.add("Pulumi.dmz.yaml", stack)
    assert estate.problems() == ()
    assert estate.plans()["dmz"] == before


def test_an_existing_file_is_not_changed(estate: Estate) -> None:
    """N1: whatever stands in it."""
    (estate.root / "nodes").mkdir()
    estate.add("nodes/dmz.csv", "mine\n")
    code, said = run(estate, "nodes.json", CLUSTER)
    assert code == 1
    assert "exists, and an import changes no file: name another with --out" in said
    assert (estate.root / "nodes/dmz.csv").read_text(encoding="utf-8") == "mine\n"


WRONG = {
    "no list of nodes": ("nodes.json", '{"items": [{}]}', (), "kubectl get nodes -o json"),
    "no inventory": ("hosts.yaml", "- a\n", (), "no YAML inventory of Ansible"),
    "no host": ("hosts.ini", "[all]\n", (), "it names no host"),
    "open quote": ("hosts.ini", 'a b="c\n', (), "no INI inventory of Ansible"),
    "no line": ("hosts.csv", "\n", (), "the table has no line"),
    "no workbook": ("hosts.xlsx", "text", (), "no XLSX workbook"),
    "no such column": (
        "hosts.csv",
        "Hostname,IP\n",
        ("--column", "name=Host"),
        "it has no column 'Host'. Did you mean 'Hostname'?",
    ),
    "no such field": ("hosts.csv", "a\n", ("--column", "host=a"), "unknown field 'host'"),
    "no pair": ("hosts.csv", "a\n", ("--column", "name"), "is not of the form FIELD=COLUMN"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_one_sentence(estate: Estate, case: str) -> None:
    """N1: and nothing is written."""
    name, text, options, message = WRONG[case]
    code, said = run(estate, name, text, *options)
    assert code == 1
    assert message in said
    assert said.count("\n") == 1
    assert not (estate.root / "nodes/dmz.csv").exists()
