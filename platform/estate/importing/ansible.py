"""Hosts of an Ansible inventory, INI or YAML, with kubespray's groups and variables.

https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html. Variables of groups
count, those of a host before them, and those of the innermost group before those of its parents.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as NotIni
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from estate.importing.machine import Machine, Unreadable

MASTERS = frozenset({"kube_control_plane", "kube-master"})
NODES = frozenset({"kube_node", "kube-node"})
"""Kubespray's groups, by their present and their former names."""

Variables = dict[str, Any]


@dataclass
class _Group:
    hosts: dict[str, Variables] = field(default_factory=dict[str, Variables])
    children: list[str] = field(default_factory=list[str])
    variables: Variables = field(default_factory=dict[str, Any])


def machines_of_ini(text: str) -> tuple[Machine, ...]:
    """Of an inventory in Ansible's INI form. Raises :class:`Unreadable`."""
    # A line of hosts is a key as a whole; no character separates it from a value.
    parser = ConfigParser(
        allow_no_value=True,
        delimiters=("\0",),
        strict=False,
        interpolation=None,
        default_section="\0",
        comment_prefixes=("#", ";"),
    )
    parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    try:
        parser.read_string(f"[ungrouped]\n{text}")
        groups = {name: _Group() for name in parser.sections() if ":" not in name}
        for section in parser.sections():
            name, _, kind = section.partition(":")
            group = groups.setdefault(name, _Group())
            for line in parser[section]:
                _line(group, kind, line)
    except (NotIni, ValueError) as trouble:
        raise Unreadable(f"it is no INI inventory of Ansible: {trouble}") from None
    return _machines(groups)


def _line(group: _Group, kind: str, line: str) -> None:
    if kind == "children":
        group.children.append(line.strip())
        return
    if kind == "vars":
        name, _, value = line.partition("=")
        group.variables[name.strip()] = value.strip()
        return
    pattern, *given = shlex.split(line, comments=True)
    variables = dict(one.split("=", 1) for one in given if "=" in one)
    for host in _expanded(pattern):
        group.hosts.setdefault(host, {}).update(variables)


def _expanded(pattern: str) -> Iterator[str]:
    """``node[01:03]`` is three hosts."""
    match = re.search(r"\[(\d+):(\d+)(?::(\d+))?\]", pattern)
    if match is None:
        yield pattern
        return
    first, last, step = match.groups()
    for number in range(int(first), int(last) + 1, int(step or 1)):
        name = f"{pattern[: match.start()]}{number:0{len(first)}d}{pattern[match.end() :]}"
        yield from _expanded(name)


def machines_of_yaml(text: str) -> tuple[Machine, ...]:
    """Of an inventory in Ansible's YAML form. Raises :class:`Unreadable`."""
    groups: dict[str, _Group] = {}
    try:
        found = yaml.safe_load(text)
        for name, body in found.items():
            _read(groups, str(name), body or {})
    except (yaml.YAMLError, AttributeError, TypeError, ValueError):
        raise Unreadable("it is no YAML inventory of Ansible") from None
    return _machines(groups)


def _read(groups: dict[str, _Group], name: str, body: Mapping[str, Any]) -> None:
    group = groups.setdefault(name, _Group())
    hosts: dict[str, Variables | None] = body.get("hosts") or {}
    for pattern, variables in hosts.items():
        for host in _expanded(str(pattern)):
            group.hosts.setdefault(host, {}).update(variables or {})
    group.variables.update(body.get("vars") or {})
    children: dict[str, Variables | None] = body.get("children") or {}
    for child, inner in children.items():
        group.children.append(str(child))
        _read(groups, str(child), inner or {})


def _machines(groups: Mapping[str, _Group]) -> tuple[Machine, ...]:
    own: dict[str, Variables] = {}
    of: dict[str, set[str]] = {}
    for name in sorted(groups, key=lambda one: (one not in ("all", "ungrouped"), one)):
        for host, inside in _of_groups(groups, name, frozenset()).items():
            own.setdefault(host, {}).update(inside)
            of.setdefault(host, set()).add(name)
    for group in groups.values():
        for host, variables in group.hosts.items():
            own[host] |= variables
    if not own:
        raise Unreadable("it names no host")
    kubespray = any(groups & NODES for groups in of.values())
    return tuple(
        _machine(name, variables, frozenset(of[name]))
        for name, variables in own.items()
        # Kubespray's inventory has etcd, load balancers and bastions, too.
        if not kubespray or of[name] & (MASTERS | NODES)
    )


def _of_groups(
    groups: Mapping[str, _Group], name: str, above: frozenset[str]
) -> dict[str, Variables]:
    """The group's hosts and its children's, each with the variables of the groups on the way."""
    group = groups.get(name)
    if group is None or name in above:
        return {}
    found: dict[str, Variables] = {host: {} for host in group.hosts}
    for child in group.children:
        for host, variables in _of_groups(groups, child, above | {name}).items():
            found.setdefault(host, {}).update(variables)
    return {host: {**group.variables, **variables} for host, variables in found.items()}


def _machine(name: str, variables: Variables, groups: frozenset[str]) -> Machine:
    given = variables.get("node_labels")
    labels = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    address = next(
        (str(variables[key]) for key in ("ip", "access_ip", "ansible_host") if variables.get(key)),
        "",
    )
    return Machine(
        name=name,
        address=address,
        rack=str(labels.get("topology.kubernetes.io/zone") or variables.get("rack") or ""),
        pool=str(variables.get("pool") or ""),
        size=str(variables.get("size") or ""),
        labels={str(key): str(value) for key, value in labels.items()},
        groups=groups,
        master=bool(groups & MASTERS) and not groups & NODES,
    )
