"""What exposure refuses, by example: node ports, virtual servers, traffic policies."""

from __future__ import annotations

from tests.level0.refused import DESK, GATEWAY, PORTAL, REGISTER, RESERVING, Refusal

REFUSALS = (
    Refusal(
        code="node-port-taken",
        edits=((REGISTER, "port: 30011", "port: «30010"), (GATEWAY, "node_port: 30011, ", "")),
        key_path="ports[1].port",
        found="node port 30010 is held by 'life/policy-portal' in zone 'dmz' under TCP already",
        allowed="each port once in a zone",
        hint="Free: 30000, 30001, 30002, 30003, 30004",
        neighbour=((REGISTER, "port: 30011", "port: 30012"), (GATEWAY, "node_port: 30011, ", "")),
    ),
    Refusal(
        code="node-port-twice",
        edits=(
            (
                REGISTER,
                "  - {zone: intranet, port: 30020",
                "  - {zone: dmz, port: 30012, protocol: TCP, owner: «brokers/broker-gateway}\n"
                "  - {zone: intranet, port: 30020",
            ),
        ),
        key_path="ports[11].owner",
        found="'brokers/broker-gateway' holds 30011 in zone 'dmz' under TCP already",
        allowed="one port for each owner and protocol in a zone",
        neighbour=(
            (
                REGISTER,
                "  - {zone: intranet, port: 30020",
                "  - {zone: dmz, port: 30011, protocol: UDP, owner: brokers/broker-gateway}\n"
                "  - {zone: intranet, port: 30020",
            ),
        ),
    ),
    Refusal(
        code="node-port-outside",
        edits=((REGISTER, "port: 30011", "port: «30086"), (GATEWAY, "node_port: 30011, ", "")),
        key_path="ports[1].port",
        found="node port 30086 is outside the band of zone 'dmz'",
        allowed="30000 to 30085",
        neighbour=((REGISTER, "port: 30011", "port: 30085"), (GATEWAY, "node_port: 30011, ", "")),
    ),
    Refusal(
        code="node-port-of-others",
        edits=((PORTAL, "node_port: 30010", "node_port: «30011"),),
        key_path="listen.node_port",
        found="node port 30011 in zone 'dmz' belongs to 'brokers/broker-gateway'",
        allowed="a port that the register has for 'life/policy-portal'",
        hint="Leave the key out",
        neighbour=((PORTAL, "node_port: 30010, ", ""),),
    ),
    Refusal(
        code="node-port-of-others",
        edits=(
            (REGISTER, "owner: brokers/broker-gateway", "owner: brokers/one-that-left"),
            (GATEWAY, "node_port: 30011", "node_port: «30011"),
        ),
        key_path="listen.node_port",
        found="node port 30011 in zone 'dmz' belongs to 'brokers/one-that-left'",
        hint="Leave the key out, and run: estate ports assign --stack dmz broker-gateway",
    ),
    Refusal(
        code="node-port-disagrees",
        edits=((PORTAL, "node_port: 30010", "node_port: «30020"),),
        key_path="listen.node_port",
        found="the register has another node port for 'life/policy-portal' in zone 'dmz'",
        allowed="30010",
        hint="Leave the key out: the register decides",
    ),
    Refusal(
        code="node-port-unassigned",
        edits=(
            (REGISTER, "port: 30021", "port: 30022"),
            (REGISTER, "actuarial/reserving", "actuarial/one-that-left"),
            (RESERVING, "listen: {port: 8080", "listen: «{port: 8080"),
        ),
        key_path="listen",
        found="the register has no node port for 'actuarial/reserving' in zone 'intranet'",
        allowed="a port that stands in registers/node-ports.yaml",
        hint="Run: estate ports assign --stack intranet reserving",
    ),
    Refusal(
        code="node-port-unassigned",
        edits=(
            (REGISTER, "brokers/broker-gateway", "brokers/one-that-left"),
            (REGISTER, "port: 30011", "port: 30015"),
            (GATEWAY, "node_port: 30011", "node_port: «30011"),
        ),
        key_path="listen.node_port",
        found="the register has no node port for 'brokers/broker-gateway' in zone 'dmz'",
        hint="Run: estate ports assign --stack dmz --port 30011 broker-gateway",
    ),
    Refusal(
        code="bad-port-owner",
        edits=((REGISTER, "owner: actuarial/reserving", "owner: «Actuarial"),),
        key_path="ports[12].owner",
        found="'Actuarial' is not the owner of a port",
        allowed="<tenant>/<app>, or platform/<service>",
        neighbour=((REGISTER, "port: 30021, protocol: TCP", "port: 30022, protocol: TCP"),),
    ),
    Refusal(
        code="vip-outside",
        edits=((PORTAL, "address: 10.10.0.21", "address: «10.20.0.21"),),
        key_path="vip.address",
        found="10.20.0.21 is outside the VIP ranges of zone 'dmz'",
        allowed="10.10.0.16/28",
        neighbour=((PORTAL, "address: 10.10.0.21", "address: 10.10.0.30"),),
        also=("vip-taken",),
    ),
    Refusal(
        code="vip-taken",
        edits=((RESERVING, "address: 10.20.0.23, port: 80", "address: «10.20.0.22, port: 80"),),
        key_path="vip.address",
        found="10.20.0.22:80 is taken by apps/claims-desk-intranet.yaml:12:16",
        allowed="each pair once",
        also=("vip-of-others",),
    ),
    Refusal(
        code="vip-of-others",
        edits=((RESERVING, "address: 10.20.0.23, port: 80", "address: «10.20.0.22, port: 8080"),),
        key_path="vip.address",
        found="10.20.0.22 is an address of the tenant 'claims'",
        hint="A virtual address belongs to one tenant",
    ),
    Refusal(
        code="stickiness-lost",
        edits=((PORTAL, "port: 443,", "port: 443, stickiness: «source,"),),
        key_path="vip.stickiness",
        found="the load balancer would keep a client on one node, but under traffic_policy: ",
        allowed="stickiness: none, or traffic_policy: Local",
        neighbour=(
            (PORTAL, "port: 443,", "port: 443, stickiness: source,"),
            (PORTAL, "traffic_policy: Cluster", "traffic_policy: Local"),
        ),
    ),
    Refusal(
        code="clients-missing",
        edits=((DESK, "vip: {", "vip: «{"), (DESK, ", clients: [10.30.0.0/16]", "")),
        key_path="vip",
        found="pods see clients by their own address, but 'clients' is missing",
        allowed="the ranges that clients come from",
        hint="Example: clients: [10.30.0.0/16]",
        neighbour=((DESK, "snat: none, clients: [10.30.0.0/16]", "snat: auto"),),
    ),
)
