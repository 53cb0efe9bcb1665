"""derive(loaded): every problem that shows only with all declarations in view, else the plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from estate.declare import Loaded, Problem
from estate.declare.load import IMAGES
from estate.declare.models import Stack
from estate.declare.models.values import ZONES, Zone
from estate.plan.access import check_groups, platform_bindings
from estate.plan.addresses import check_addresses
from estate.plan.apps import plan_app
from estate.plan.balancers import check_balancers
from estate.plan.catalogue import Catalogue
from estate.plan.clients import check_clients
from estate.plan.connections import check_connections, plan_connections
from estate.plan.containers import check_containers
from estate.plan.control_plane_images import check_control_plane_images
from estate.plan.daemon_set_checks import check_daemon_sets
from estate.plan.delivery import check_delivery
from estate.plan.deployers import check_deployers
from estate.plan.document_secrets import check_bootstrap
from estate.plan.egress import plan_egress_addresses, plan_relays
from estate.plan.egress_checks import check_egress
from estate.plan.exceptions import check_days, check_exceptions, plan_exceptions
from estate.plan.exposure import check_exposure
from estate.plan.firewall import check_firewalls, check_orders, plan_firewall_rows
from estate.plan.harbor import check_harbor, harbor_virtual_server
from estate.plan.identity import check_identity
from estate.plan.keepalived import check_keepalived
from estate.plan.log_access import kibana_virtual_server
from estate.plan.log_files import check_log_files
from estate.plan.log_intake import plan_log_intake
from estate.plan.logging_checks import check_logging
from estate.plan.masters import api_virtual_server, check_masters, plan_masters
from estate.plan.mesh import check_mesh
from estate.plan.metallb import check_metallb, plan_metallb
from estate.plan.model.pools import PoolPlan
from estate.plan.model.zone import Plan
from estate.plan.monitoring import check_monitoring
from estate.plan.names import check_names
from estate.plan.needs import check_needs
from estate.plan.node_ports import check_node_ports, plan_node_ports
from estate.plan.packets import check_packets
from estate.plan.placement import placement_of
from estate.plan.pools import check_pools, plan_pools
from estate.plan.references import resolve
from estate.plan.registries import (
    plan_external_registry,
    plan_internal_registry,
    registry_virtual_server,
)
from estate.plan.registry_checks import check_registries
from estate.plan.router_checks import check_routers
from estate.plan.routers import plan_routers
from estate.plan.rpc import check_rpc
from estate.plan.scale import ceilings, check_scale
from estate.plan.secrets import check_secrets
from estate.plan.service_names import check_service_names
from estate.plan.services import service_pods
from estate.plan.storage import check_storage
from estate.plan.supply import check_bases, supplied_images
from estate.plan.tenancy import check_tenants, plan_tenants
from estate.plan.virtual_servers import plan_virtual_servers

_OF_IMAGES = {"no-control-plane-images", "no-platform-image", "unknown-image"}
"""Codes that say an image is missing: of a file that could not be read nobody is told so."""


@dataclass(frozen=True)
class Derived:
    """The plan of each zone; empty when there is any problem."""

    plans: Mapping[Zone, Plan]
    problems: tuple[Problem, ...]


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
    problems += check_balancers(found)
    problems += check_keepalived(found)
    problems += check_masters(found)
    problems += check_bootstrap(found)
    problems += check_node_ports(found)
    problems += check_exposure(found)
    problems += check_metallb(found)
    problems += check_packets(found)
    problems += check_registries(found)
    problems += check_harbor(found)
    problems += check_routers(found, loaded)
    problems += check_bases(found, loaded)
    problems += check_control_plane_images(found, loaded)
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
    problems += check_mesh(found)
    problems += check_identity(found)
    problems += check_groups(found)
    problems += check_deployers(found)
    problems += check_delivery(found)
    problems += check_names(found)
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
    return Derived({zone: _plan(found, zone, pools[zone]) for zone in ZONES}, ())


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
