"""derive(loaded): every problem that shows only with all declarations in view, else the plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import IMAGES, Loaded
from estate.declarations.references import resolve
from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.reader.values import ZONES, Zone
from estate.topics.admission.checks import check_days, check_exceptions
from estate.topics.admission.plan.exceptions import plan_exceptions
from estate.topics.apps.checks.connections import check_connections
from estate.topics.apps.checks.containers import check_containers
from estate.topics.apps.checks.health import check_health
from estate.topics.apps.checks.log_files import check_log_files
from estate.topics.apps.checks.name_register import check_name_register
from estate.topics.apps.checks.needs import check_needs
from estate.topics.apps.checks.reserved_names import check_reserved
from estate.topics.apps.checks.rpc import check_rpc
from estate.topics.apps.checks.service_names import check_service_names
from estate.topics.apps.plan.apps import plan_app
from estate.topics.apps.plan.connections import plan_connections
from estate.topics.apps.plan.virtual_servers import plan_virtual_servers
from estate.topics.capacity.checks.limits import check_limits
from estate.topics.capacity.checks.pools import check_pools
from estate.topics.capacity.checks.scale import check_scale
from estate.topics.capacity.plan.scale import ceilings
from estate.topics.capacity.plan.services import service_pods
from estate.topics.control_plane.checks import check_masters
from estate.topics.control_plane.plan.masters import api_virtual_server, plan_masters
from estate.topics.delivery.checks.deployers import check_deployers
from estate.topics.delivery.checks.services import check_delivery
from estate.topics.dns.checks import check_names
from estate.topics.document_secrets.checks import check_bootstrap
from estate.topics.egress.checks import check_egress
from estate.topics.egress.plan.relays import plan_egress_addresses, plan_relays
from estate.topics.exposure.checks.addresses import check_addresses
from estate.topics.exposure.checks.balancers import check_balancers
from estate.topics.exposure.checks.clients import check_clients
from estate.topics.exposure.checks.keepalived import check_keepalived
from estate.topics.exposure.checks.metallb import check_metallb
from estate.topics.exposure.checks.network_ends import check_network_ends
from estate.topics.exposure.checks.virtual_servers import check_exposure
from estate.topics.exposure.plan.log_intake import plan_log_intake
from estate.topics.exposure.plan.metallb import plan_metallb
from estate.topics.firewall.checks import check_firewalls, check_orders
from estate.topics.firewall.plan.rows import plan_firewall_rows
from estate.topics.identity.checks.groups import check_groups
from estate.topics.identity.checks.issuers import check_identity
from estate.topics.identity.plan.access import platform_bindings
from estate.topics.logging.checks.logging import check_logging
from estate.topics.logging.plan.kibana import kibana_virtual_server
from estate.topics.mesh.checks import check_mesh
from estate.topics.monitoring.checks.monitoring import check_monitoring
from estate.topics.monitoring.checks.stored_secrets import check_secrets
from estate.topics.network.checks.packets import check_packets
from estate.topics.node_ports.checks import check_node_ports
from estate.topics.node_ports.plan import plan_node_ports
from estate.topics.nodes.checks import check_daemon_sets
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.placement import placement_of
from estate.topics.nodes.plan.pools import plan_pools
from estate.topics.registry.checks.control_plane_images import check_control_plane_images
from estate.topics.registry.checks.harbor import check_harbor
from estate.topics.registry.checks.registries import check_registries
from estate.topics.registry.checks.supply import check_bases
from estate.topics.registry.checks.unresolved_images import check_unresolved
from estate.topics.registry.plan.harbor import harbor_virtual_server
from estate.topics.registry.plan.registries import (
    plan_external_registry,
    plan_internal_registry,
    registry_virtual_server,
)
from estate.topics.registry.plan.supply import supplied_images
from estate.topics.routers.checks import check_routers
from estate.topics.routers.plan.routers import plan_routers
from estate.topics.storage.checks import check_storage
from estate.topics.tenancy.checks import check_tenants
from estate.topics.tenancy.plan.tenants import plan_tenants

_OF_IMAGES = {"no-control-plane-images", "no-platform-image", "unknown-image"}
"""Codes of a missing image: they are not reported for a file that could not be read."""


@dataclass(frozen=True)
class Derived:
    """The plan of each zone; empty when there is any problem."""

    plans: Mapping[Zone, Plan]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...] = ()
    """What is right today and near a limit."""


def derive(loaded: Loaded, *, allowing: frozenset[str] = frozenset()) -> Derived:
    """Both zones' plans from what was declared. Pure: the same declarations, the same plans.

    Problems of the codes in ``allowing`` are not looked at: the plans are those of an estate that
    could not be applied, to be compared with another.
    """
    problems = list(loaded.problems)
    if len(loaded.stacks) < len(ZONES):
        return Derived({}, tuple(problems))
    found, named = resolve(loaded)
    problems += named
    pools: dict[Zone, tuple[PoolPlan, ...]] = {
        zone: plan_pools(found, zone) for zone in ZONES if _adds_up(found.stack(zone))
    }
    found.ceilings = ceilings(found, pools)
    problems += check_addresses(found)
    problems += check_network_ends(found)
    problems += check_balancers(found)
    problems += check_keepalived(found)
    problems += check_masters(found)
    problems += check_bootstrap(found)
    problems += check_node_ports(found)
    problems += check_exposure(found)
    problems += check_health(found)
    problems += check_metallb(found)
    problems += check_packets(found)
    problems += check_registries(found)
    problems += check_harbor(found)
    problems += check_routers(found, loaded)
    problems += check_bases(found, loaded)
    problems += check_control_plane_images(found, loaded)
    problems += check_unresolved(found, loaded)
    problems += check_egress(found)
    problems += check_firewalls(found)
    problems += check_clients(found)
    problems += check_connections(found, loaded)
    problems += check_containers(found)
    problems += check_service_names(found)
    problems += check_needs(found)
    problems += check_storage(found, loaded)
    problems += check_rpc(found)
    problems += check_secrets(found, loaded)
    problems += check_scale(found, pools)
    problems += check_tenants(found)
    problems += check_reserved(found)
    problems += check_mesh(found)
    problems += check_identity(found)
    problems += check_groups(found)
    problems += check_deployers(found)
    problems += check_delivery(found)
    problems += check_names(found)
    problems += check_name_register(found, loaded)
    problems += check_exceptions(found)
    problems += check_daemon_sets(found)
    problems += check_logging(found, pools)
    problems += check_log_files(found)
    problems += check_monitoring(found, pools)
    problems += check_pools(found, pools, service_pods(found, pools))
    if IMAGES in loaded.unread:
        problems = [one for one in problems if one.code not in _OF_IMAGES]
    if problems := [one for one in problems if one.code not in allowing]:
        unique = dict.fromkeys(problems)
        return Derived({}, tuple(sorted(unique, key=lambda one: (one.source, one.code))))
    plans: dict[Zone, Plan] = {zone: _plan(found, zone, pools[zone]) for zone in ZONES}
    reckoned = check_limits(found.stacks, plans)
    if refused := [one for one in reckoned.problems if one.code not in allowing]:
        return Derived({}, tuple(sorted(refused, key=lambda one: (one.source, one.code))))
    return Derived(plans, (), reckoned.notices)


def derive_on(loaded: Loaded, today: date) -> Derived:
    """The same, on a day: what holds no longer, or not yet, is a problem too."""
    derived = derive(loaded)
    problems = [*derived.problems, *check_days(loaded, today), *check_orders(loaded, today)]
    if not problems:
        return derived
    return Derived({}, tuple(sorted(problems, key=lambda one: (one.source, one.code))))


def _adds_up(stack: Stack) -> bool:
    """Whether each node's size and pool are known: else a pool would seem too small."""
    pools = {pool.name for pool in stack.pools}
    return all(node.size in stack.node_sizes and node.pool in pools for node in stack.nodes)


