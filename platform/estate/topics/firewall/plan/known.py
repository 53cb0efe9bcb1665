"""Firewalls of both zones by name: their sides, and the orders of their rows (F2, E14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from ipaddress import IPv4Network

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.declare.firewalls import Firewall, FirewallOrder, StandingOrder
from estate.topics.egress.plan.firewall_row import FirewallRow


@dataclass(frozen=True, kw_only=True)
class KnownFirewall:
    """A firewall of either zone."""

    declared: Firewall
    zone: Zone
    """The zone whose stack declares it."""
    nodes: IPv4Network
    """Of that zone."""
    order: StandingOrder | None
    """Of that zone: its team is the firewall's."""

    @property
    def outer(self) -> str:
        """The side that connections come from, as rules name it."""
        if self.declared.zones:
            return self.declared.zones.outer
        if self.declared.source_zone:
            return self.declared.source_zone
        beyond = {
            "vips": "outside",
            "nodes": f"{self.zone}-vips",
            "servers": self.zone,
            "peers": f"{self.zone}-peers",
        }
        return beyond[self.declared.before or "vips"]

    @property
    def inner(self) -> str:
        """The side of what stands behind it, as rules name it."""
        if self.declared.zones:
            return self.declared.zones.inner
        # Before virtual addresses it stands before all of the zone.
        inside = self.declared.before in ("nodes", "servers", "peers")
        return f"{self.zone}-{self.declared.before}" if inside else self.zone

    def sides(self, row: FirewallRow) -> tuple[str, str]:
        """From which side to which a row's connections go: an interface follows from each."""
        of_nodes = IPv4Network(row.source_address).subnet_of(self.nodes)
        match self.declared.before:
            case "servers" | "peers":
                outwards = False
            case "nodes":
                outwards = of_nodes
            case _:
                inside = not (of_nodes and self.declared.nodes_cross)
                outwards = row.source_zone == self.zone and inside
        return (self.inner, self.outer) if outwards else (self.outer, self.inner)

    def until(self, order: FirewallOrder | None) -> date | None:
        """The last day of rows under an app's order, or under the stack's.

        It follows from declared days alone. A span from today would move with every render: the
        same declarations would give another document each day, and no rule would ever end.
        """
        if order and order.expires:
            return order.expires
        ordered = (order and order.ordered) or (self.order and self.order.ordered)
        days = self.declared.valid_days or (self.order and self.order.valid_days)
        return ordered + timedelta(days=days) if ordered and days else None


def known_firewalls(catalogue: Catalogue, zone: Zone) -> tuple[KnownFirewall, ...]:
    """Each name once. Where both zones use a name, the zone's own firewall has it."""
    found: dict[str, KnownFirewall] = {}
    for at, stack in sorted(catalogue.stacks.items(), key=lambda one: one[0] != zone):
        for firewall in stack.value.firewalls:
            known = KnownFirewall(
                declared=firewall,
                zone=at,
                nodes=stack.value.network.nodes,
                order=stack.value.firewall_order,
            )
            found.setdefault(firewall.name, known)
    return tuple(found[name] for name in sorted(found))


def under_orders(
    rows: Iterable[FirewallRow], apps: Mapping[str, App], known: Iterable[KnownFirewall]
) -> Iterator[FirewallRow]:
    """Rows with ticket and last day: of the app that needs them, otherwise of the stack."""
    by_name = {one.declared.name: one for one in known}
    for row in rows:
        firewall = by_name[row.firewall]
        app = apps.get(row.app)
        own = app.firewall if app and app.tenant == row.tenant else None
        standing = firewall.order.ticket if firewall.order else ""
        yield replace(row, ticket=own.ticket if own else standing, valid_until=firewall.until(own))
