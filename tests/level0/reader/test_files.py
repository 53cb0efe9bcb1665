"""Whatever stands where a declaration should: one problem with a place, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estate.declarations.load import load
from estate.reader.yaml_reader import Read, read_bytes
from estate.topics.apps.plan import AppsPlan
from tests.estates import shipped
from tests.level0.reader.files import FILES, GOOD, QUOTE, BadFile

pytestmark = pytest.mark.level0


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: f"{bad.code}: {bad.found[:40]}")
def test_a_file_that_is_none_is_one_problem(bad: BadFile, tmp_path: Path) -> None:
    """N1, fault 20: encodings, sizes, nesting, links, folders and pipes are named as such."""
    estate = shipped(tmp_path)
    bad.make(estate.root / bad.name)
    problems = [one for one in estate.load().problems if one.source.file == bad.name]
    listed = "\n".join(str(problem) for problem in problems)
    assert [problem.code for problem in problems] == [bad.code], listed
    problem = problems[0]
    if bad.at:
        assert str(problem.source) == f"{bad.name}:{bad.at}"
    assert bad.found in problem.found
    assert bad.allowed in problem.allowed
    assert bad.hint in problem.hint
    assert str(problem).isprintable()


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1: root reads everything, so the operating system's refusal is played here."""
    estate = shipped(tmp_path)
    refused = estate.root / QUOTE
    read_bytes = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == refused:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert [
        (problem.code, problem.source.file, problem.found) for problem in estate.load().problems
    ] == [("unreadable", QUOTE, "the file cannot be read: Permission denied")]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """N1: `apps` itself may be anything."""
    estate = shipped(tmp_path)
    (estate.root / "tenants").rename(tmp_path / "elsewhere")
    estate.add("tenants", "")
    assert ("unreadable", "tenants") in [
        (problem.code, problem.source.file) for problem in estate.load().problems
    ]


def test_an_empty_folder_is_told_what_is_missing(tmp_path: Path) -> None:
    """N1: the wrong folder is the first mistake that a newcomer makes."""
    assert [str(problem) for problem in load(tmp_path).problems] == [
        f"Pulumi.{zone}.yaml:1:1: there is no such file. Is this the folder of an estate? "
        "[missing-file]"
        for zone in ("dmz", "intranet")
    ]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("app: quote", 'app: "quote"').encode(),
        GOOD.replace("app: quote", "'app': 'quote'").encode(),
        b"%YAML 1.2\n---\n" + GOOD.encode() + b"...\n",
        GOOD.replace("health: /healthz", "health: >-\n  /healthz").encode(),
        ("# Ägypten 保险 \N{GRINNING FACE}\n" + GOOD).encode(),
        GOOD.replace("replicas: 2", "replicas:\t2").encode(),
        GOOD.rstrip("\n").encode(),
    ],
    ids=["CRLF", "quotes", "quoted keys", "directive", "folded", "comment", "tab after", "no end"],
)
def test_what_yaml_means_plainly_is_accepted(raw: bytes, tmp_path: Path) -> None:
    """A10: strict where readers disagree, and nowhere else."""
    estate = shipped(tmp_path)
    before = estate.plans()["dmz"].of(AppsPlan).apps
    (estate.root / QUOTE).write_bytes(raw)
    after = estate.plans()["dmz"].of(AppsPlan).apps
    assert [app.name for app in after] == [app.name for app in before]


def test_a_hidden_file_is_nobodys_declaration(tmp_path: Path) -> None:
    """N1: editors and git keep files of their own."""
    estate = shipped(tmp_path)
    estate.add("apps/.gitkeep", "").add("apps/.quote.yaml.swp", "\0")
    assert estate.problems() == ()


def test_a_file_name_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    """N1: names of files come from pull requests too."""
    estate = shipped(tmp_path)
    name = os.fsdecode(b"apps/\x1b[31m\xff\n.yaml")
    estate.add(name, "nothing: here\n")
    problems = estate.load().problems
    assert problems
    for problem in problems:
        assert str(problem).isprintable()
        str(problem).encode("utf-8")


def test_keys_and_values_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    """N1: an escaped character in quotes is printed as its escape."""
    estate = shipped(tmp_path)
    estate.edit(QUOTE, "app: quote", 'app: "\\e[31mquote\\n"')
    estate.edit(QUOTE, "replicas: 3", 'replicas: 3\n"\\e[2J": 1\nstate: "\\e[0m"')
    problems = estate.load().problems
    assert sorted(problem.code for problem in problems) == [
        "unknown-key",
        "unprintable",
        "unprintable",
        "unprintable",
    ]
    assert all(str(problem).isprintable() for problem in problems)


