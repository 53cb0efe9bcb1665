"""The firewall request: rules, objects, and the permissions behind them (F1, F2, E14).

Rules name nodes, load balancers and relays by address, and clients alone by range. The request is
complete: a rule that is gone from it may be taken off the firewall. What crosses no declared
firewall is not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from estate.documents.document import Document, Row, csv_text, json_text
from estate.documents.workbook import workbook
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.firewall.documents.fortios import fortios
from estate.topics.firewall.documents.outgoing import outgoing_document
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.known import KnownFirewall
from estate.topics.firewall.plan.peers import VRRP
from estate.topics.firewall.plan.permissions import (
    Permission,
    permissions,
    reason,
    rule_reason,
)
from estate.topics.firewall.plan.rules import GroupObject, Request, Rule, request
from estate.topics.firewall.plan.translations import in_use, translated, translation_name

COLUMNS = (
    "id",
    "action",
    "firewall",
    "source_zone",
    "source_node",
    "source_address",
    "destination_zone",
    "destination_name",
    "destination_address",
    "protocol",
    "port",
    "tenant",
    "app",
    "namespace",
    "owner",
    "ticket",
    "valid_until",
    "purpose",
    "reason",
    "rule",
)
"""Of permissions: one source, one destination."""

RULE_COLUMNS = (
    *("id", "action", "source_zone", "source", "destination_zone", "destination", "service"),
    "translation",
    *("tenant", "app", "namespace", "owner", "ticket", "valid_until", "purpose", "reason"),
)
OBJECT_COLUMNS = ("name", "kind", "value", "comment")
FIREWALL_COLUMNS = ("firewall", "declared_by", "outer_zone", "inner_zone", "rules", "comment")


def firewall_documents(plan: Plan) -> tuple[Document, ...]:
    """Of each firewall what its team imports; for programs all permissions in one file."""
    return tuple(_documents(plan))


def _documents(plan: Plan) -> Iterator[Document]:
    found = requested(plan)
    content = {
        "zone": plan.zone,
        "cluster": plan.of(ControlPlanePlan).cluster.name,
        "rows": permission_rows(plan, found),
    }
    yield Document("firewall/request.json", json_text(content))
    yield Document("firewall/firewalls.csv", csv_text(FIREWALL_COLUMNS, _firewalls(plan)))
    yield outgoing_document(plan)
    for known in plan.of(FirewallPlan).known:
        own = [rule for rule in found.rules if rule.firewall == known.declared.name]
        if own:
            yield from _of_firewall(known, own, found)


def _of_firewall(known: KnownFirewall, own: list[Rule], found: Request) -> Iterator[Document]:
    folder = f"firewall/{known.declared.name}"
    rules = [_rule(known, rule) for rule in own]
    objects = [*_objects(own, found), *_translations(known, own)]
    if "csv" in known.declared.formats:
        yield Document(f"{folder}/rules.csv", csv_text(RULE_COLUMNS, rules))
        yield Document(f"{folder}/objects.csv", csv_text(OBJECT_COLUMNS, objects))
    if "xlsx" in known.declared.formats:
        yield workbook(f"{folder}/rules.xlsx", "rules", RULE_COLUMNS, rules)
        yield workbook(f"{folder}/objects.xlsx", "objects", OBJECT_COLUMNS, objects)
    if "fortios" in known.declared.formats:
        yield fortios(known, own, found)


def requested(plan: Plan) -> Request:
    """The zone's rules and their objects."""
    return request(permitted(plan), plan.of(FirewallPlan).sets, plan.environment)


def permitted(plan: Plan) -> tuple[Permission, ...]:
    """What the zone's rules let through."""
    firewall = plan.of(FirewallPlan)
    return permissions(firewall.rows, firewall.known)


def permission_rows(plan: Plan, found: Request | None = None) -> list[Row]:
    """Each permission, with the rule that it is part of."""
    found = found or requested(plan)
    rules = {permission.id: rule.id for rule in found.rules for permission in rule.permissions}
    return [_row(permission, rules[permission.id]) for permission in permitted(plan)]


def _row(one: Permission, rule: str) -> Row:
    row = one.row
    return {
        "id": one.id,
        "action": "allow",
        "firewall": row.firewall,
        "source_zone": one.source_side,
        "source_node": row.source_node,
        "source_address": str(row.source_address),
        "destination_zone": one.destination_side,
        "destination_name": row.destination_name,
        "destination_address": str(row.destination_address),
        "protocol": row.protocol.lower(),
        "port": row.port,
        **_needed(one),
        "reason": reason(one, row.source_node),
        "rule": rule,
    }


def _needed(one: Permission) -> Row:
    return {
        "tenant": one.tenants,
        "app": one.apps,
        "namespace": one.namespaces,
        "owner": one.owners,
        "ticket": one.tickets,
        "valid_until": str(one.valid_until or ""),
        "purpose": one.row.purpose,
    }


def _rule(known: KnownFirewall, rule: Rule) -> Row:
    first = rule.permissions[0]
    return {
        "id": rule.id,
        "action": "allow",
        "source_zone": first.source_side,
        "source": rule.source,
        "destination_zone": first.destination_side,
        "destination": rule.destination,
        "service": rule.service,
        "translation": " ".join(
            translation_name(translation) for translation in translated(known, rule)
        ),
        **_needed(first),
        "reason": rule_reason(first),
    }


def _objects(own: Iterable[Rule], found: Request) -> Iterator[Row]:
    """Addresses, then the groups that name them, then services: what is named is there before."""
    own = list(own)
    named = [
        found.objects[name] for name in sorted({n for r in own for n in (r.source, r.destination)})
    ]
    groups = [one for one in named if isinstance(one, GroupObject)]
    single = [one for one in named if not isinstance(one, GroupObject)]
    addresses = {one.name: one for one in (*single, *(m for g in groups for m in g.members))}
    for name in sorted(addresses, key=lambda name: addresses[name].network):
        one = addresses[name]
        yield _object_row(name, "address", _value(one.network), one.comment)
    for group in groups:
        members = " ".join(member.name for member in group.members)
        yield _object_row(group.name, "address group", members, "")
    for service in sorted({rule.service for rule in own}):
        value = f"ip/{VRRP}" if service == "vrrp" else service.replace("-", "/")
        yield _object_row(service, "service", value, "")


def _translations(known: KnownFirewall, own: Iterable[Rule]) -> Iterator[Row]:
    for translation in in_use(known, own):
        value = f"{translation.public} to {translation.virtual}"
        yield _object_row(
            translation_name(translation), "translation", value, "public to virtual address"
        )


def _object_row(name: str, kind: str, value: str, comment: str) -> Row:
    return {"name": name, "kind": kind, "value": value, "comment": comment}


def _value(network: IPv4Network) -> str:
    return str(network.network_address) if network.prefixlen == 32 else str(network)


def _firewalls(plan: Plan) -> Iterator[Row]:
    """Every firewall of either zone, and where its rules stand: with the zone that connects."""
    with_rules = {row.firewall for row in plan.of(FirewallPlan).rows}
    for known in plan.of(FirewallPlan).known:
        name, other = known.declared.name, known.declared.source_zone
        own = name in with_rules
        elsewhere = (
            f"rules for connections that start in {other} are part of the request of {other}"
        )
        yield {
            "firewall": name,
            "declared_by": known.zone,
            "outer_zone": known.outer,
            "inner_zone": known.inner,
            "rules": f"firewall/{name}" if own else "none",
            "comment": elsewhere if other and other != plan.zone else "",
        }