def _plan(found: Catalogue, zone: Zone, pools: tuple[PoolPlan, ...]) -> Plan:
    stack = found.stack(zone)
    by_name = {pool.name: pool for pool in pools}
    declared = [app.value for app in found.apps if app.value.zone == zone]
    connections = plan_connections(found, zone)
    apps = tuple(plan_app(found, app, by_name[found.pool_of(app)], connections) for app in declared)
    external = plan_external_registry(found, zone)
    images = supplied_images(found, zone)
    routers = plan_routers(found, zone, pools)
    registry = registry_virtual_server(external) if external else None
    if stack.registry.harbor:
        registry = harbor_virtual_server(stack.registry.host, stack.registry.harbor)
    servers = plan_virtual_servers(
        apps, routers, registry, api_virtual_server(stack), kibana_virtual_server(found, zone)
    )
    intake = plan_log_intake(found, zone)
    return Plan(
        zone=zone,
        cluster=stack.cluster,
        network=stack.network,
        registry=stack.registry.host,
        harbor=stack.registry.harbor,
        external_registry=external,
        internal_registry=plan_internal_registry(found, zone, pools, images),
        supply=images,
        bootstrap=stack.bootstrap,
        load_balancer=stack.load_balancer,
        platform_load_balancer=stack.platform_load_balancer,
        dns=stack.dns,
        storage=stack.storage,
        nfs_filers=tuple(sorted(stack.nfs_filers, key=lambda filer: filer.name)),
        identity=stack.identity,
        masters=plan_masters(stack, found.images),
        pools=pools,
        tenants=plan_tenants(found, zone),
        apps=apps,
        routers=routers,
        virtual_servers=servers,
        firewalls=stack.firewalls,
        firewall_rows=plan_firewall_rows(found, zone, apps, servers, pools, intake),
        relays=plan_relays(found, zone, placement_of(pools, "egress")),
        egress_addresses=plan_egress_addresses(found, zone),
        metallb=plan_metallb(found, zone),
        node_ports=plan_node_ports(found, zone),
        bindings=platform_bindings(stack.identity, stack.platform_groups),
        exceptions=plan_exceptions(stack),
        images=found.platform_images(zone),
        monitoring=stack.monitoring,
        logging=stack.logging,
        log_intake=intake,
        protected=stack.removal == "protected",
    )
