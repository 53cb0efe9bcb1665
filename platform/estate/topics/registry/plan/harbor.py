"""Harbor: what it must have, or a replica of it waits or forgets (G6, X10)."""

from __future__ import annotations

from estate.topics.exposure.plan.balancers import PLATFORM
from estate.topics.exposure.plan.model import MonitorPlan, VirtualServerPlan
from estate.topics.registry.declare.harbor import Harbor


def harbor_virtual_server(host: str, harbor: Harbor) -> VirtualServerPlan:
    """The address in front of its nodes.

    Its API answers 200 to who asks for health, well or not, with the word in the body. ``/v2/`` is
    answered by the part that logs people in, with 401, as long as that and its database are well.
    """
    name, _, port = host.partition(":")
    return VirtualServerPlan(
        name="registry",
        names=(name,),
        partition=PLATFORM,
        owner=harbor.owner,
        address=harbor.address,
        port=int(port or 443),
        members=tuple(sorted(server.address for server in harbor.servers)),
        member_port=harbor.port,
        monitor=MonitorPlan(kind="https", path="/v2/", host=host, statuses=(200, 401)),
        stickiness="source",
        snat="auto",
        clients=(),
    )
