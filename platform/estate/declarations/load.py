"""Reads all declarations of an estate: both stacks, all tenants and apps, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from estate.declarations.inventory_file import KEY, inventory, strays, with_inventory
from estate.declarations.stack import Stack
from estate.declarations.stack_file import NAMESPACE, facts_of, own_zone, stored_secrets
from estate.reader.keys import description
from estate.reader.problems import (
    Declared,
    KeyPath,
    Positions,
    Problem,
    Source,
    did_you_mean,
    printable,
    shown,
)
from estate.reader.validation import validate
from estate.reader.values import ZONES, Zone
from estate.reader.yaml_reader import Read, Value, read_file
from estate.topics.apps.declare.common import AppBase
from estate.topics.apps.declare.kinds import APP_KINDS, App
from estate.topics.exposure.declare.node_ports import NodePortRegister
from estate.topics.registry.declare.images import Images
from estate.topics.registry.declare.images_lock import ImagesLock
from estate.topics.tenancy.declare.tenants import Tenant

M = TypeVar("M", bound=BaseModel)

IMAGES = "images.yaml"
"""Where the platform's own images stand."""
IMAGES_LOCK = "images.lock.yaml"
"""Where their digests stand."""
NODE_PORTS = "registers/node-ports.yaml"
"""Where it stands who holds which node port."""


@dataclass(frozen=True)
class Loaded:
    """What was declared, as far as it could be read, and every problem found on the way."""

    stacks: Mapping[Zone, Declared[Stack]]
    tenants: tuple[Declared[Tenant], ...]
    apps: tuple[Declared[App], ...]
    facts: Mapping[Zone, Mapping[str, Value]]
    """Each stack file's ``estate:`` keys as written, to hold against the engine's configuration."""
    problems: tuple[Problem, ...]
    secrets: Mapping[Zone, Mapping[str, bool]] = field(
        default_factory=dict[Zone, Mapping[str, bool]]
    )
    """By name, what each stack's file keeps for apps, and whether it is encrypted."""
    unread: frozenset[str] = frozenset()
    """Names (of their files) that exist but could not be read: they are not reported as missing."""
    images: Declared[Images] | None = None
    """The platform's own images; None where there is no ``images.yaml`` that could be read."""
    node_ports: Declared[NodePortRegister] | None = None
    """The register of node ports; None where there is no file of it that could be read."""
    images_lock: Declared[ImagesLock] | None = None
    """Digests of the platform's own images; None where there is no file of them."""


def load(root: Path) -> Loaded:
    """Everything declared under ``root``. Problems are returned, never raised."""
    problems: list[Problem] = []
    stacks: dict[Zone, Declared[Stack]] = {}
    facts: dict[Zone, Mapping[str, Value]] = {}
    secrets: dict[Zone, Mapping[str, bool]] = {}
    for zone in ZONES:
        read = read_file(root / f"Pulumi.{zone}.yaml", f"Pulumi.{zone}.yaml")
        written, found = facts_of(read)
        secrets[zone] = stored_secrets(read)
        problems += found
        if written is None:
            continue
        facts[zone] = written
        rows = inventory(root, zone)
        whole, positions = with_inventory(written, read, rows, zone)
        found = [*rows.problems] if rows else []
        stack = _declared(Stack, whole, read, found, ("config",), NAMESPACE, positions)
        unread_nodes = rows is not None and rows.value is None
        problems += [problem for problem in found if not (unread_nodes and problem.key_path == KEY)]
        if stack is not None:
            stacks[zone] = stack
            problems += own_zone(stack, zone)
    problems += [*_other_stacks(root), *strays(root)]
    unread: set[str] = set()
    images = _single(Images, root, IMAGES, problems, unread)
    node_ports = _single(NodePortRegister, root, NODE_PORTS, problems, unread)
    lock = _single(ImagesLock, root, IMAGES_LOCK, problems, unread)
    tenants = list(_each(root, "tenants", _tenant, problems, unread))
    apps = list(_each(root, "apps", _app, problems, unread))
    return Loaded(
        stacks,
        tuple(tenants),
        tuple(apps),
        facts,
        tuple(sorted(problems, key=_order)),
        secrets,
        frozenset(unread),
        images,
        node_ports,
        lock,
    )


def _other_stacks(root: Path) -> Iterator[Problem]:
    """A problem for each stack file that no zone has: Pulumi would apply it unchecked."""
    own = {f"Pulumi.{zone}.yaml" for zone in ZONES}
    for path in sorted(root.glob("Pulumi.*.y*ml")):
        if path.name not in own:
            name = printable(path.name)
            yield _of_file(
                "unknown-stack",
                name,
                f"the stack of {name} is none of this estate's, so nothing of the file is read",
                " and ".join(sorted(own)),
                did_you_mean(path.name, own) or "Move it elsewhere",
            )


