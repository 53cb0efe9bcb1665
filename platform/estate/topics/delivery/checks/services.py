"""Checks of delivery services."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.kinds import App
from estate.topics.delivery.plan.services import services


def check_delivery(catalogue: Catalogue) -> Iterator[Problem]:
    """Names that mean one thing, and apps that use what their tenant may."""
    for stack in catalogue.stacks.values():
        seen: set[str] = set()
        for index, delivery_service in enumerate(stack.value.delivery):
            path: KeyPath = ("delivery", index, "name")
            if delivery_service.name in seen:
                found = f"the name '{delivery_service.name}' stands here again"
                yield stack.problem("name-taken", path, found, "each name once")
            seen.add(delivery_service.name)
    for declared in catalogue.apps:
        yield from _uses(catalogue, declared)


def _uses(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    known = services(catalogue, app.zone)
    for index, name in enumerate(app.delivery):
        path: KeyPath = ("delivery", index)
        if name not in known:
            yield unknown(declared, "unknown-delivery", path, name, known)
        elif app.tenant not in known[name].tenants:
            yield declared.problem(
                "delivery-of-others",
                path,
                f"'{name}' does not serve the tenant '{app.tenant}'",
                ", ".join(known[name].tenants),
                f"Its owner adds the tenant in {catalogue.stack_file(app.zone)}",
            )
