"""Systems of delivery outside: who may use which, by which name (L1, L4)."""

from __future__ import annotations

from collections.abc import Sequence

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.delivery.declare import DeliveryService
from estate.topics.delivery.plan.access import DeliveryAccess
from estate.topics.egress.plan.model import DatabaseName


def plan_delivery(catalogue: Catalogue, app: App) -> tuple[DeliveryAccess, ...]:
    """The systems that the app's pods may connect to, by name."""
    known = services(catalogue, app.zone)
    return tuple(
        DeliveryAccess(name=name, address=known[name].address, port=known[name].port)
        for name in sorted(app.delivery)
    )


def delivery_names(catalogue: Catalogue, apps: Sequence[App]) -> tuple[DatabaseName, ...]:
    """The names by which the apps of one namespace find them, each once, as databases' are."""
    found = {
        delivery_access.name: DatabaseName(
            name=delivery_access.name,
            port=delivery_access.port,
            address=delivery_access.address,
            relays="",
        )
        for app in apps
        if app.state == "active"
        for delivery_access in plan_delivery(catalogue, app)
    }
    return tuple(found[name] for name in sorted(found))


def services(catalogue: Catalogue, zone: Zone) -> dict[str, DeliveryService]:
    return {
        delivery_service.name: delivery_service
        for delivery_service in catalogue.stack(zone).delivery
    }
