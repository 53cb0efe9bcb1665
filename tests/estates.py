"""Small estates for tests: the shipped one, copied and changed as a person would change it.

estate = shipped(tmp_path)
estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 5")
estate.plans()["dmz"]
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from estate.cli.images_lock_file import as_text
from estate.declarations.load import Loaded, load
from estate.derivation import derive, derive_on
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.reader.values import Zone
from estate.topics.exposure.declare.node_ports import RegisteredPort
from estate.topics.node_ports.register_file import with_entry
from estate.topics.registry.declare.images_lock import Pin
from estate.topics.registry.declare.resolved_images import references

TODAY = date(2026, 3, 1)
"""The day on which tests check estates."""

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Estate:
    """A folder of declarations. Changes return the estate, so that they chain."""

    root: Path

    def edit(self, file: str, old: str, new: str) -> Estate:
        """Replace the one place where ``old`` stands; a test whose edit misses is no test."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        return self.add(file, text.replace(old, new))

    def add(self, file: str, text: str) -> Estate:
        """Write a file, over an existing one too."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self

    def give(self, zone: Zone, tenant: str, name: str) -> Estate:
        """Give ``tenant`` a name more in ``zone``."""
        return self.edit(f"Pulumi.{zone}.yaml", f"    {tenant}: [", f"    {tenant}: ['{name}', ")

    def assign(self, zone: Zone, owner: str, port: int) -> Estate:
        """Give ``owner`` (``<tenant>/<app>`` or ``platform/<service>``) a node port."""
        register = self.root / "registers/node-ports.yaml"
        entry = RegisteredPort(zone=zone, port=port, protocol="TCP", owner=owner)
        register.write_text(with_entry(register.read_text(encoding="utf-8"), entry))
        return self

    def port(self, zone: Zone, owner: str, port: int) -> Estate:
        """Give ``owner`` (``<tenant>/<app>``) another node port, in the register and its file."""
        register = self.root / "registers/node-ports.yaml"
        entry = re.compile(rf"(zone: {zone}, port: )([0-9]+)(, protocol: TCP, owner: {owner}\}})")
        found = entry.search(register.read_text(encoding="utf-8"))
        assert found, f"{owner} has no port in zone {zone}"
        text = entry.sub(rf"\g<1>{port}\3", register.read_text(encoding="utf-8"))
        register.write_text(text, encoding="utf-8")
        app = self.root / f"apps/{owner.split('/')[1]}-{zone}.yaml"
        text = app.read_text(encoding="utf-8")
        app.write_text(text.replace(f"node_port: {found[2]}", f"node_port: {port}"))
        return self

    def protected(self, zone: Zone) -> Estate:
        """Protect the zone from removal; every image has a digest then."""
        images = self.load().images
        assert images
        lock = self.load().images_lock
        known = dict(lock.value.digests) if lock else {}
        for reference in references(images.value):
            pin = Pin(digest=f"sha256:{'1' * 64}", resolved_by="a test", resolved_at="2026-03-01")
            known.setdefault(reference.reference, pin)
        self.add("images.lock.yaml", as_text(known))
        stack = f"Pulumi.{zone}.yaml"
        return self.edit(stack, "estate:removal: allowed", "estate:removal: protected")

    def without_calls_to_reserving(self) -> Estate:
        """Nothing of the other zone connects to the app reserving, so that it may leave."""
        self.edit("Pulumi.dmz.yaml", "      - {app: reserving, port: 15433}\n", "")
        entry = "  - {app: reserving, zone: intranet, via: egress}"
        return self.edit("apps/claim-intake-dmz.yaml", entry, "  []")

    def remove(self, file: str) -> Estate:
        """Delete a file, which must exist."""
        (self.root / file).unlink()
        return self

    def load(self) -> Loaded:
        """What the loader makes of the files."""
        return load(self.root)

    def problems(self) -> tuple[Problem, ...]:
        """Every problem, of the loader and of the plan, on :data:`TODAY`."""
        return derive_on(self.load(), TODAY).problems

    def plans(self) -> Mapping[Zone, Plan]:
        """Both zones' plans; fails with the problems where there are any."""
        derived = derive(self.load())
        assert not derived.problems, "\n".join(str(problem) for problem in derived.problems)
        return derived.plans


def shipped(folder: Path) -> Estate:
    """The estate that ships, copied into an empty part of ``folder``."""
    root = folder / "estate"
    root.mkdir()
    for stack in sorted(REPOSITORY.glob("Pulumi.*.yaml")):
        shutil.copy(stack, root)
    for file in ("images.yaml", "images.lock.yaml"):
        shutil.copy(REPOSITORY / file, root)
    for part in ("tenants", "apps", "registers"):
        shutil.copytree(REPOSITORY / part, root / part)
    return Estate(root)
