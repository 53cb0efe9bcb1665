"""Systems of delivery outside: who may use which, by which name (L1, L4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from estate.declare import Declared, Problem
from estate.declare.models import App, DeliveryService
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue, unknown
from estate.plan.delivery_access import DeliveryAccess
from estate.plan.model.egress import DatabaseName


def plan_delivery(catalogue: Catalogue, app: App) -> tuple[DeliveryAccess, ...]:
    """The systems that the app's pods may connect to, by name."""
    known = _services(catalogue, app.zone)
    return tuple(
        DeliveryAccess(name=name, address=known[name].address, port=known[name].port)
        for name in sorted(app.delivery)
    )


def delivery_names(catalogue: Catalogue, apps: Sequence[App]) -> tuple[DatabaseName, ...]:
    """The names by which the apps of one namespace find them, each once, as databases' are."""
    found = {
        one.name: DatabaseName(name=one.name, port=one.port, address=one.address, relays="")
        for app in apps
        if app.state == "active"
        for one in plan_delivery(catalogue, app)
    }
    return tuple(found[name] for name in sorted(found))


def _services(catalogue: Catalogue, zone: Zone) -> dict[str, DeliveryService]:
    return {one.name: one for one in catalogue.stack(zone).delivery}


def check_delivery(catalogue: Catalogue) -> Iterator[Problem]:
    """Names that mean one thing, and apps that use what their tenant may."""
    for stack in catalogue.stacks.values():
        seen: set[str] = set()
        for index, one in enumerate(stack.value.delivery):
            path: KeyPath = ("delivery", index, "name")
            if one.name in seen or one.name in catalogue.databases:
                what = "stands here again" if one.name in seen else "is a database's"
                found = f"the name '{one.name}' {what}"
                yield stack.problem("name-taken", path, found, "each name once")
            seen.add(one.name)
    for declared in catalogue.apps:
        yield from _uses(catalogue, declared)


def _uses(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    known = _services(catalogue, app.zone)
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
                f"Its owner adds the tenant in Pulumi.{app.zone}.yaml",
            )