def test_all_problems_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    """N1: nobody fixes one to be told the next."""
    estate = shipped(tmp_path)
    estate.edit("Pulumi.dmz.yaml", "cni: calico", "cni: calicoo")
    estate.edit("Pulumi.dmz.yaml", "pods: 10.64.0.0/16", "pods: 10.64.0.0")
    estate.edit("Pulumi.intranet.yaml", "cni: calico", "cni: weave")
    estate.edit("tenants/motor.yaml", "owner: motor-platform@harbour.example", "owner: motor")
    estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 03\nreplica: 3")
    estate.edit("apps/rating-intranet.yaml", "kind: service\n", "")
    estate.edit("apps/rating-intranet.yaml", "memory: 2Gi", "memory: 2G")
    estate.edit("apps/commission-intranet.yaml", "kind: service", "kind: wbe")
    estate.edit("apps/commission-intranet.yaml", "owner: commission@", "owner: commission")
    assert [(problem.source.file, problem.code) for problem in estate.load().problems] == [
        ("Pulumi.dmz.yaml", "bad-cidr"),
        ("Pulumi.dmz.yaml", "not-a-choice"),
        ("Pulumi.intranet.yaml", "not-a-choice"),
        ("apps/commission-intranet.yaml", "not-a-choice"),
        ("apps/commission-intranet.yaml", "bad-owner"),
        ("apps/quote-dmz.yaml", "yaml-octal"),
        ("apps/quote-dmz.yaml", "unknown-key"),
        ("apps/rating-intranet.yaml", "missing-key"),
        ("apps/rating-intranet.yaml", "bad-memory"),
        ("tenants/motor.yaml", "bad-owner"),
    ]


def test_a_file_that_cannot_be_read_makes_nobody_else_wrong(tmp_path: Path) -> None:
    """N1: apps of a tenant whose file is broken are not told that the tenant is missing."""
    estate = shipped(tmp_path)
    estate.add("tenants/motor.yaml", "tenant: [motor\n")
    estate.add("apps/policy-portal-dmz.yaml", "app: {\n")
    assert {problem.source.file for problem in estate.problems()} == {
        "tenants/motor.yaml",
        "apps/policy-portal-dmz.yaml",
    }


def test_lookalikes_of_other_alphabets_are_named(tmp_path: Path) -> None:
    """fault 20: a Cyrillic letter in a name is seen by nobody but the machine."""
    estate = shipped(tmp_path).edit(QUOTE, "app: quote", "app: qu\N{CYRILLIC SMALL LETTER O}te")
    (problem,) = estate.problems()
    assert problem.code == "bad-name"
    assert "cyrillic small letter o" in problem.found


@pytest.mark.parametrize(
    "name", ["x" * 300, "../../life", "a/b", "a\\b", "-a", "a-", "", "1a", "A"]
)
def test_a_name_is_a_name(name: str, tmp_path: Path) -> None:
    """fault 20: names become namespaces, labels and paths."""
    estate = shipped(tmp_path).edit(QUOTE, "app: quote", f"app: '{name}'")
    (problem,) = estate.problems()
    assert problem.code == "bad-name"
    assert len(str(problem)) < 300


DISAGREED = (
    "no No NO yes on off y n TRUE False null Null 0777 0o17 0x1F 0b11 1_000 +1 -0 1e309 1.5 .5 "
    ".inf .nan 1.10 12:30:45 2026-01-31 2026-01-31T10:00:00Z = 99999999999999999999"
)


@pytest.mark.parametrize("word", DISAGREED.split())
def test_words_that_readers_disagree_on_are_refused_anywhere(word: str) -> None:
    """N1: as a value, in a list and as a key; in quotes they are text."""
    for place in (f"x: {word}", f"x: [{word}]", f"x: {{{word}: 1}}"):
        found = read_bytes(place.encode(), Read("x.yaml")).problems
        assert len(found) == 1 and found[0].code.startswith("yaml-"), place
    quoted = read_bytes(f"x: ['{word}', {{'{word}': 1}}]".encode(), Read("x.yaml"))
    assert (quoted.value, quoted.problems) == ({"x": (word, {word: 1})}, [])


PULUMI = """\
encryptionsalt: v1:U2FsdA==:v1:bm9uY2U=:Y2lwaGVy
encryptedkey: AQECAHgx
secretsprovider: awskms://alias/estate?region=eu-central-1
environment:
  - insurer/common
"""


def test_what_pulumi_writes_beside_the_facts_is_left_alone(tmp_path: Path) -> None:
    """N1: salts, keys, secrets and other namespaces are Pulumi's; nothing is decrypted."""
    estate = shipped(tmp_path)
    before = estate.plans()
    stack = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8").split("\n")
    kept = [line for line in stack if not line.startswith("encryptionsalt: ")]
    estate.add("Pulumi.dmz.yaml", "\n".join([*PULUMI.splitlines(), *kept]))
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:removal: allowed",
        "  estate:password: {secure: AAABAKx}\n  kubernetes:context: dmz\n"
        "  kubernetes:burst: 1.5\n  aws:since: 2026-01-31\n  pulumi:autonaming: ~\n"
        "  other:nested: {list: [yes, {secure: AAABAKx}]}\n  estate:removal: allowed",
    )
    loaded = estate.load()
    assert loaded.problems == ()
    assert estate.plans() == before
    assert "AAABAKx" not in repr(loaded.facts)
    assert set(loaded.facts["dmz"]) == set(shipped_keys(tmp_path))


def shipped_keys(folder: Path) -> set[str]:
    again = folder / "again"
    again.mkdir()
    return set(shipped(again).load().facts["dmz"])


def test_other_namespaces_cannot_bring_facts_in(tmp_path: Path) -> None:
    """N1: a merge key beside the facts would."""
    estate = shipped(tmp_path)
    estate.edit("Pulumi.dmz.yaml", "config:\n", "config:\n  <<: {estate:removal: allowed}\n")
    assert [problem.code for problem in estate.load().problems] == ["yaml-merge"]
