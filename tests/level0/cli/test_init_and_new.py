"""`estate init` and `estate new`: what they write, and what they refuse before they write."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from estate.cli.main import main
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level0

EXAMPLES = REPOSITORY / "examples"
EXAMPLE = "branch-bank"
SCHEMAS = "docs/schema"
"""Written beside an estate, and not part of it: its .gitignore names it."""


def run(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments], input=answers, catch_exceptions=False)


def tree(folder: Path) -> dict[str, str]:
    """Every file but the schemas, as text."""
    return {
        name: path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (name := str(path.relative_to(folder))).startswith(SCHEMAS)
    }


def commands() -> list[list[str]]:
    """What the page of the examples says to type."""
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return [shlex.split(line) for line in block.splitlines()]


@pytest.fixture
def small(tmp_path: Path) -> Estate:
    """A new estate."""
    folder = tmp_path / "small"
    assert run("init", str(folder)).exit_code == 0
    return Estate(folder)


def new(estate: Estate, *arguments: str) -> Result:
    return run("new", arguments[0], "--root", str(estate.root), *arguments[1:])


def added_lines(estate: Estate, before: dict[str, str], file: str) -> list[str]:
    """Lines that came; fails if one went or changed."""
    old, now = before[file].splitlines(), tree(estate.root)[file].splitlines()
    lines = [line for line in now if line not in old]
    assert [line for line in now if line in old] == old
    return lines


def test_a_new_estate_has_no_problem(small: Estate) -> None:
    """The smallest that stands: two pools of two nodes a zone, one tenant, one app, no logging."""
    result = run("check", "--root", str(small.root))
    assert (result.exit_code, "No problems." in result.output) == (0, True)
    for stack in small.load().stacks.values():
        nodes = [node.pool for node in stack.value.nodes]
        assert sorted(nodes) == ["router", "router", "shared", "shared"]
        assert stack.value.logging is None
    assert (len(small.load().tenants), len(small.load().apps)) == (1, 1)


def test_every_file_of_a_new_estate_says_what_may_follow(small: Estate) -> None:
    """Comments, and in declarations the line that names the schema for editors."""
    for name, text in tree(small.root).items():
        if name.endswith(".yaml") and name != "Pulumi.yaml":
            first, *rest = text.splitlines()
            schema = first.removeprefix("# yaml-language-server: $schema=")
            assert ((small.root / name).parent / schema).is_file(), name
            assert any(line.lstrip().startswith("# ") for line in rest), name


def test_the_example_is_what_its_commands_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `init` and `new` alone: nobody edits the example, so it is as new estates are."""
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    for program, *arguments in commands():
        if program == "cd":
            monkeypatch.chdir(arguments[0])
            continue
        assert program == "estate"
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        said.append(result.output)
    assert said[-1].startswith("No problems.")
    assert tree(tmp_path / EXAMPLE) == tree(EXAMPLES / EXAMPLE)