def _single(
    model: type[M], root: Path, name: str, problems: list[Problem], unread: set[str]
) -> Declared[M] | None:
    """What stands in a file of which there is one, or none."""
    path = root / name
    if not path.exists():
        return None
    read = read_file(path, name)
    problems += read.problems
    found = _declared(model, read.value, read, problems) if read.value is not None else None
    if found is None:
        unread.add(name)
    return found


def _order(problem: Problem) -> tuple[Source, str]:
    return problem.source, problem.code


_Reader = Callable[[Read, str, list[Problem]], Declared[M] | None]


def _each(
    root: Path, folder: str, reader: _Reader[M], problems: list[Problem], unread: set[str]
) -> Iterator[Declared[M]]:
    for path in _files(root / folder, folder, problems):
        name = f"{folder}/{printable(path.name)}"
        read = read_file(path, name)
        declared = reader(read, path.stem, problems) if read.value is not None else None
        problems += read.problems
        if declared is not None:
            yield declared
        else:
            unread.add(path.stem)


def _files(folder: Path, name: str, problems: list[Problem]) -> list[Path]:
    """The declarations in a folder; what is neither one nor hidden is a problem."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(
            _of_file("unreadable", name, f"this is no folder to read: {error.strerror}")
        )
        return []
    files: list[Path] = []
    for path in entries:
        if path.suffix == ".yaml" and not path.name.startswith("."):
            files.append(path)
        elif not path.name.startswith("."):
            problems.append(
                _of_file(
                    "not-a-declaration",
                    f"{name}/{printable(path.name)}",
                    "this is not a *.yaml file, so it is not read",
                    f"files {name}/*.yaml",
                    f"Did you mean '{printable(path.stem)}.yaml'?"
                    if path.suffix.lower() in (".yml", ".yaml")
                    else "Move it elsewhere",
                )
            )
    return files


def _of_file(code: str, file: str, found: str, allowed: str = "", hint: str = "") -> Problem:
    return Problem(
        code=code, source=Source(file), key_path="", found=found, allowed=allowed, hint=hint
    )


def _declared(
    model: type[M],
    value: object,
    read: Read,
    problems: list[Problem],
    prefix: KeyPath = (),
    namespace: str = "",
    positions: Positions | None = None,
) -> Declared[M] | None:
    positions = positions or read.positions
    result, found = validate(model, value, positions, prefix)
    if read.problems:
        # What the reader refused has no type yet: say one thing about it, not two.
        told = {problem.source for problem in read.problems}
        about_keys = ("missing-key", "unknown-key")
        found = [one for one in found if one.code in about_keys or one.source not in told]
    problems += found
    return Declared(result, positions, prefix, namespace) if result is not None else None


def _tenant(read: Read, stem: str, problems: list[Problem]) -> Declared[Tenant] | None:
    declared = _declared(Tenant, read.value, read, problems)
    if declared is not None and declared.value.tenant != stem:
        problems.append(
            declared.problem(
                "wrong-file",
                ("tenant",),
                f"tenant '{declared.value.tenant}' stands in the file of {shown(stem)}",
                f"the file {declared.value.tenant}.yaml, so that each tenant has one",
            )
        )
    return declared


def _app(read: Read, stem: str, problems: list[Problem]) -> Declared[App] | None:
    if not isinstance(read.value, dict):
        return _declared(APP_KINDS["service"], read.value, read, problems)
    kind = read.value.get("kind")
    if isinstance(kind, str) and kind in APP_KINDS:
        return _declared(APP_KINDS[kind], read.value, read, problems)
    missing = "kind" not in read.value
    source = read.positions.value(("kind",))
    if missing or source not in {problem.source for problem in read.problems}:
        problems.append(
            Problem(
                code="missing-key" if missing else "not-a-choice",
                source=source,
                key_path="kind",
                found="the key 'kind' is missing" if missing else f"found {shown(kind)}",
                allowed=", ".join(APP_KINDS),
                hint=" ".join(description(one, ("kind",)) for one in APP_KINDS.values())
                if missing
                else did_you_mean(str(kind), APP_KINDS),
            )
        )
    # The kind decides about some keys; what is wrong with the others shows already.
    found: list[Problem] = []
    _declared(AppBase, read.value, read, found)
    certain = set[str](AppBase.model_fields)
    problems += [one for one in found if one.key_path.replace("[", ".").split(".")[0] in certain]
    return None
