"""From load balancers to the pods that take their access logs (H5)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from estate.flows.model import DeviceFlow
from estate.proof.engine.firewalls import cross
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import leads_to_pods, runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.as3 import Member
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import port


def follow_device(trail: Trail, flow: DeviceFlow, rows: Rows) -> None:
    """Every virtual server of the device, every node, the firewall, the pods."""
    view = trail.view
    found: dict[tuple[IPv4Address, int], Member] = {}
    for server in view.servers:
        if server.pair != flow.pair or server.at_nodes:
            continue
        told = {log.address for log in server.logs_to}
        if told != {*flow.nodes}:
            missing = ", ".join(str(one) for one in {*flow.nodes} ^ told)
            trail.broken(
                server.place,
                f"the access log of {server.address}:{server.port} does not go to exactly the "
                f"logging pool's nodes: {missing}",
                "The device's log pool has to list every node of the logging pool",
            )
        trail.used |= {log.place for log in server.logs_to if log.address in flow.nodes}
        found |= {(log.address, log.port): log for log in server.logs_to}
    sources = [IPv4Network(source) for source in flow.sources]
    pods = trail.pods(flow.pods)
    wanted = port(flow.pod_port)
    for number in sorted({member.port for member in found.values()}):
        service = view.by_node_port.get(port(number))
        if service is None or not service.local:
            trail.broken(
                next(iter(found.values())).place,
                f"no Service has node port {number} and shows its pods the client's address",
                "servicePort has to be the nodePort of log-intake",
            )
            continue
        leads_to_pods(trail, service, pods, wanted)
        nodes = [address for address, one in found if one == number]
        cross(trail, rows, flow.firewalls, sources, nodes, port(number))
        trail.hop(
            f"{flow.device} -> node port {number} -> {flow.pods.name}:{flow.pod_port}",
            service.place,
            service.place.at("nodePort"),
            assumed=("f5-answers", "node-network"),
        )
    for pod in members(pods):
        trail.admitted(view.addresses(sources), pod, wanted)
    runs_on(trail, pods)
