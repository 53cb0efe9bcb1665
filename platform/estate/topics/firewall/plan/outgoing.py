"""What the platform's own machines connect to outside of their cluster (B1, E14, I4).

Every connection is here once, with the firewalls that it crosses. Those of apps (databases,
destinations) and of load balancers have rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from estate.declarations.catalogue import Catalogue
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.exposure.declare.node_ports import PLATFORM
from estate.topics.firewall.plan.connections import (
    NTP,
    Outgoing,
    Source,
    before_servers,
    machines_of,
)
from estate.topics.firewall.plan.storage import filers, registry_machines
from estate.topics.identity.declare.issuers import port_of
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan


def plan_outgoing(catalogue: Catalogue, zone: Zone, plan: Plan) -> tuple[Outgoing, ...]:
    """Of one zone: sign-in, clocks, what masters send off, alerts, probes, files, registries."""
    return (
        *_issuers(catalogue, zone, plan),
        *_time(catalogue, zone, plan),
        *_backups(catalogue, zone, plan),
        *_audit(catalogue, zone, plan),
        *_alerts(catalogue, zone, plan),
        *_probes(catalogue, zone, plan),
        *filers(catalogue, zone, plan),
        *registry_machines(catalogue, zone, plan),
    )


def outgoing_rows(zone: Zone, outgoing: tuple[Outgoing, ...]) -> Iterator[FirewallRow]:
    """One row for each source and each firewall; of apps there are rows already."""
    for one in (each for each in outgoing if not each.of_apps):
        for firewall in one.firewalls:
            for name, address in one.sources:
                yield FirewallRow(
                    tenant=PLATFORM,
                    app=one.component,
                    namespace="",
                    owner=one.owner,
                    firewall=firewall,
                    source_zone=zone,
                    source_node=name,
                    source_address=address,
                    destination_zone=one.destination_zone,
                    destination_name=one.server,
                    destination_address=one.address,
                    port=one.port,
                    protocol=one.protocol,
                    purpose=one.purpose,
                    what=f"{one.server} {one.address}",
                )


def _issuers(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """API servers fetch each issuer's keys, and again when it signs with a new one."""
    stack = catalogue.stack(zone)
    masters = plan.of(ControlPlanePlan).masters
    if masters is None:
        return
    known: dict[str, tuple[Zone, Firewall]] = {
        firewall.name: (at, firewall) for at, other in _firewalls(catalogue) for firewall in other
    }
    for issuer in stack.identity.issuers:
        if issuer.address is None:  # which has been refused
            continue
        yield Outgoing(
            component="kube-apiserver",
            sources=tuple((master.name, master.address) for master in masters.masters),
            server=f"issuer {issuer.name}",
            owner=masters.owner,
            address=issuer.address,
            port=port_of(issuer.url),
            protocol="TCP",
            purpose="sign-in",
            destination_zone=_behind(zone, [known[one] for one in issuer.across if one in known]),
            firewalls=issuer.across,
        )


def _firewalls(catalogue: Catalogue) -> Iterator[tuple[Zone, tuple[Firewall, ...]]]:
    for zone, stack in catalogue.stacks.items():
        yield zone, stack.value.firewalls


def _behind(zone: Zone, crossed: list[tuple[Zone, Firewall]]) -> Zone | Literal["outside"]:
    """Where a connection of ``zone`` ends that crosses these."""
    for at, firewall in crossed:
        if firewall.source_zone == zone:
            return at
    return "outside" if crossed else zone


def _time(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    time = catalogue.stack(zone).time
    for address in time.servers if time else ():
        yield Outgoing(
            component="chronyd",
            sources=machines_of(plan),
            server="time server",
            owner=time.owner if time else "",
            address=address,
            port=NTP,
            protocol="UDP",
            purpose="time",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
        )


def _backups(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    masters = plan.of(ControlPlanePlan).masters
    to = masters.backups if masters else None
    if masters and to:
        yield Outgoing(
            component="etcd-backup",
            sources=tuple((master.name, master.address) for master in masters.masters),
            server="backups of etcd",
            owner=to.owner,
            address=to.address,
            port=to.port,
            protocol="TCP",
            purpose="backups",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
        )


def _audit(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    masters = plan.of(ControlPlanePlan).masters
    to = masters.audit.receiver if masters else None
    if masters and to:
        yield Outgoing(
            component="rsyslog",
            sources=tuple((master.name, master.address) for master in masters.masters),
            server=f"audit receiver {to.name}",
            owner=to.owner,
            address=to.address,
            port=to.port,
            protocol="TCP",
            purpose="audit log",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
        )


def _alerts(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """Alertmanager runs on the nodes of the role monitoring."""
    declared = catalogue.stack(zone).monitoring
    if declared is None:
        return
    sources = _monitoring(plan)
    mail = [(f"mail server {declared.mail.host}", declared.mail.address, declared.mail.port)]
    hooks = [
        (f"webhook {webhook.name}", webhook.address, port_of(webhook.url))
        for webhook in declared.webhooks
    ]
    for server, address, port in (*mail, *hooks):
        yield Outgoing(
            component="alertmanager",
            sources=sources,
            server=server,
            owner=declared.owner,
            address=address,
            port=port,
            protocol="TCP",
            purpose="alerts",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
        )


def _monitoring(plan: Plan) -> tuple[Source, ...]:
    pools = [one for one in plan.of(NodesPlan).pools if one.role == "monitoring"]
    return tuple((node.name, node.address) for pool in pools for node in pool.nodes)


def _probes(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """Each machine of the registry is asked at its own address, beside the one in front."""
    registry = plan.of(RegistryPlan)
    outside = registry.external or registry.harbor
    if catalogue.stack(zone).monitoring is None or outside is None:
        return
    for machine in sorted(outside.servers, key=lambda one: one.name):
        yield Outgoing(
            component="blackbox-exporter",
            sources=_monitoring(plan),
            server=f"registry machine {machine.name}",
            owner=outside.owner,
            address=machine.address,
            port=outside.port,
            protocol="TCP",
            purpose="probes",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
        )
