"""What an estate declares already, as far as an import has to know it.

Apps are read as they are written: an estate that is being filled has problems, and an app without
its virtual server is exactly what an import is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.values import Protocol, Zone

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class WrittenApp:
    """One file of apps/, as it is written."""

    file: str
    keys: Json

    @property
    def app(self) -> str:
        """Its name."""
        return str(self.keys.get("app", ""))

    @property
    def owner(self) -> str:
        """As the register of node ports names it."""
        return f"{self.keys.get('tenant', '')}/{self.app}"

    def part(self, key: str) -> Json:
        """A mapping below a key; an empty one where there is none."""
        found = self.keys.get(key)
        return cast("Json", found) if isinstance(found, dict) else {}


@dataclass(frozen=True, kw_only=True)
class Present:
    """One zone of an estate."""

    zone: Zone
    stack: Stack
    apps: tuple[WrittenApp, ...]
    node_ports: Mapping[tuple[int, Protocol], str]
    """The owner of each, by the register and by the apps' own files."""
    pools: Mapping[str, frozenset[str]]
    """The addresses of each pool's nodes."""
    namespaces: Mapping[str, str]
    """The pool of each tenant's namespaces, by ``<tenant>`` and ``<tenant>-<namespace>``."""

    @property
    def nodes(self) -> frozenset[str]:
        """The addresses of all nodes."""
        return frozenset(str(node.address) for node in self.stack.nodes)

    def pool_of(self, app: WrittenApp) -> str:
        """The pool whose nodes run the app; empty where its tenant does not say it."""
        if pool := app.keys.get("pool"):
            return str(pool)
        space = f"-{app.keys['namespace']}" if app.keys.get("namespace") else ""
        return self.namespaces.get(f"{app.keys.get('tenant', '')}{space}", "")


def present(root: Path, loaded: Loaded, zone: Zone) -> Present | None:
    """The zone as it is declared; None where its stack file cannot be read."""
    if zone not in loaded.stacks:
        return None
    stack = loaded.stacks[zone].value
    apps = tuple(one for one in written_apps(root) if one.keys.get("zone") == zone)
    ports: dict[tuple[int, Protocol], str] = {}
    for app in apps:
        for key, protocol in (("listen", "TCP"), ("udp", "UDP")):
            if isinstance(port := app.part(key).get("node_port"), int):
                ports[port, "UDP" if protocol == "UDP" else "TCP"] = app.owner
    register = loaded.node_ports.value.ports if loaded.node_ports else ()
    ports |= {(one.port, one.protocol): one.owner for one in register if one.zone == zone}
    pools: dict[str, set[str]] = {}
    for node in stack.nodes:
        pools.setdefault(node.pool, set()).add(str(node.address))
    namespaces: dict[str, str] = {}
    for tenant in loaded.tenants:
        if shared := tenant.value.zones.get(zone):
            namespaces[tenant.value.tenant] = shared.pool
            for name, further in shared.namespaces.items():
                namespaces[f"{tenant.value.tenant}-{name}"] = further.pool
    return Present(
        zone=zone,
        stack=stack,
        apps=apps,
        node_ports=ports,
        pools={name: frozenset(addresses) for name, addresses in pools.items()},
        namespaces=namespaces,
    )


def written_apps(root: Path) -> list[WrittenApp]:
    """Every file of apps/ that is a mapping."""
    found: list[WrittenApp] = []
    for path in sorted((root / "apps").glob("*.yaml")):
        try:
            read: object = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if isinstance(read, dict):
            found.append(WrittenApp(file=f"apps/{path.name}", keys=cast("Json", read)))
    return found
