"""Machines of an inventory as nodes of a stack, and what could not be carried over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from estate.importing import ansible, kubectl, tables
from estate.importing.machine import Machine, Unreadable
from estate.reader.amounts import Cpu, Memory
from estate.topics.nodes.plan.pools import POOL_LABEL

SLACK_PERCENT = 10
"""The kernel keeps a part of a machine's memory, so that a node says less than was bought."""


_CPU: TypeAdapter[int] = TypeAdapter(Cpu)
_MEMORY: TypeAdapter[int] = TypeAdapter(Memory)


@dataclass(frozen=True, kw_only=True)
class Size:
    """A size of nodes that the stack declares."""

    cpu: int
    """Millicores."""
    memory: int
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the stack file says already."""

    sizes: Mapping[str, Size]
    pools: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Rows of a file of nodes, and what a person has to decide."""

    rows: tuple[tuple[str, ...], ...]
    """In the order of :data:`estate.importing.tables.FIELDS`; empty where nothing is known."""
    left: tuple[str, ...]
    """What was not carried over, and why."""


def machines(path: Path, columns: Mapping[str, str]) -> tuple[Machine, ...]:
    """What the file holds, by its name's end and its first character. Raises
    :class:`Unreadable`."""
    if path.suffix == ".xlsx":
        return tables.machines_of_xlsx(path, columns)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise Unreadable(f"it cannot be read: {trouble}") from None
    if path.suffix in (".csv", ".tsv"):
        return tables.machines_of_csv(text, columns)
    if text.lstrip().startswith("{"):
        return kubectl.machines(text)
    if path.suffix in (".yaml", ".yml"):
        return ansible.machines_of_yaml(text)
    return ansible.machines_of_ini(text)


def imported(found: Iterable[Machine], known: Known, pools: Mapping[str, str]) -> Imported:
    """``pools``: by ``label=value``, ``label`` or group of the inventory, the pool that it means;
    a label without value takes its value for the pool's name."""
    rows: list[tuple[str, ...]] = []
    left: list[str] = []
    for machine in found:
        if machine.master:
            left.append(f"{machine.name}: a master; masters stand in estate:masters")
            continue
        size, why_size = _size(machine, known)
        pool = _pool(machine, pools)
        row = (machine.name, machine.address, machine.rack, size, pool)
        rows.append(row)
        left += [f"{machine.name}: {why}" for why in _missing(machine, row, why_size, known)]
    return Imported(rows=tuple(rows), left=tuple(left))


def _missing(one: Machine, row: Sequence[str], why_size: str, known: Known) -> Iterable[str]:
    _, address, rack, size, pool = row
    if not address:
        yield "no address in the inventory"
    if not rack:
        yield "no rack: no label topology.kubernetes.io/zone and no variable or column 'rack'"
    if not size:
        yield why_size
    if not pool:
        groups = f" (groups: {', '.join(sorted(one.groups))})" if one.groups else ""
        yield f"no pool: name one for a label or a group, such as --pool GROUP=POOL{groups}"
    elif pool not in known.pools:
        yield f"the pool '{pool}' is not declared in estate:pools"


def _size(one: Machine, known: Known) -> tuple[str, str]:
    """The declared size of that machine, or why there is none."""
    if one.size:
        return one.size, ""
    if not one.cpu:
        return "", "no size: the inventory does not say how large the machine is"
    fits = [
        name
        for name, size in known.sizes.items()
        if size.cpu == one.cpu
        and 100 * one.memory >= (100 - SLACK_PERCENT) * size.memory
        and one.memory <= size.memory
    ]
    if len(fits) == 1:
        return fits[0], ""
    what = f"{one.cpu / 1000:g} cores and {one.memory / 2**30:.1f} GiB"
    if fits:
        return "", f"no size: {what} fit {' and '.join(fits)}"
    return "", f"no size of estate:node_sizes has {what}"


def _pool(one: Machine, pools: Mapping[str, str]) -> str:
    if one.pool:
        return one.pool
    for what, pool in pools.items():
        label, _, value = what.partition("=")
        if one.labels.get(label) and value in ("", one.labels[label]):
            return pool or one.labels[label]
        if what in one.groups:
            return pool or what
    return one.labels.get(POOL_LABEL, "")


def known_of(stack: Path) -> Known:
    """Sizes and pools of a stack file that need not be whole yet: it has no nodes so far."""
    try:
        read: dict[str, Any] = yaml.safe_load(stack.read_text(encoding="utf-8")) or {}
        config: dict[str, Any] = read["config"]
        declared: dict[str, dict[str, Any]] = config.get("estate:node_sizes") or {}
        sizes = {
            str(name): Size(
                cpu=_CPU.validate_python(one["cpu"]), memory=_MEMORY.validate_python(one["memory"])
            )
            for name, one in declared.items()
        }
        named: list[dict[str, Any]] = config.get("estate:pools") or []
        pools = frozenset(str(one["name"]) for one in named)
    except FileNotFoundError:
        raise Unreadable("there is no such file. Is this the folder of an estate?") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError):
        raise Unreadable("its sizes and pools cannot be read: run `estate check`") from None
    return Known(sizes=sizes, pools=pools)
