"""Who may not connect from outside, and what nobody could reach or push to (A1, E3, F2, G5)."""

from __future__ import annotations

from tests.level0.refused import DESK, DMZ, GATEWAY, INTRANET, REGISTER, Edit, Refusal

WHY = "From the DMZ only declared flows lead into the intranet"
GUARDED: Edit = (
    INTRANET,
    "source_zone: dmz}",
    "source_zone: dmz}\n    - {name: fw, before: vips}",
)
SHARD = "        address: 10.20.0.41\n        clients: [10.30.0.0/16]\n"
OPEN = "      - «name: default\n        size: S\n        address: 10.20.0.41\n"
ALONE = "        clients: [10.30.0.0/16]\n"
KIBANA = "address: 10.20.0.44, clients: [10.30.0.0/16]}"
MASTERS = "    clients: [10.40.0.0/16]              # administrators and pipelines"
REGISTRY = "      clients: [10.50.8.16/28]           # runners of the quality environment\n"
PROMOTED = "promoted_from: registry.quality.harbour.example\n" + REGISTRY

UDP: Edit = (
    REGISTER,
    "  - {zone: intranet, port: 30020,",
    "  - {zone: intranet, port: 30019, protocol: UDP, owner: claims/claims-desk}\n"
    "  - {zone: intranet, port: 30020,",
)

REFUSALS = (
    Refusal(
        code="clients-of-the-dmz",
        edits=((INTRANET, SHARD, SHARD.replace("[10.30.0.0/16]", "[«10.10.1.0/24]")),),
        key_path="estate:routers.shards[0].clients[0]",
        found="10.10.1.0/24 holds addresses of the DMZ's own, 10.10.1.0/24",
        allowed="ranges outside the DMZ",
        hint=WHY,
    ),
    Refusal(
        code="clients-of-the-dmz",
        edits=((INTRANET, KIBANA, KIBANA.replace("10.30.0.0/16", "«10.10.0.2/32")),),
        key_path="estate:logging.published.clients[0]",
        found="10.10.0.2/32 holds addresses of the DMZ's own",
        allowed="ranges outside the DMZ",
        hint=WHY,
        neighbour=((INTRANET, KIBANA, KIBANA.replace("10.30.0.0/16", "10.31.0.2/32")),),
    ),
    Refusal(
        code="clients-of-the-dmz",
        edits=((INTRANET, MASTERS, MASTERS.replace("[", "[«10.64.3.0/24, ")),),
        key_path="estate:masters.clients[0]",
        found="10.64.3.0/24 holds addresses of the DMZ's own, 10.64.0.0/16",
        allowed="ranges outside the DMZ",
        hint=WHY,
    ),
    Refusal(
        code="clients-of-the-dmz",
        edits=((INTRANET, REGISTRY, REGISTRY.replace("[", "[«0.0.0.0/0, ")),),
        key_path="estate:registry.external.clients[0]",
        found="0.0.0.0/0 holds addresses of the DMZ's own",
        allowed="ranges outside the DMZ",
        hint=WHY,
    ),
    Refusal(
        code="clients-of-the-dmz",
        edits=(
            GUARDED,
            (
                INTRANET,
                "      - name: default\n        size: S",
                "      - «name: default\n        size: S",
            ),
            (INTRANET, SHARD, SHARD.replace("        clients: [10.30.0.0/16]\n", "")),
        ),
        key_path="estate:routers.shards[0]",
        found="without 'clients' the firewall before the virtual addresses admits every source",
        allowed="the ranges that clients come from",
        hint="Example: clients: [10.30.0.0/16]",
        also=("clients-of-the-dmz", "clients-of-the-dmz"),
    ),
    Refusal(
        code="pusher-missing",
        edits=((DMZ, PROMOTED, "promoted_from: «registry.quality.harbour.example\n"),),
        key_path="estate:registry.external.promoted_from",
        found="'fw-outer' stands before the registry, and no source is declared for pushes "
        "of registry.quality.harbour.example",
        allowed="the addresses of the pipeline that promotes them",
        hint="Example: clients: [10.50.8.16/28]",
        neighbour=((DMZ, PROMOTED, PROMOTED.replace("16/28", "18/32")),),
    ),
    Refusal(
        code="vip-port-missing",
        edits=(
            (GATEWAY, "vip: {address: 10.10.0.22, port: 443, ", "vip: «{address: 10.10.0.22, "),
        ),
        key_path="vip",
        found="no client can reach the app: 'port' is missing, and there is no 'udp'",
        allowed="the port that users know",
        hint="udp: {port: 5060, vip_port: 5060}",
    ),
    Refusal(
        code="vip-port-missing",
        edits=(
            (DESK, "port: 80, ", ""),
            (DESK, "protocol: http, stickiness: cookie", "protocol: «http, stickiness: source"),
            (DESK, "logs:", "udp: {port: 9081, vip_port: 5060}\nlogs:"),
            UDP,
        ),
        key_path="vip.protocol",
        found="'protocol' is about connections, and without 'port' there are only datagrams",
        allowed="with the TCP port that users know",
        hint="Leave the key out, or add vip.port",
        neighbour=(
            (DESK, "port: 80, ", ""),
            (DESK, "protocol: http, stickiness: cookie", "stickiness: source"),
            (DESK, "logs:", "udp: {port: 9081, vip_port: 5060}\nlogs:"),
            UDP,
        ),
    ),
)
