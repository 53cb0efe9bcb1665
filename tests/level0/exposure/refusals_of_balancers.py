"""Rules about load balancers that refuse a declaration, by example."""

from __future__ import annotations

from tests.balancers import F5, PAIR
from tests.level0.refused import DMZ, GATEWAY, INNER_PORTAL, INTRANET, PORTAL, Edit, Refusal


def _pair(old: str, new: str) -> Edit:
    assert PAIR.count(old) == 1
    return (DMZ, F5, PAIR.replace(old, new))


_INFRA = (
    "{name: infra, role: infra, keepalived: {interface: eth0, addresses: "
    "[{address: 10.10.1.125, virtual_router: 71}]}}"
)

REFUSALS = (
    Refusal(
        code="unknown-key",
        edits=((DMZ, "  estate:load_balancer:\n    kind: f5\n", "  «estate:f5:\n"),),
        key_path="estate:f5",
        found="unknown key 'estate:f5'",
        allowed="estate:load_balancer",
        hint="The same facts stand below 'estate:load_balancer' now, with 'kind: f5' first",
        also=("missing-key",),
    ),
    Refusal(
        code="missing-key",
        edits=((DMZ, "    kind: f5\n    name: f5-dmz", "    «name: f5-dmz"),),
        key_path="estate:load_balancer.kind",
        found="the key 'kind' is missing",
        allowed="f5, haproxy, metallb",
        hint="a BIG-IP, configured by an AS3 declaration",
    ),
    Refusal(
        code="not-a-choice",
        edits=((DMZ, "    kind: f5\n", "    kind: «haprxy\n"),),
        key_path="estate:load_balancer.kind",
        found="found 'haprxy'",
        allowed="f5, haproxy, metallb",
        hint="Did you mean 'haproxy'?",
    ),
    Refusal(
        code="name-taken",
        edits=((INTRANET, "    name: f5-intranet", "    name: «f5-dmz"),),
        key_path="estate:load_balancer.name",
        found="f5-dmz is the F5 of zone 'dmz': the declarations of both zones would replace",
        allowed="an F5 for each zone",
        neighbour=((INTRANET, "    name: f5-intranet", "    name: f5-other"),),
    ),
    Refusal(
        code="bad-interface",
        edits=(
            _pair(
                "dmz-lb1, address: 10.10.0.2, interface: eth0",
                "dmz-lb1, address: 10.10.0.2, interface: «eth 0",
            ),
        ),
        key_path="estate:load_balancer.hosts[0].interface",
        found="'eth 0' is no name of a network interface",
        allowed="like eth0 or bond0.120",
        neighbour=(
            _pair(
                "dmz-lb1, address: 10.10.0.2, interface: eth0",
                "dmz-lb1, address: 10.10.0.2, interface: bond0.120",
            ),
        ),
    ),
    Refusal(
        code="outside-segment",
        edits=(_pair("10.10.0.3", "«10.10.7.3"),),
        key_path="estate:load_balancer.hosts[1].address",
        found="10.10.7.3 is outside the segment, where the other hosts are",
        allowed="10.10.0.0/24",
        neighbour=(_pair("10.10.0.3", "10.10.0.9"),),
    ),
    Refusal(
        code="outside-segment",
        edits=(
            _pair("10.10.0.0/24", "10.10.0.0/29"),
            (DMZ, "vips: [10.10.0.16/28]", "vips: [«10.10.0.16/28]"),
        ),
        key_path="estate:load_balancer.vips[0]",
        found="10.10.0.16/28 is outside the segment: no host could answer for an address of it",
        allowed="a part of 10.10.0.0/29",
        neighbour=(_pair("10.10.0.0/24", "10.10.0.0/27"),),
    ),
    Refusal(
        code="host-taken",
        edits=(_pair("dmz-lb2", "«dmz-lb1"),),
        key_path="estate:load_balancer.hosts[1].name",
        found="host 'dmz-lb1' stands here again",
        allowed="each host once",
    ),
    Refusal(
        code="same-priority",
        edits=(_pair("priority: 100", "priority: «110"),),
        key_path="estate:load_balancer.hosts[1].priority",
        found="dmz-lb1 has priority 110, too",
        allowed="a priority of its own",
        hint="With equal ones it is chance",
        neighbour=(_pair("priority: 100", "priority: 111"),),
    ),
    Refusal(
        code="virtual-router-taken",
        edits=(_pair("taken_virtual_routers: [1, 2]", "taken_virtual_routers: [1, «51]"),),
        key_path="estate:load_balancer.taken_virtual_routers[1]",
        found="virtual router 51 is taken in the segment 10.10.0.0/24 by Pulumi.dmz.yaml:",
        allowed="each number once in a segment",
        hint="Free: 2, 3, 4, 5, 6",
        neighbour=(_pair("taken_virtual_routers: [1, 2]", "taken_virtual_routers: [1, 52]"),),
    ),
    Refusal(
        code="balancer-cannot",
        edits=(
            _pair("eth0, priority: 110", "eth0, priority: 120"),
            (PORTAL, "port: 443, ", "port: 443, snat: «none, "),
        ),
        key_path="vip.snat",
        found="lb-dmz connects to nodes from its hosts' own addresses",
        allowed="snat: auto",
        hint="proxy_protocol: true",
        neighbour=(
            _pair("eth0, priority: 110", "eth0, priority: 120"),
            (PORTAL, "port: 443, ", "port: 443, proxy_protocol: true, "),
        ),
    ),
    Refusal(
        code="balancer-cannot",
        edits=((PORTAL, "port: 443, ", "port: 443, proxy_protocol: «true, "),),
        key_path="vip.proxy_protocol",
        found="f5-dmz does not speak the PROXY protocol",
        allowed="kind: haproxy",
    ),
    Refusal(
        code="no-bootstrap",
        edits=(
            (DMZ, "  estate:bootstrap: {kind: environment, prefix: ESTATE_DMZ_}\n", ""),
            (DMZ, "http_secret: bootstrap:", "http_secret: «bootstrap:"),
        ),
        key_path="estate:registry.external.http_secret",
        found="this secret exists before the cluster does, and 'estate:bootstrap' does not say",
        allowed="estate:bootstrap: {kind: files, directory: ...}",
        neighbour=(
            (DMZ, "{kind: environment, prefix: ESTATE_DMZ_}", "{kind: files, directory: /run/b}"),
        ),
    ),
    Refusal(
        code="bad-prefix",
        edits=((DMZ, "prefix: ESTATE_DMZ_", "prefix: «estate-dmz"),),
        key_path="estate:bootstrap.prefix",
        found="'estate-dmz' is nothing that environment variables may begin with",
        allowed="like ESTATE_DMZ_",
        neighbour=((DMZ, "prefix: ESTATE_DMZ_", "prefix: DMZ_"),),
    ),
    Refusal(
        code="moving-addresses",
        edits=(
            (DMZ, "{name: infra, role: infra}", _INFRA.replace("keepalived: ", "keepalived: «")),
        ),
        key_path="estate:pools[7].keepalived",
        found="pool 'infra' has no routers for a virtual address",
        allowed="a pool with role: router",
    ),
    Refusal(
        code="virtual-router-taken",
        edits=((DMZ, "virtual_router: 62", "virtual_router: «61"),),
        key_path="estate:pools[3].keepalived.addresses[1].virtual_router",
        found="virtual router 61 is taken in the segment 10.10.1.0/24 by Pulumi.dmz.yaml:",
        allowed="each number once in a segment",
        hint="Free: 1, 2, 3, 4, 5",
        neighbour=((DMZ, "virtual_router: 62", "virtual_router: 63"),),
    ),
    Refusal(
        code="address-taken",
        edits=((DMZ, "10.10.1.122", "«10.10.1.101"),),
        key_path="estate:pools[3].keepalived.addresses[1].address",
        found="10.10.1.101 is the address of node dmz-r01 of zone 'dmz'",
        allowed="each address once",
    ),
    Refusal(
        code="address-outside",
        edits=((DMZ, "10.10.1.122", "«10.10.4.202"),),
        key_path="estate:pools[3].keepalived.addresses[1].address",
        found="10.10.4.202 is outside the range of nodes",
        allowed="10.10.1.0/24",
        neighbour=((DMZ, "10.10.1.122", "10.10.1.123"),),
    ),
    Refusal(
        code="needs-http",
        edits=((GATEWAY, "stickiness: source", "stickiness: «cookie"),),
        key_path="vip.stickiness",
        found="under protocol: tcp the load balancer passes bytes through and reads none",
        allowed="with protocol: http",
        neighbour=(
            (GATEWAY, ", tls: true", ""),
            (GATEWAY, "stickiness: source", "stickiness: cookie, protocol: http"),
        ),
    ),
    Refusal(
        code="tls-unread",
        edits=((GATEWAY, "stickiness: source", "stickiness: source, protocol: «http"),),
        key_path="vip.protocol",
        found="the load balancer would send plain HTTP to a port where the app expects TLS",
        allowed="protocol: tcp, or an app without listen.tls",
        neighbour=(
            (GATEWAY, ", tls: true", ""),
            (GATEWAY, "stickiness: source", "stickiness: source, protocol: http"),
        ),
    ),
    Refusal(
        code="tls-ends-nowhere",
        edits=((GATEWAY, ", tls: true", ""), (GATEWAY, "port: 443", "port: «443")),
        key_path="vip.port",
        found="users begin with TLS at port 443, the load balancer passes bytes through, and the "
        "app is checked over plain HTTP at its port 8443",
        allowed="TLS that ends in the app or at the load balancer",
        hint="listen: {tls: true} where the app ends it; vip: {protocol: http, tls: ...} where the "
        "load balancer does",
        neighbour=((GATEWAY, ", tls: true", ""), (GATEWAY, "port: 443", "port: 80")),
    ),
    Refusal(
        code="wrong-certificate",
        edits=((INNER_PORTAL, "{client_profile: /Common", "«{certificate: /Common"),),
        key_path="vip.tls",
        found="f5-intranet is of kind: f5, which does not take its certificate by this name",
        allowed="client_profile",
    ),
    Refusal(
        code="bad-profile",
        edits=((INNER_PORTAL, "{client_profile: /Common", "{client_profile: «Common"),),
        key_path="vip.tls.client_profile",
        found="'Common/portal' names nothing on a BIG-IP",
        allowed="like /Common/portal",
    ),
)
