"""Estates whose zones have other load balancers than the shipped one's."""

from __future__ import annotations

from tests.estates import Estate

DMZ = "Pulumi.dmz.yaml"

F5 = """\
    kind: f5
    name: f5-dmz
    self_addresses: [10.10.0.2, 10.10.0.3]
    vips: [10.10.0.16/28]
"""

PAIR = """\
    kind: haproxy
    name: lb-dmz
    hosts:
      - {name: dmz-lb1, address: 10.10.0.2, interface: eth0, priority: 110}
      - {name: dmz-lb2, address: 10.10.0.3, interface: eth0, priority: 100}
    segment: 10.10.0.0/24
    virtual_router: 51
    taken_virtual_routers: [1, 2]
    vips: [10.10.0.16/28]
"""


METALLB = """\
    kind: metallb
    name: metallb-dmz
    mode: layer2
    vips: [10.10.0.21/32, 10.10.0.22/32]
  estate:platform_load_balancer:
    kind: haproxy
    name: lb-platform
    hosts:
      - {name: dmz-lb1, address: 10.10.0.2, interface: eth0, priority: 110}
      - {name: dmz-lb2, address: 10.10.0.3, interface: eth0, priority: 100}
    segment: 10.10.0.0/24
    virtual_router: 51
    vips: [10.10.0.20/32, 10.10.0.25/32, 10.10.0.26/32, 10.10.0.28/32]
"""

PORTAL = "apps/policy-portal-dmz.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"

FOR_METALLB = (
    (DMZ, F5, METALLB),
    (PORTAL, "port: 443, ", "port: 443, snat: none, clients: [10.30.0.0/16], "),
    (GATEWAY, "traffic_policy: Local", "traffic_policy: Cluster"),
    (GATEWAY, "members: pool, stickiness: source", "members: pool, snat: none"),
)
"""The same inventory in the DMZ behind MetalLB: apps give up what it cannot do."""


def without_tls(estate: Estate, file: str = GATEWAY) -> Estate:
    """An app of the DMZ that gets plain HTTP, so that the load balancer may read requests."""
    return estate.edit(file, ", tls: true", "")


def with_metallb(estate: Estate) -> Estate:
    """The same inventory in the DMZ, whose nodes answer for virtual addresses themselves."""
    for edit in FOR_METALLB:
        estate.edit(*edit)
    return estate


def with_snat_pools(estate: Estate) -> Estate:
    """The DMZ's F5 connects for two tenants from addresses of their own."""
    pools = (
        "    snat_pools:\n"
        "      - {tenant: brokers, addresses: [10.10.0.8, 10.10.0.9]}\n"
        "      - {tenant: life, addresses: [10.10.0.10]}\n"
    )
    return estate.edit(DMZ, F5, F5 + pools)


def with_datagrams(estate: Estate) -> Estate:
    """The DMZ's gateway speaks HTTP/3, too: the same address and port over UDP."""
    register, entry = "registers/node-ports.yaml", "  - {zone: dmz, port: 30011, "
    udp = "  - {zone: dmz, port: 30012, protocol: UDP, owner: brokers/broker-gateway}\n"
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    estate.add(GATEWAY, text + "udp: {port: 8443, vip_port: 443, node_port: 30012}\n")
    return estate.edit(register, entry, udp + entry)


def with_datagrams_alone(estate: Estate) -> Estate:
    """The DMZ's gateway is sent datagrams and nothing else: over TCP it is only asked how it is."""
    return with_datagrams(estate).edit(GATEWAY, "10.10.0.22, port: 443", "10.10.0.22")


def with_a_pair(estate: Estate) -> Estate:
    """The same inventory in the DMZ, with a pair of HAProxy hosts in the place of the F5."""
    return estate.edit(DMZ, F5, PAIR)


def without_a_pair(estate: Estate) -> Estate:
    """The intranet with one load balancer for all: then no document needs a generated secret."""
    file = "Pulumi.intranet.yaml"
    text = (estate.root / file).read_text(encoding="utf-8")
    begin, end = text.index("  estate:platform_load_balancer:"), text.index("  estate:firewalls:")
    text = text[:begin] + text[end:]
    for there, here in (("41", "25"), ("42", "26"), ("44", "27")):
        text = text.replace(f"10.20.0.{there}", f"10.20.0.{here}")
    return estate.add(file, text).edit(file, "10.20.0.40", "10.20.0.20")
