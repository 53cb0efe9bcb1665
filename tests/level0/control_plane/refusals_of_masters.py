"""Declarations of masters that are refused, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Edit, Refusal

_THIRD = "      - {name: dmz-c03, address: 10.10.1.8, rack: rack-c}\n"
_FOURTH = "      - {name: dmz-c04, address: 10.10.1.9, rack: rack-d}\n"
_FIFTH = "      - {name: dmz-c05, address: 10.10.1.10, rack: rack-c}\n"
_NODES = "    nodes:\n      - {name: dmz-c01"
_MARKED = "    nodes:\n      «- {name: dmz-c01"
_OWN = "    keepalived: {interface: eth0, virtual_router: 60}\n"
_ENDPOINT = "api_server: {address: 10.10.1.5, port: 8443}"


def _by_the_f5(address: str) -> tuple[Edit, Edit]:
    """Nothing held by the masters: the F5 leads to them."""
    return (DMZ, _OWN, ""), (DMZ, _ENDPOINT, f"api_server: {{address: {address}, port: 8443}}")


REFUSALS = (
    Refusal(
        code="masters-count",
        edits=((DMZ, _NODES, _MARKED), (DMZ, _THIRD, "")),
        key_path="estate:masters.nodes",
        found="2 masters: etcd needs 2 of 2 to agree, so it bears the loss of 0",
        allowed="an odd number, three or more",
    ),
    Refusal(
        code="masters-count",
        edits=((DMZ, _NODES, _MARKED), (DMZ, _THIRD, _THIRD + _FOURTH)),
        key_path="estate:masters.nodes",
        found="4 masters: etcd needs 3 of 4 to agree, so it bears the loss of 1, as with 3",
        allowed="an odd number, three or more",
        neighbour=((DMZ, _THIRD, _THIRD + _FOURTH + _FIFTH),),
    ),
    Refusal(
        code="masters-rack",
        edits=(
            (DMZ, _NODES, _MARKED),
            (DMZ, "10.10.1.8, rack: rack-c}", "10.10.1.8, rack: rack-a}"),
        ),
        key_path="estate:masters.nodes",
        found="without rack-a 1 of 3 masters are left, and etcd needs 2",
        allowed="at most 1 in a rack: at least three racks",
        neighbour=((DMZ, "10.10.1.8, rack: rack-c}", "10.10.1.8, rack: rack-d}"),),
    ),
    Refusal(
        code="endpoint-port",
        edits=((DMZ, _ENDPOINT, "api_server: «{address: 10.10.1.5}"),),
        key_path="estate:cluster.api_server",
        found="each master's own API server listens on 6443, on all of its addresses",
        allowed="another port, like 8443",
    ),
    Refusal(
        code="address-outside",
        edits=((DMZ, _ENDPOINT, "api_server: {address: «10.10.0.5, port: 8443}"),),
        key_path="estate:cluster.api_server.address",
        found="10.10.0.5 is outside the range of nodes",
        allowed="10.10.1.0/24",
    ),
    Refusal(
        code="address-taken",
        edits=((DMZ, "dmz-c02, address: 10.10.1.7", "dmz-c02, address: «10.10.1.6"),),
        key_path="estate:masters.nodes[1].address",
        found="10.10.1.6 is the address of master dmz-c01 of zone 'dmz' already",
        allowed="each address once",
    ),
    Refusal(
        code="name-of-others",
        edits=((DMZ, "{name: dmz-c02,", "{name: «dmz-n01,"),),
        key_path="estate:masters.nodes[1].name",
        found="'dmz-n01' is a name of the node 'dmz-n01' (Pulumi.dmz.yaml:",
        allowed="each name once",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "{name: dmz-c02,", "{name: «dmz-c01,"),),
        key_path="estate:masters.nodes[1].name",
        found="the name 'dmz-c01' stands here again",
        allowed="each name once",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "{name: infra, role", "{name: «masters, role"),),
        key_path="estate:pools[7].name",
        found="'masters' is what documents call the zone's masters",
        allowed="another name",
        also=("unknown-pool", "unknown-pool"),
    ),
    Refusal(
        code="unknown-node-size",
        edits=((DMZ, "    size: medium\n    keepalived", "    size: «tiny\n    keepalived"),),
        key_path="estate:masters.size",
        found="there is no node size 'tiny'",
        allowed="large, medium",
    ),
    Refusal(
        code="outside-domains",
        edits=((DMZ, "name: api.dmz.harbour.example", "name: «api.dmz.insurer.example"),),
        key_path="estate:masters.name",
        found="'api.dmz.insurer.example' is in none of the zone's domains",
        allowed="harbour.example",
        hint="Nodes would not find the API server",
    ),
    Refusal(
        code="virtual-router-taken",
        edits=((DMZ, "eth0, virtual_router: 60}", "eth0, virtual_router: «61}"),),
        key_path="estate:masters.keepalived.virtual_router",
        found="virtual router 61 is taken in the segment 10.10.1.0/24 by Pulumi.dmz.yaml:",
        allowed="each number once in a segment",
    ),
    Refusal(
        code="vip-outside",
        edits=_by_the_f5("«10.10.2.5"),
        key_path="estate:cluster.api_server.address",
        found="10.10.2.5 is outside the VIP ranges of f5-dmz",
        allowed="10.10.0.16/28",
        hint="keepalived below estate:masters",
        neighbour=_by_the_f5("10.10.0.27"),
    ),
    Refusal(
        code="vip-of-others",
        edits=(
            (INTRANET, "api_server: {address: 10.20.0.42}", "api_server: {address: «10.20.0.41}"),
        ),
        key_path="estate:cluster.api_server.address",
        found="10.20.0.41 is that of the router shard 'default'",
        hint="A virtual address belongs to one tenant, or to one service of the platform",
    ),
)
