"""An estate as it is, before an addition."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from estate.authoring.insertion import NoPlace, has, with_item, with_key
from estate.authoring.values import Mistake
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import did_you_mean
from estate.reader.values import Zone

Files = dict[str, str]
"""By name below the estate's folder, the whole text of each file."""


@dataclass(frozen=True)
class Present:
    """An estate as it is, without problems."""

    root: Path
    loaded: Loaded

    def stack(self, zone: Zone) -> Stack:
        """The facts of a zone."""
        return self.loaded.stacks[zone].value

    def file(self, zone: Zone) -> str:
        """The file with the facts of a zone."""
        return self.loaded.environment.stack(zone).file

    def text(self, file: str) -> str:
        """The text of a file; empty where there is none."""
        path = self.root / file
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def owner_of(self, tenant: str) -> str:
        """The mailbox of a tenant."""
        owners = {one.value.tenant: one.value.owner for one in self.loaded.tenants}
        return owners[self.tenant(tenant)]

    def tenant(self, name: str) -> str:
        """The name, which is that of a tenant."""
        return _known(name, [tenant.value.tenant for tenant in self.loaded.tenants], "tenant")

    def pool(self, zone: Zone, name: str) -> str:
        """The name, which is that of a pool of the zone."""
        return _known(name, [pool.name for pool in self.stack(zone).pools], f"pool of {zone}")


def _known(name: str, names: list[str], what: str) -> str:
    if name in names:
        return name
    hint = did_you_mean(name, names)
    raise Mistake(
        f"There is no {what} '{name}'. Allowed: {', '.join(names)}.{f' {hint}' if hint else ''}"
    )


def with_list_item(present: Present, zone: Zone, key: str, item: str) -> Files:
    """The stack file with one item more in the list of a fact."""
    file, path = present.file(zone), ("config", f"estate:{key}")
    with by_hand(file, path[1], item):
        return {file: with_item(present.text(file), path, item, _before(key))}


def with_name(present: Present, zone: Zone, tenant: str, host: str) -> Files:
    """The stack file with one name more of a tenant."""
    file, path = present.file(zone), ("config", "estate:tenant_names", tenant)
    text = present.text(file)
    with by_hand(file, ".".join(path[1:]), host):
        if has(text, path):
            return {file: with_item(text, path, host)}
        return {file: with_key(text, path, f"[{host}]", _before("tenant_names"))}


@contextmanager
def by_hand(file: str, where: str, item: str) -> Generator[None]:
    """Says what to write by hand where a file has no line for it."""
    try:
        yield
    except NoPlace as error:
        raise Mistake(
            f"{file}: {error}, so nothing was added. Write it by hand at {where}: {item}"
        ) from None


def _before(key: str) -> list[str]:
    """The keys of a stack that stand before ``key`` in its model."""
    names = list(Stack.model_fields)
    return [f"estate:{name}" for name in names[: names.index(key)]]
