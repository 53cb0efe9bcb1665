"""The AS3 declaration: what the F5 does for each exposed app (E3, E5, E7, E8).

Users keep address and port (E5). Members are nodes, not pods, so an app that scales changes
nothing here (E8). The declaration depends on the inventory and on what apps declare, on no
clock and on nothing that the device answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from estate.documents.document import Document, json_text
from estate.plan import Plan
from estate.reader.stacks import Environment
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.documents.access_logs import AccessLog
from estate.topics.exposure.documents.as3_model import (
    ADC,
    TEXT_LIMIT,
    Application,
    As3Name,
    Monitor,
    Pool,
    PoolMember,
    Service,
    SnatPool,
    Tenant,
    Text,
)
from estate.topics.exposure.documents.partitions import partition_of
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.balancers import carried
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan

_PERSISTENCE: Mapping[str, tuple[Literal["source-address", "cookie"], ...]] = {
    "none": (),
    "source": ("source-address",),
    "cookie": ("cookie",),
}


def f5_documents(plan: Plan) -> tuple[Document, ...]:
    """The declaration for the zone's F5, where it has one."""
    return tuple(
        Document("f5/as3.json", json_text(declaration(plan, balancer, servers).rendered()))
        for balancer, servers in carried(plan)
        if isinstance(balancer, F5)
    )


@dataclass(frozen=True)
class _Device:
    f5: F5
    environment: Environment
    intake: LogIntakePlan | None

    def partition(self, tenant: str) -> As3Name:
        return partition_of(self.environment, tenant)

    def logs(self, server: VirtualServerPlan) -> AccessLog | None:
        if self.intake is None or not self.intake.takes(self.f5.name):
            return None
        return AccessLog(
            device=self.f5.name,
            partition=str(self.partition(server.partition)),
            application=str(As3Name(server.name)),
            said=f"{server.partition}/{server.name}",
            members=PoolMember(
                servicePort=self.intake.node_port, serverAddresses=self.intake.members
            ),
        )


def declaration(plan: Plan, device: F5, servers: tuple[VirtualServerPlan, ...]) -> ADC:
    """A partition for each tenant that is or was reached from outside."""
    found = _Device(device, plan.environment, plan.of(ExposurePlan).log_intake)
    return ADC(
        id=f"estate-{plan.stack}",
        label=Text("estate"),
        remark=Text(f"cluster {plan.of(ControlPlanePlan).cluster.name}"),
        tenants=tuple(_tenants(found, servers)),
    )


def _tenants(device: _Device, found: tuple[VirtualServerPlan, ...]) -> Iterator[Tenant]:
    """A tenant whose last virtual server retired stands here empty: left out, AS3 would keep it.
    One that never had any does not appear."""
    for tenant, servers in groupby(found, key=lambda virtual_server: virtual_server.partition):
        yield Tenant(
            name=device.partition(tenant),
            label=Text(tenant),
            applications=tuple(
                _application(device, tuple(of_one))
                for _, of_one in groupby(
                    (server for server in servers if server.running),
                    key=lambda virtual_server: virtual_server.name,
                )
            ),
        )


def _application(device: _Device, servers: tuple[VirtualServerPlan, ...]) -> Application:
    """All that one app is reached by: TCP, and UDP beside it."""
    server = servers[0]
    return Application(
        name=As3Name(server.name),
        label=Text(f"{server.partition}/{server.name}"),
        # Never cut: half a mailbox is nobody's. The service's metadata has it whole.
        remark=Text(server.owner) if len(server.owner) <= TEXT_LIMIT else None,
        services=tuple(_service(device, virtual_server) for virtual_server in servers),
    )


def _service(device: _Device, server: VirtualServerPlan) -> Service:
    addresses = device.f5.snat_pool(server.partition) if server.snat == "auto" else ()
    return Service(
        name=f"service{_suffix(server)}",
        virtualAddress=server.address,
        virtualPort=server.port,
        clients=tuple(client for client in server.clients if client.prefixlen),
        pool=_pool(server),
        persistenceMethods=_PERSISTENCE[server.stickiness],
        snat=SnatPool(addresses=addresses) if addresses else server.snat,
        http=server.reads_http,
        serverTLS=server.tls,
        udp=server.protocol == "UDP",
        logged=device.logs(server),
        metadata={"app": server.name, "owner": server.owner, "tenant": server.partition},
    )


def _suffix(server: VirtualServerPlan) -> str:
    return "_udp" if server.protocol == "UDP" else ""


def _pool(server: VirtualServerPlan) -> Pool:
    """Every member is asked for the app's health through the node port.

    Under ``traffic_policy: Local`` that is what takes nodes without a replica out (X3).
    """
    members = PoolMember(servicePort=server.member_port, serverAddresses=server.members)
    return Pool(
        name=f"pool{_suffix(server)}",
        members=(members,),
        monitor=_monitor(server.monitor, f"monitor{_suffix(server)}"),
        loadBalancingMode="round-robin",
    )


def _monitor(monitor: MonitorPlan, name: str) -> Monitor:
    """AS3 wants line ends spelled out: a backslash and a letter, which BIG-IP turns into bytes."""
    timeout = 3 * monitor.interval + 1  # F5: three questions, and a second
    if monitor.kind == "tcp":
        return Monitor(
            name=name, kind="tcp", port=monitor.port, interval=monitor.interval, timeout=timeout
        )
    lines = (
        f"GET {monitor.path} HTTP/1.1",
        f"Host: {monitor.host}",
        "Connection: close",
        "",
        "",
    )
    statuses = "|".join(str(status) for status in monitor.statuses)
    expected = f"({statuses})" if len(monitor.statuses) > 1 else statuses
    return Monitor(
        name=name,
        send=r"\r\n".join(lines),
        receive=f"HTTP/1.[01] {expected}",
        kind=monitor.kind,
        port=monitor.port,
        interval=monitor.interval,
        timeout=timeout,
    )
