"""Registries: the one outside the cluster, and its address (G1 to G3)."""

from __future__ import annotations

from estate.declare.models.values import Zone
from estate.plan.catalogue import Catalogue
from estate.plan.model import (
    ExternalRegistryPlan,
    MonitorPlan,
    RegistryServerPlan,
    ServerPlan,
    VirtualServerPlan,
)


def plan_external_registry(catalogue: Catalogue, zone: Zone) -> ExternalRegistryPlan | None:
    """The zone's registry outside the cluster; None where somebody else runs it."""
    declared = catalogue.stack(zone).registry
    external = declared.external
    if external is None:
        return None
    filer = catalogue.filers[(zone, external.filer)]
    return ExternalRegistryPlan(
        host=declared.host,
        owner=external.owner,
        servers=tuple(
            RegistryServerPlan(name=one.name, address=one.address)
            for one in sorted(external.servers, key=lambda one: one.name)
        ),
        port=external.port,
        filer=filer.name,
        filer_address=filer.address,
        directory=f"{filer.export.rstrip('/')}/{external.directory}",
        http_secret=external.http_secret,
        users=external.users,
        tls=external.tls,
        deletable=external.deletion == "allowed",
        vip=ServerPlan(address=external.vip.address, port=external.vip.port),
        sticky=external.vip.stickiness == "source",
    )


def registry_virtual_server(registry: ExternalRegistryPlan) -> VirtualServerPlan:
    """The address in front of the machines: a client stays with one of them (G2, G3, X10).

    TLS ends at the machines. Whoever is not logged in is answered with 401 at ``/v2/``: a registry
    that does so is well, and one whose storage is gone answers 503.
    """
    return VirtualServerPlan(
        name="registry",
        names=(registry.host.partition(":")[0],),
        partition="platform",
        owner=registry.owner,
        address=registry.vip.address,
        port=registry.vip.port,
        members=tuple(sorted(one.address for one in registry.servers)),
        member_port=registry.port,
        monitor=MonitorPlan(kind="https", path="/v2/", host=registry.host, statuses=(200, 401)),
        stickiness="source" if registry.sticky else "none",
        snat="auto",
        clients=(),
    )
