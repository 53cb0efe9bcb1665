"""Reads all declarations of an estate: both stacks, all tenants and apps, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from estate.declare.models import APP_KINDS, App, Stack, Tenant
from estate.declare.models.values import ZONES, Zone
from estate.declare.problems import Declared, KeyPath, Problem, Source, did_you_mean, shown
from estate.declare.validation import validate
from estate.declare.yaml_reader import Read, Value, read_file

CONFIG_LIMIT = 100 * 1024
"""The language host passes the configuration as one argument and fails at 128 KiB."""

NAMESPACE = "estate:"
_TOP_LEVEL = ("config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Loaded:
    """What was declared, as far as it could be read, and every problem found on the way."""

    stacks: Mapping[Zone, Declared[Stack]]
    tenants: tuple[Declared[Tenant], ...]
    apps: tuple[Declared[App], ...]
    facts: Mapping[Zone, Mapping[str, Value]]
    """Each stack file's ``estate:`` keys as written, to hold against the engine's configuration."""
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()
    """Names (of their files) that exist but could not be read: nobody is told they are missing."""


def load(root: Path) -> Loaded:
    """Everything declared under ``root``. Problems are returned, never raised."""
    problems: list[Problem] = []
    stacks: dict[Zone, Declared[Stack]] = {}
    facts: dict[Zone, Mapping[str, Value]] = {}
    for zone in ZONES:
        read = read_file(root / f"Pulumi.{zone}.yaml", f"Pulumi.{zone}.yaml")
        problems += read.problems
        written = _facts(read, problems)
        if written is None:
            continue
        facts[zone] = written
        found = _declared(Stack, written, read, problems, ("config",), NAMESPACE)
        if found is not None:
            stacks[zone] = found
            problems += _own_zone(found, zone)
    unread: set[str] = set()
    tenants = list(_each(root, "tenants", _tenant, problems, unread))
    apps = list(_each(root, "apps", _app, problems, unread))
    return Loaded(
        stacks,
        tuple(tenants),
        tuple(apps),
        facts,
        tuple(sorted(problems, key=_order)),
        frozenset(unread),
    )


def _order(problem: Problem) -> tuple[Source, str]:
    return problem.source, problem.code


_Reader = Callable[[Read, str, list[Problem]], Declared[M] | None]


def _each(
    root: Path, folder: str, reader: _Reader[M], problems: list[Problem], unread: set[str]
) -> Iterator[Declared[M]]:
    base = root / folder
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        name = f"{folder}/{path.name}"
        if path.name.startswith("."):
            continue
        if path.suffix != ".yaml":
            hint = "Rename it to .yaml" if path.suffix == ".yml" else ""
            problems.append(_problem("not-a-declaration", name, "a file that is not *.yaml", hint))
            continue
        read = read_file(path, name)
        problems += read.problems
        declared = reader(read, path.stem, problems) if read.value is not None else None
        if declared is not None:
            yield declared
        else:
            unread.add(path.stem)


def _problem(code: str, file: str, found: str, hint: str = "", allowed: str = "") -> Problem:
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
) -> Declared[M] | None:
    result, found = validate(model, value, read.positions, prefix)
    told = {problem.source for problem in read.problems}
    problems += [problem for problem in found if problem.source not in told]
    return Declared(result, read.positions, prefix, namespace) if result is not None else None


def _facts(read: Read, problems: list[Problem]) -> dict[str, Value] | None:
    """The ``estate:`` keys; what Pulumi itself writes beside them is left alone."""
    if read.value is None:
        return None
    top = read.value
    config = top.get("config") if isinstance(top, dict) else None
    if not isinstance(top, dict) or not isinstance(config, dict):
        problems.append(
            _problem(
                "no-config", read.file, "there is no mapping 'config'", "All facts stand under it"
            )
        )
        return None
    for key in top:
        if key not in _TOP_LEVEL:
            problems.append(
                Problem(
                    code="unknown-key",
                    source=read.positions.key((key,)),
                    key_path=key,
                    found=f"unknown key {shown(key)}; `pulumi config set` would drop it",
                    allowed=", ".join(_TOP_LEVEL),
                    hint=did_you_mean(key, _TOP_LEVEL) or "Facts stand under config: estate:*",
                )
            )
    facts = {
        key: value
        for key, value in config.items()
        if key.startswith(NAMESPACE) and not _is_secret(value)
    }
    size = len(repr(facts))
    if size > CONFIG_LIMIT:
        problems.append(
            Problem(
                code="config-too-large",
                source=read.positions.value(("config",)),
                key_path="config",
                found=f"about {size // 1024} KiB of facts, which Pulumi passes as one argument",
                allowed=f"at most {CONFIG_LIMIT // 1024} KiB",
                hint="Split the nodes over more clusters",
            )
        )
    return facts


def _is_secret(value: Value) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)


def _own_zone(stack: Declared[Stack], zone: Zone) -> list[Problem]:
    if stack.value.cluster.zone == zone:
        return []
    return [
        stack.problem(
            "wrong-zone",
            ("cluster", "zone"),
            f"the file of stack '{zone}' declares the zone '{stack.value.cluster.zone}'",
            zone,
        )
    ]


def _tenant(read: Read, stem: str, problems: list[Problem]) -> Declared[Tenant] | None:
    declared = _declared(Tenant, read.value, read, problems)
    if declared is not None and declared.value.tenant != stem:
        problems.append(
            declared.problem(
                "wrong-file",
                ("tenant",),
                f"tenant '{declared.value.tenant}' stands in the file of '{stem}'",
                f"the file {declared.value.tenant}.yaml, so that each tenant has one",
            )
        )
    return declared


def _app(read: Read, stem: str, problems: list[Problem]) -> Declared[App] | None:
    kind = read.value.get("kind") if isinstance(read.value, dict) else None
    if isinstance(kind, str) and kind in APP_KINDS:
        return _declared(APP_KINDS[kind], read.value, read, problems)
    if isinstance(read.value, dict):
        missing = "kind" not in read.value
        problems.append(
            Problem(
                code="missing-key" if missing else "not-a-choice",
                source=read.positions.value(("kind",)),
                key_path="kind",
                found="the key 'kind' is missing" if missing else f"found {shown(kind)}",
                allowed=", ".join(APP_KINDS),
                hint="" if missing else did_you_mean(str(kind), APP_KINDS),
            )
        )
    else:
        problems.append(
            _problem("wrong-type", read.file, "the file is not a mapping of keys to values")
        )
    return None
