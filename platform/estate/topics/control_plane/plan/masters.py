"""Masters in HA: a majority whatever rack is lost, one endpoint in front of them (A3)."""

from __future__ import annotations

from estate.declarations.stack import Stack
from estate.topics.control_plane.plan.model import API_PORT, MasterPlan, MastersPlan
from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.masters_pair import masters_pair
from estate.topics.exposure.plan.model import API_SERVER, MonitorPlan, VirtualServerPlan
from estate.topics.registry.declare.resolved_images import ResolvedImages
from estate.topics.registry.plan.control_plane_images import (
    DIRECTORY,
    control_plane_images,
    release_of,
)


def plan_masters(stack: Stack, images: ResolvedImages) -> MastersPlan | None:
    """The zone's masters; None where somebody else runs the control plane."""
    declared = stack.masters
    if declared is None:
        return None
    size, release = stack.node_sizes[declared.size], release_of(stack, declared)
    return MastersPlan(
        owner=declared.owner,
        release=release,
        host=declared.name,
        images=f"{stack.registry.host}/{DIRECTORY}",
        control_plane=control_plane_images(release, images),
        pods=size.pods,
        reserved_cpu=size.reserved.cpu,
        reserved_memory=size.reserved.memory,
        size=declared.size,
        masters=tuple(
            MasterPlan(name=node.name, address=node.address, rack=node.rack)
            for node in declared.nodes
        ),
        backups=declared.backups,
        audit=declared.audit,
        pair=masters_pair(stack),
    )


def api_virtual_server(stack: Stack) -> VirtualServerPlan | None:
    """The endpoint: bytes are passed through, since clients log in with certificates, too.

    A master is asked ``/readyz``: an API server that has lost etcd, or is on its way down, still
    accepts connections, and would be given every request. Nobody has to log in for the answer.
    """
    declared = stack.masters
    if declared is None:
        return None
    network, server = stack.network, stack.cluster.api_server
    own = [network.nodes, *([network.pods] if network.pod_egress_identity == "pod" else [])]
    return VirtualServerPlan(
        name=API_SERVER,
        names=(declared.name,),
        partition=PLATFORM,
        owner=declared.owner,
        address=server.address,
        port=server.port,
        members=tuple(sorted(node.address for node in declared.nodes)),
        member_port=API_PORT,
        monitor=MonitorPlan(kind="https", path="/readyz", host=declared.name),
        stickiness="none",
        snat="auto",
        long_lived=True,  # watches, and shells of people
        clients=(*sorted(declared.clients), *own) if declared.clients else (),
    )
