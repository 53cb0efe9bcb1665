"""Files that are wrong as files: their bytes, their size, or that they are no files at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

QUOTE = "apps/quote-dmz.yaml"
GOOD = (
    "app: quote\ntenant: motor\nzone: dmz\nkind: service\nowner: quote@harbour.example\n"
    f"image: motor/quote@sha256:{'0' * 64}\nreplicas: 2\nsize: {{cpu: 500m, memory: 1Gi}}\n"
    "health: /healthz\nlisten: {port: 8080}\n"
)


@dataclass(frozen=True, kw_only=True)
class BadFile:
    """What stands at ``name`` instead of a declaration, and what the message has to say."""

    code: str
    make: Callable[[Path], object]
    name: str = QUOTE
    at: str = "1:1"
    """Empty where it depends on lines of the shipped file that have nothing to do with it."""
    found: str
    allowed: str = ""
    hint: str = ""


def _bytes(raw: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(raw)


def _sparse(path: Path) -> None:
    path.write_bytes(b"")
    os.truncate(path, 50 * 2**20)


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.yaml")


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _facts(count: int) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        lines = "".join(
            f"    - {{name: more-n{number:04d}, address: 10.10.{4 + number // 250}."
            f"{number % 250 + 1}, rack: rack-a, size: medium, pool: shared}}\n"
            for number in range(count)
        )
        path.write_text(text.replace("10.10.1.0/24", "10.10.0.0/16") + lines, encoding="utf-8")

    return write


def _table(text: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")

    return write


HEAD = "name,address,rack,size,pool\n"
COLUMNS = "name, address, rack, size, pool"
ROW = "dmz-n99,10.10.1.99,rack-a,medium,shared\n"

FILES = (
    BadFile(
        code="unknown-inventory",
        make=_table(HEAD),
        name="nodes/dmzz.csv",
        found="no stack has this file of nodes",
        allowed="dmz.csv, dmz.yaml, intranet.csv, intranet.yaml",
        hint="Did you mean 'dmz.csv'?",
    ),
    BadFile(
        code="nodes-twice",
        make=_table(HEAD + ROW),
        name="nodes/dmz.csv",
        found="the nodes of dmz stand in the stack file too",
        allowed="estate:nodes in Pulumi.dmz.yaml, or nodes/dmz.csv",
    ),
    BadFile(
        code="empty-table",
        make=_table("# nodes of the zone\n\n"),
        name="nodes/dmz.csv",
        found="the table has no line",
        allowed=COLUMNS,
    ),
    BadFile(
        code="unknown-column",
        make=_table(HEAD.replace("\n", ",rak\n")),
        name="nodes/dmz.csv",
        at="1:29",
        found="unknown column 'rak'",
        allowed=COLUMNS,
        hint="Did you mean 'rack'?",
    ),
    BadFile(
        code="columns",
        make=_table("name;address;rack;size\n"),
        name="nodes/dmz.csv",
        found="the column 'pool' is missing",
        allowed=COLUMNS,
    ),
    BadFile(
        code="cells",
        make=_table(f"{HEAD}# one too many\n{ROW.strip()},x\n"),
        name="nodes/dmz.csv",
        at="3:1",
        found="6 cells in a table of 5 columns",
        allowed=COLUMNS,
    ),
    BadFile(
        code="unknown-stack",
        make=_bytes(b"config: {}\n"),
        name="Pulumi.test-dmz.yaml",
        found="the stack of Pulumi.test-dmz.yaml is none of this estate's",
        allowed="Pulumi.dmz.yaml and Pulumi.intranet.yaml",
    ),
    BadFile(code="empty", make=_bytes(b""), found="the file is empty"),
    BadFile(code="empty", make=_bytes(b"# nothing yet\n"), found="the file is empty"),
    BadFile(
        code="byte-order-mark",
        make=_bytes(b"\xef\xbb\xbf" + GOOD.encode()),
        found="the file begins with a byte order mark",
        allowed="UTF-8 without one",
        hint="Save it as 'UTF-8'",
    ),
    BadFile(
        code="byte-order-mark",
        make=_bytes(GOOD.encode("utf-16")),
        found="the file begins with a byte order mark",
        allowed="UTF-8 without one",
    ),
    BadFile(
        code="unprintable",
        make=_bytes(GOOD.encode("utf-16-le")),
        at="1:2",
        found="U+0000, a control character, cannot be seen",
    ),
    BadFile(
        code="not-utf-8",
        make=_bytes(GOOD.replace("owner: quote", "owner: qu\xf6te").encode("latin-1")),
        at="5:10",
        found="byte 0xf6 is not UTF-8",
        allowed="UTF-8",
    ),
    BadFile(
        code="unprintable",
        make=_bytes(GOOD.replace("health: /", "health: \0/").encode()),
        at="9:9",
        found="U+0000, a control character, cannot be seen",
        allowed="text that prints",
    ),
    BadFile(
        code="unprintable",
        make=_bytes(GOOD.replace("app: quote", "app: \x1b[31mquote").encode()),
        at="1:6",
        found="U+001B, a control character, cannot be seen",
    ),
    BadFile(
        code="unprintable",
        make=_bytes(GOOD.replace("app: quote", "app: quo\u202ete").encode()),
        at="1:9",
        found="U+202E, right-to-left override, cannot be seen",
    ),
    BadFile(
        code="file-too-large",
        make=_sparse,
        found="the file has 52,428,800 bytes",
        allowed="at most 1,048,576 bytes",
    ),
    BadFile(code="too-deep", make=_bytes(b"[" * 100_000), at="1:17", found="nested deeper"),
    BadFile(code="too-deep", make=_bytes(b"a: {" * 100_000), at="1:64", found="nested deeper"),
    BadFile(code="too-deep", make=_bytes(b"- " * 100_000), at="1:33", found="nested deeper"),
    BadFile(code="not-a-file", make=_folder, found="this is not a regular file"),
    BadFile(code="not-a-file", make=_dangling, found="this link has no target file"),
    BadFile(code="unreadable", make=_circle, found="the file cannot be read"),
    BadFile(code="not-a-file", make=_pipe, found="this is not a regular file"),
    BadFile(
        code="missing-file",
        name="Pulumi.dmz.yaml",
        make=Path.unlink,
        found="there is no such file",
        hint="Is this the folder of an estate?",
    ),
    BadFile(
        code="not-a-declaration",
        name="apps/new.yml",
        make=_bytes(GOOD.encode()),
        found="this is not a *.yaml file, so it is not read",
        allowed="files apps/*.yaml",
        hint="Did you mean 'new.yaml'?",
    ),
    BadFile(
        code="not-a-declaration",
        name="tenants/README.md",
        make=_bytes(b"# Tenants\n"),
        found="this is not a *.yaml file, so it is not read",
        hint="Move it elsewhere",
    ),
    BadFile(
        code="not-a-declaration",
        name="apps/team-a",
        make=_folder,
        found="this is not a *.yaml file, so it is not read",
    ),
    BadFile(
        code="config-too-large",
        name="Pulumi.dmz.yaml",
        make=_facts(1200),
        at="",
        found="KiB of facts, which Pulumi passes as one argument",
        allowed="at most 100 KiB",
        hint="Move the nodes to a file of their own, nodes/<stack>.csv",
    ),
    BadFile(code="yaml-null", make=_bytes(b"---\n"), at="2:1", found="an empty value"),
    BadFile(
        code="wrong-type",
        make=_bytes(b"- app: quote\n"),
        found="found a list",
        allowed="a mapping of keys to values",
    ),
    BadFile(
        code="no-config",
        name="Pulumi.dmz.yaml",
        make=_bytes(b"encryptionsalt: v1:abc\n"),
        found="there is no mapping 'config'",
        allowed="config: with the facts below it",
    ),
)