def test_init_replaces_no_file(small: Estate) -> None:
    before = tree(small.root)
    result = run("init", str(small.root), "--domain", "other.example")
    assert result.exit_code == 1
    assert "has README.md, Pulumi.yaml" in result.output and "Name a folder" in result.output
    assert tree(small.root) == before


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--tenant", "Life!", "Did you mean 'life'?"),
        ("--domain", "bank", "is not a host name"),
        ("--dmz", "10.10.0.0", "has no prefix length"),
        ("--dmz", "10.10.0.0/24", "a prefix length of at most 22"),
        ("--dmz", "10.20.0.0/16", "problem"),
    ],
)
def test_init_refuses_what_no_declaration_may_have(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    """In the words of the declarations' own types, and nothing is written."""
    result = run("init", str(tmp_path / "small"), option, value)
    assert result.exit_code == 1
    assert said in result.output and "Traceback" not in result.output
    assert not (tmp_path / "small").exists()


def test_new_asks_on_a_terminal(small: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """For what has no option: zone, tenant, kind and host name."""
    monkeypatch.setattr("estate.cli.asking.interactive", lambda: True)
    answers = "dmz\npayments\nserver\nservice\n"
    result = run("new", "app", "--root", str(small.root), "ledger", answers=answers)
    assert result.exit_code == 0, result.output
    assert "kind: service" in tree(small.root)["apps/ledger-dmz.yaml"]


def test_init_asks_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks again after an answer that cannot be, and proposes the rest."""
    monkeypatch.setattr("estate.cli.asking.interactive", lambda: True)
    answers = "Bank\nbank.example\nlife\n\n\n\n"
    result = run("init", str(tmp_path / "small"), answers=answers)
    assert result.exit_code == 0, result.output
    assert "'Bank' is not a host name" in result.output
    tenant = (tmp_path / "small/tenants/life.yaml").read_text(encoding="utf-8")
    assert "owner: life@bank.example" in tenant


def test_a_new_node_follows_its_pools_last_one(small: Estate) -> None:
    """Next name, next free address, the rack with the fewest; one line comes, comments stay."""
    before = tree(small.root)
    assert new(small, "node", "--zone", "dmz").exit_code == 0
    assert added_lines(small, before, "Pulumi.dmz.yaml") == [
        "    - {name: dmz-n03, address: 10.10.1.13, rack: rack-a, size: medium, pool: shared}"
    ]
    nodes = [node.name for node in small.load().stacks["dmz"].value.nodes]
    assert nodes == ["dmz-n01", "dmz-n02", "dmz-n03", "dmz-r01", "dmz-r02"]


@pytest.mark.parametrize(
    ("file", "head", "row", "end", "added"),
    [
        ("nodes/dmz.csv", "name,pool,rack,size,address", "{name},{pool},{rack},{size},{address}",
         "\n", "dmz-n03,shared,rack-a,medium,10.10.1.13"),
        ("nodes/dmz.csv", "\ufeffaddress;name;rack;size;pool",
         "{address};{name};{rack};{size};{pool}", "\r\n",
         "10.10.1.13;dmz-n03;rack-a;medium;shared"),
        ("nodes/dmz.yaml", "# the inventory", "- {{name: {name}, address: {address}, rack: {rack}, "
         "size: {size}, pool: {pool}}}", "\n",
         "- {name: dmz-n03, address: 10.10.1.13, rack: rack-a, size: medium, pool: shared}"),
    ],
)  # fmt: skip
def test_a_new_node_joins_a_file_of_nodes(
    small: Estate, file: str, head: str, row: str, end: str, added: str
) -> None:
    """In the columns and line ends of the file, as another program saved it."""
    stack = small.root / "Pulumi.dmz.yaml"
    lines = stack.read_text(encoding="utf-8").splitlines()
    rows = [yaml.safe_load(line)[0] for line in lines if line.startswith("    - {name: dmz-")]
    kept = [line for line in lines if not line.startswith(("    - {name: dmz-", "  estate:nodes"))]
    stack.write_text("\n".join(kept) + "\n", encoding="utf-8")
    (small.root / "nodes").mkdir()
    whole = [head, *(row.format(**one) for one in rows)]
    (small.root / file).write_text("".join(line + end for line in whole), "utf-8", newline="")
    result = new(small, "node", "--zone", "dmz")
    assert result.exit_code == 0, result.output
    now = (small.root / file).read_bytes().decode().split(end)
    assert now == [*whole[:3], added, *whole[3:], ""]


def test_a_new_pool_comes_with_its_nodes(small: Estate) -> None:
    before = tree(small.root)
    result = new(small, "pool", "own", "--zone", "intranet", "--tenant", "payments")
    assert result.exit_code == 0, result.output
    pool, *nodes = added_lines(small, before, "Pulumi.intranet.yaml")
    assert pool == "    - {name: own, tenant: payments}"
    assert [line.split("rack: ")[1][:6] for line in nodes] == ["rack-a", "rack-b"]


def test_a_first_database_makes_the_key(small: Estate) -> None:
    before = tree(small.root)
    options = ("--zone", "dmz", "--address", "10.10.9.10", "--port", "5432", "--tenant", "payments")
    assert new(small, "database", "paydb", *options).exit_code == 0
    assert added_lines(small, before, "Pulumi.dmz.yaml") == [
        "  estate:databases:",
        "    - {name: paydb, address: 10.10.9.10, port: 5432, tenants: [payments]}",
    ]


def test_a_worker_listens_nowhere(small: Estate) -> None:
    options = ("--zone", "dmz", "--tenant", "payments", "--kind", "worker")
    result = new(small, "app", "mover", *options)
    assert result.exit_code == 0, result.output
    (app,) = [one.value for one in small.load().apps if one.value.app == "mover"]
    assert (app.kind, hasattr(app, "listen")) == ("worker", False)


def test_a_traditional_app_gets_the_next_address_and_port(small: Estate) -> None:
    """The register has the port at once, and addresses of other virtual servers stay free of it."""
    options = ("--zone", "dmz", "--tenant", "payments", "--kind", "traditional")
    assert new(small, "app", "till", *options).exit_code == 0
    text = tree(small.root)["apps/till-dmz.yaml"]
    assert "node_port: 30000" in text and "address: 10.10.0.18" in text
    assert (
        "port: 30000, protocol: TCP, owner: payments/till"
        in (tree(small.root)["registers/node-ports.yaml"])
    )


def test_a_second_host_of_a_tenant_joins_the_first(small: Estate) -> None:
    options = ("--zone", "dmz", "--tenant", "payments", "--host", "pay.bank.example")
    assert new(small, "app", "pay", *options).exit_code == 0
    names = small.load().stacks["dmz"].value.tenant_names
    assert names == {"payments": ("hello.bank.example", "pay.bank.example")}


def test_the_shipped_estate_takes_additions_and_keeps_its_comments(tmp_path: Path) -> None:
    """Files that people wrote over time, not those of `init` only."""
    estate = shipped(tmp_path)
    before = tree(estate.root)
    for arguments in (
        ("node", "--zone", "dmz", "--pool", "brokers"),
        ("app", "tariff", "--zone", "dmz", "--tenant", "motor", "--host", "tariff.harbour.example"),
        ("database", "motordb", "--zone", "intranet", "--address", "10.20.9.77", "--port", "1521",
         "--tenant", "motor"),
    ):  # fmt: skip
        result = new(estate, *arguments)
        assert result.exit_code == 0, result.output
    (node,) = (line for line in added_lines_of_lists(estate, before, "Pulumi.dmz.yaml"))
    assert node.startswith("    - {name: dmz-n13, ") and node.endswith("pool: brokers}")
    assert estate.problems() == ()


def added_lines_of_lists(estate: Estate, before: dict[str, str], file: str) -> list[str]:
    """New items; a line whose brackets got one value more is none."""
    old = before[file].splitlines()
    return [
        line
        for line in tree(estate.root)[file].splitlines()
        if line not in old and line.lstrip().startswith("- ")
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tenant", "payments", "--owner", "a@b.example", "--unit", "U", "--cost-centre", "C"),
         "tenants/payments.yaml is there already"),
        (("tenant", "cards"), "--owner is missing"),
        (("node",), "--zone is missing"),
        (("node", "--zone", "dmz", "--pool", "shard"), "Did you mean 'shared'?"),
        (("node", "--zone", "dmz", "--address", "10.10.1.11"), "10.10.1.11"),
        (("node", "--zone", "dmz", "--address", "10.10.1"), "is not an IPv4 address"),
        (("node", "--zone", "dmz", "--size", "huge"), "Allowed: medium"),
        (("app", "a", "--zone", "dmz", "--tenant", "cards", "--host", "a.bank.example"),
         "There is no tenant 'cards'"),
        (("app", "a", "--zone", "dmz", "--tenant", "payments"), "--host is missing"),
        (("app", "hello", "--zone", "dmz", "--tenant", "payments", "--host", "a.bank.example"),
         "apps/hello-dmz.yaml is there already"),
        (("app", "a", "--zone", "dmz", "--tenant", "payments", "--kind", "service", "--replicas",
          "1"), "Nothing was written"),
        (("app", "a", "--zone", "dmz", "--tenant", "payments", "--kind", "service", "--image",
          "a:latest"), "A tag may move"),
        (("database", "d", "--zone", "dmz", "--address", "10.10.9.9", "--port", "99999",
          "--tenant", "payments"), "99999"),
    ],
)  # fmt: skip
def test_an_addition_that_does_not_fit_changes_nothing(
    small: Estate, arguments: tuple[str, ...], said: str
) -> None:
    """The message names the fix, or `estate check` does; there is no traceback and no file."""
    before = tree(small.root)
    result = new(small, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert tree(small.root) == before


def test_an_estate_with_a_problem_gets_no_addition(small: Estate) -> None:
    """Otherwise nobody could say whose problem it is."""
    small.edit("apps/hello-dmz.yaml", "replicas: 2", "replicas: 0")
    before = tree(small.root)
    result = new(small, "node", "--zone", "dmz")
    assert result.exit_code == 1
    assert "has these problems before the addition" in result.output
    assert tree(small.root) == before


def test_a_stack_file_in_another_form_is_left_to_its_author(small: Estate) -> None:
    """YAML in brackets over several lines has no line for an addition: the message has the item."""
    stack = small.root / "Pulumi.dmz.yaml"
    whole = yaml.safe_load(stack.read_text(encoding="utf-8"))
    stack.write_text(f"{{config: {whole['config']!r}}}".replace("True", "true"), encoding="utf-8")
    assert small.problems() == ()
    before = tree(small.root)
    result = new(
        small, *("database", "d", "--zone", "dmz", "--address", "10.10.9.9"),
        *("--port", "5432", "--tenant", "payments"),
    )  # fmt: skip
    assert result.exit_code == 1
    assert "Write it by hand" in result.output and "{name: d, address: 10.10.9.9" in result.output
    assert tree(small.root) == before


def test_a_comment_between_brackets_takes_in_no_addition(small: Estate) -> None:
    """Behind it, the addition would be a part of the comment."""
    old = "    - {name: shared}\n    - {name: router, role: router}\n"
    small.edit(
        "Pulumi.dmz.yaml",
        f"  estate:pools:\n{old}",
        "  estate:pools: [{name: shared}, {name: router, role: router}  # both\n    ]\n",
    )
    assert small.problems() == ()
    before = tree(small.root)
    result = new(small, "pool", "own", "--zone", "dmz", "--tenant", "payments")
    assert result.exit_code == 1
    assert "a comment stands between its brackets" in result.output
    assert tree(small.root) == before
