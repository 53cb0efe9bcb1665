"""Who may not connect from outside, and a registry that nobody could push to (A1, F2, G5)."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Edit, Refusal

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

CLIENTS = (
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
        found="without 'clients' the firewall before the virtual addresses lets everybody in",
        allowed="the ranges that clients come from",
        hint="Example: clients: [10.30.0.0/16]",
        also=("clients-of-the-dmz", "clients-of-the-dmz"),
    ),
    Refusal(
        code="pusher-missing",
        edits=((DMZ, PROMOTED, "promoted_from: «registry.quality.harbour.example\n"),),
        key_path="estate:registry.external.promoted_from",
        found="'fw-outer' stands before the registry, and nobody says from where images of "
        "registry.quality.harbour.example are pushed",
        allowed="the addresses of the pipeline that promotes them",
        hint="Example: clients: [10.50.8.16/28]",
        neighbour=((DMZ, PROMOTED, PROMOTED.replace("16/28", "18/32")),),
    ),
)
