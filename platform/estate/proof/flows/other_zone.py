"""A connection into the other zone ends where that zone answers, for these sources (A1, F2)."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.flows.model import OutFlow
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.engine.view import View
from estate.proof.readers.as3 import DECLARATION
from estate.proof.readers.ports import port


def answered(trail: Trail, flow: OutFlow, there: View) -> None:
    """The other zone's load balancer has the address and takes each source.

    From there on the way is that of the other app's users, which is followed by itself.
    """
    server = there.by_address.get((flow.address, port(flow.port)))
    if server is None:
        trail.broken(
            Place(f"{there.zone}/documents/{DECLARATION}", f"{flow.address}:{flow.port}"),
            f"no virtual server of zone {there.zone} answers on {flow.address}:{flow.port}",
            "The other app has to keep its address and port",
        )
        return
    accepted = [network for _, network in server.clients]
    for name, address in trail.left_as:
        if address and not any(IPv4Network(address).subnet_of(one) for one in accepted):
            trail.broken(
                server.place,
                f"the virtual server does not take {name} ({address})",
                "Its clients have to include every node or address that the connection comes from",
            )
    trail.hop(
        f"answered in zone {there.zone} as for users of {flow.server}",
        server.place,
        assumed=("f5-answers",),
    )
