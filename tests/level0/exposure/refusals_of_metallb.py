"""Rules about MetalLB that refuse a declaration, by example (E9)."""

from __future__ import annotations

from tests.balancers import DMZ, F5, FOR_METALLB, GATEWAY, METALLB, PORTAL
from tests.level0.refused import Edit, Refusal

_PORTAL_SAYS = "port: 443, snat: none, clients: [10.30.0.0/16], "
_GATEWAY_SAYS = "members: pool, snat: none"
_MODE = "mode: layer2\n"
_ROUTERS = "as_number: 64513\n    peers: [{name: core-a, address: 10.10.1.1, as_number: 64512}]\n"


def _said(file: str, old: str, new: str) -> tuple[Edit, ...]:
    """The estate behind MetalLB, with one thing said otherwise."""
    assert sum(edit[0] == file and old in edit[2] for edit in FOR_METALLB) == 1
    return tuple(
        (name, before, after.replace(old, new) if name == file else after)
        for name, before, after in FOR_METALLB
    )


def _balancer(old: str, new: str) -> tuple[Edit, ...]:
    assert METALLB.count(old) == 1
    return ((DMZ, F5, METALLB.replace(old, new)), *FOR_METALLB[1:])


REFUSALS = (
    Refusal(
        code="balancer-cannot",
        edits=_said(GATEWAY, _GATEWAY_SAYS, "members: pool, snat: «auto"),
        key_path="vip.snat",
        found="metallb-dmz replaces no source",
        allowed="snat: none",
        neighbour=FOR_METALLB,
    ),
    Refusal(
        code="balancer-cannot",
        edits=_said(GATEWAY, _GATEWAY_SAYS, _GATEWAY_SAYS + ", protocol: «http"),
        key_path="vip.protocol",
        found="metallb-dmz reads no bytes",
        allowed="protocol: tcp",
        hint="kind: haproxy",
        also=("tls-unread",),
    ),
    Refusal(
        code="balancer-cannot",
        edits=_said(
            GATEWAY,
            _GATEWAY_SAYS,
            _GATEWAY_SAYS + ", tls: «{certificate: /etc/haproxy/certificates/portal.pem}",
        ),
        key_path="vip.tls",
        found="metallb-dmz reads no bytes",
        allowed="TLS in the app itself",
    ),
    Refusal(
        code="balancer-cannot",
        edits=_said(GATEWAY, _GATEWAY_SAYS, _GATEWAY_SAYS + ", stickiness: «source"),
        key_path="vip.stickiness",
        found="metallb-dmz keeps no client with a node",
        allowed="stickiness: none",
        also=("stickiness-lost",),
    ),
    Refusal(
        code="balancer-cannot",
        edits=_said(GATEWAY, _GATEWAY_SAYS, _GATEWAY_SAYS + ", proxy_protocol: «true"),
        key_path="vip.proxy_protocol",
        found="metallb-dmz does not speak the PROXY protocol",
        allowed="proxy_protocol: false",
    ),
    Refusal(
        code="balancer-cannot",
        edits=(
            *FOR_METALLB[:1],
            (PORTAL, "port: 443, ", _PORTAL_SAYS),
            (PORTAL, "traffic_policy: Cluster", "traffic_policy: «Local"),
            *FOR_METALLB[2:],
        ),
        key_path="listen.traffic_policy",
        found="which the register does not have",
        allowed="traffic_policy: Cluster",
    ),
    Refusal(
        code="balancer-cannot",
        edits=(
            (
                DMZ,
                f"  estate:load_balancer:\n{F5}",
                "  estate:load_balancer:\n    «kind: metallb\n    name: metallb-dmz\n"
                "    mode: layer2\n    vips: [10.10.0.16/28]\n",
            ),
            *FOR_METALLB[1:],
        ),
        key_path="estate:load_balancer",
        found="the registry stands outside the cluster",
        allowed="platform_load_balancer",
    ),
    Refusal(
        code="vip-outside",
        edits=(
            *_balancer("vips: [10.10.0.21/32, 10.10.0.22/32]", "vips: [10.10.0.22/32]"),
            (PORTAL, "{address: 10.10.0.21", "{address: «10.10.0.21"),
        ),
        key_path="vip.address",
        found="10.10.0.21 is outside the VIP ranges of zone 'dmz'",
        allowed="10.10.0.22/32",
        also=("translation-target",),
    ),
    Refusal(
        code="bgp-incomplete",
        edits=_balancer(_MODE, "mode: «bgp\n    as_number: 64513\n"),
        key_path="estate:load_balancer.mode",
        found="'peers' is missing",
        allowed="'peers', too",
        neighbour=_balancer(_MODE, f"mode: bgp\n    {_ROUTERS}"),
    ),
    Refusal(
        code="bgp-incomplete",
        edits=_balancer(_MODE, f"{_MODE}    as_number: «64513\n"),
        key_path="estate:load_balancer.as_number",
        found="with mode: layer2 nodes announce to no router",
        allowed="only with mode: bgp",
    ),
    Refusal(
        code="peer-taken",
        edits=_balancer(
            _MODE,
            "mode: bgp\n    as_number: 64513\n    peers:\n"
            "      - {name: core, address: 10.10.1.1, as_number: 64512}\n"
            "      - {name: «core, address: 10.10.1.2, as_number: 64512}\n",
        ),
        key_path="estate:load_balancer.peers[1].name",
        found="peer 'core' stands here again",
        allowed="each peer once",
    ),
)
