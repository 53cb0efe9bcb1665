"""What router shards refuse, by example (C5, E10, X7)."""

from __future__ import annotations

from tests.level0.refused import DMZ, PORTAL, QUOTE, Refusal

BROKERS = "tenants: [brokers]"
ADDRESS = "address: 10.10.0.26"
ROUTER_POOL = """\
    - name: router
      role: router
      keepalived:                        # the F5 leads to these, whichever node holds them
        interface: eth0
        addresses:
          - {address: 10.10.1.121, virtual_router: 61}
          - {address: 10.10.1.122, virtual_router: 62}
"""
HOSTS = "hosts: [quote.harbour.example]"

REFUSALS = (
    Refusal(
        code="no-router",
        edits=(
            (DMZ, BROKERS, "tenants: [brokers, claims]"),
            (QUOTE, HOSTS, HOSTS.replace("[", "«[")),
            (DMZ, "- name: default\n", "- name: default\n        tenants: [life]\n"),
        ),
        key_path="hosts",
        found="no router of zone 'dmz' serves the tenant 'motor'",
        hint="Declare a shard without tenants at estate:routers in Pulumi.dmz.yaml",
        neighbour=((DMZ, BROKERS, "tenants: [brokers, claims]"),),
    ),
    Refusal(
        code="shard-default-again",
        edits=((DMZ, f"name: brokers\n        {BROKERS}", "name: «brokers"),),
        key_path="estate:routers.shards[1].name",
        found="'brokers' serves all tenants without a shard of their own, as does the shard",
        allowed="one such shard: each tenant belongs to exactly one",
    ),
    Refusal(
        code="no-pool-of-role",
        edits=(
            (DMZ, ROUTER_POOL, "    - {name: router}\n"),
            (DMZ, "owner: platform-network", "«owner: platform-network"),
        ),
        key_path="estate:routers",
        found="no pool of the zone has the role 'router'",
        hint="Example: {name: router, role: router}",
    ),
    Refusal(
        code="unknown-tenant",
        edits=((DMZ, BROKERS, "tenants: [«broker]"),),
        key_path="estate:routers.shards[1].tenants[0]",
        found="there is no tenant 'broker'",
        hint="Did you mean 'brokers'?",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, BROKERS, "tenants: [brokers, «brokers]"),),
        key_path="estate:routers.shards[1].tenants[1]",
        found="the tenant 'brokers' stands here again",
        allowed="each once, in one shard",
    ),
    Refusal(
        code="name-taken",
        edits=((QUOTE, HOSTS, f"{HOSTS}\npaths: [/a, «/a]"),),
        key_path="paths[1]",
        found="the path '/a' stands here again",
        allowed="each path once",
        neighbour=((QUOTE, HOSTS, f"{HOSTS}\npaths: [/a, /b]"),),
    ),
    Refusal(
        code="clients-missing",
        edits=((DMZ, ADDRESS, f"{ADDRESS}\n        snat: «none"),),
        key_path="estate:routers.shards[1].snat",
        found="with snat: none routers see clients by their own address, but 'clients' is missing",
        allowed="the ranges that clients come from",
    ),
    Refusal(
        code="stickiness-lost",
        edits=((QUOTE, HOSTS, f"{HOSTS}\nstickiness: «source"),),
        key_path="stickiness",
        found="behind the source NAT of the shard 'default' all clients have the load balancer's",
        allowed="none, cookie",
        neighbour=((QUOTE, HOSTS, f"{HOSTS}\nstickiness: cookie"),),
    ),
    Refusal(
        code="vip-taken",
        edits=((PORTAL, "address: 10.10.0.21", "address: «10.10.0.25"),),
        key_path="vip.address",
        found="10.10.0.25:443 is taken by Pulumi.dmz.yaml:",
        also=("vip-of-others",),
    ),
    Refusal(
        code="vip-taken",
        edits=((DMZ, ADDRESS, "address: «10.10.0.20"),),
        key_path="estate:routers.shards[1].address",
        found="10.10.0.20:443 is that of the registry",
        allowed="each pair once",
    ),
    Refusal(
        code="vip-outside",
        edits=((DMZ, ADDRESS, "address: «10.20.0.26"),),
        key_path="estate:routers.shards[1].address",
        found="10.20.0.26 is outside the VIP ranges of zone 'dmz'",
        neighbour=((DMZ, ADDRESS, "address: 10.10.0.27"),),
    ),
)
