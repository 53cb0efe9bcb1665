"""Reads an estate as one environment has it: stacks, tenants, apps, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from estate.declarations.environments import ENVIRONMENTS, Environments, environments
from estate.declarations.inventory_file import KEY, inventory, strays, with_inventory
from estate.declarations.overlay import absent, in_environment, wrong_environments
from estate.declarations.ports_in import ports_in
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
from estate.reader.stacks import UNNAMED, Environment
from estate.reader.validation import validate
from estate.reader.values import ZONES, Zone
from estate.reader.yaml_reader import Read, Value, read_file
from estate.topics.apps.declare.common import AppBase
from estate.topics.apps.declare.kinds import APP_KINDS, App
from estate.topics.exposure.declare.node_ports import NodePortRegister, RegisteredPort
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
    environment: Environment = UNNAMED
    """Whose declarations these are."""
    every_port: tuple[RegisteredPort, ...] = ()
    """The register as it stands, with the ports of all environments."""


def load(root: Path, environment: Environment | None = None) -> Loaded:
    """Everything declared under ``root``, as ``environment`` has it; the first one without it.

    Problems are returned, never raised.
    """
    known = environments(root)
    environment = environment or known.first
    problems: list[Problem] = [*known.problems]
    stacks: dict[Zone, Declared[Stack]] = {}
    facts: dict[Zone, Mapping[str, Value]] = {}
    secrets: dict[Zone, Mapping[str, bool]] = {}
    for zone in ZONES:
        name = environment.stack(zone)
        read = read_file(root / name.file, name.file)
        written, found = facts_of(read)
        secrets[zone] = stored_secrets(read)
        problems += found
        if written is None:
            continue
        facts[zone] = written
        rows = inventory(root, name)
        whole, positions = with_inventory(written, read, rows, name)
        found = [*rows.problems] if rows else []
        stack = _declared(Stack, whole, read, found, ("config",), NAMESPACE, positions)
        unread_nodes = rows is not None and rows.value is None
        problems += [problem for problem in found if not (unread_nodes and problem.key_path == KEY)]
        if stack is not None:
            stacks[zone] = stack
            problems += own_zone(stack, name)
    if not known.unread:
        problems += [*_other_stacks(root, known), *strays(root, known.stacks)]
    unread: set[str] = set()
    images = _single(Images, root, IMAGES, problems, unread)
    node_ports = _single(NodePortRegister, root, NODE_PORTS, problems, unread)
    every_port = node_ports.value.ports if node_ports else ()
    if node_ports is not None:
        node_ports, found = ports_in(node_ports, known, environment)
        problems += found
    lock = _single(ImagesLock, root, IMAGES_LOCK, problems, unread)
    here = _Here(known, environment, problems, unread)
    tenants = list(here.each(root, "tenants", _tenant))
    apps = list(here.each(root, "apps", _app))
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
        environment,
        every_port,
    )


_STRAY = f"Move it elsewhere, or name its environment in {ENVIRONMENTS}"


def _other_stacks(root: Path, known: Environments) -> Iterator[Problem]:
    """A problem for each stack file that no environment has: Pulumi would apply it unchecked."""
    own = {stack.file for stack in known.stacks}
    for path in sorted(root.glob("Pulumi.*.y*ml")):
        if path.name not in own:
            name = printable(path.name)
            yield _of_file(
                "unknown-stack",
                name,
                f"the stack of {name} is none of this estate's, so nothing of the file is read",
                " and ".join(sorted(own)),
                " ".join(filter(None, (did_you_mean(path.name, own), _STRAY))),
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


_Reader = Callable[[Read, Value, Positions, str, list[Problem]], Declared[M] | None]


@dataclass(frozen=True)
class _Here:
    """Reads folders of tenants or apps as one environment has them."""

    known: Environments
    environment: Environment
    problems: list[Problem]
    unread: set[str]

    def each(self, root: Path, folder: str, reader: _Reader[M]) -> Iterator[Declared[M]]:
        """Those that are in the environment, and could be read."""
        for path in _files(root / folder, folder, self.problems):
            read = read_file(path, f"{folder}/{printable(path.name)}")
            self.problems.extend([*read.problems, *wrong_environments(read, self.known)])
            value, positions = read.value, read.positions
            if isinstance(value, dict):
                if absent(value, self.environment):
                    continue
                value, positions = in_environment(value, positions, self.environment)
            found = None
            if value is not None:
                found = reader(read, value, positions, path.stem, self.problems)
            if found is not None:
                yield found
            else:
                self.unread.add(path.stem)


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


def _tenant(
    read: Read, value: Value, positions: Positions, stem: str, problems: list[Problem]
) -> Declared[Tenant] | None:
    declared = _declared(Tenant, value, read, problems, positions=positions)
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


def _app(
    read: Read, value: Value, positions: Positions, stem: str, problems: list[Problem]
) -> Declared[App] | None:
    if not isinstance(value, dict):
        return _declared(APP_KINDS["service"], value, read, problems)
    kind = value.get("kind")
    if isinstance(kind, str) and kind in APP_KINDS:
        return _declared(APP_KINDS[kind], value, read, problems, positions=positions)
    missing = "kind" not in value
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
    _declared(AppBase, value, read, found, positions=positions)
    certain = set[str](AppBase.model_fields)
    problems += [one for one in found if one.key_path.replace("[", ".").split(".")[0] in certain]
    return None
