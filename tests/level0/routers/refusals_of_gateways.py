"""What a shard that publishes by Gateway API refuses, by example (C5, E10, X7)."""

from __future__ import annotations

from tests.gateways import BROKERS, BY_GATEWAY, DESK
from tests.level0.refused import DMZ, Refusal

SHARD, KEPT = BY_GATEWAY
HOSTS = "hosts: [brokers.harbour.example]"
MORE_HOSTS = "b.brokers.harbour.example"
MANY_HOSTS = [f"b{number}.brokers.harbour.example" for number in range(16)]
PATHS = "paths: [/offers, /contracts]"
MANY_PATHS = [f"/p{number}" for number in range(32)]


def _listed(key: str, found: list[str], more: str = "") -> str:
    return f"{key}: [{', '.join(found)}{f', «{more}' if more else ''}]"


REFUSALS = (
    Refusal(
        code="gateway-cannot",
        edits=(*BY_GATEWAY, (DESK, HOSTS, f"{HOSTS}\nanswer_within: «600")),
        key_path="answer_within",
        found="600 seconds, and the shard 'brokers' publishes by Gateway API",
        allowed="50",
        hint="Let the shard publish by Ingress (estate:routers in Pulumi.dmz.yaml)",
        neighbour=(*BY_GATEWAY, (DESK, HOSTS, f"{HOSTS}\nanswer_within: 50")),
    ),
    Refusal(
        code="stickiness-lost",
        edits=(SHARD, (DESK, "stickiness: cookie", "stickiness: «cookie")),
        key_path="stickiness",
        found="the shard 'brokers' publishes by Gateway API, whose routes keep no client",
        allowed="none",
        hint="Let the shard publish by Ingress (estate:routers in Pulumi.dmz.yaml)",
        neighbour=BY_GATEWAY,
    ),
    Refusal(
        code="gateway-cannot",
        edits=(
            *BY_GATEWAY,
            (DESK, HOSTS, _listed("hosts", MANY_HOSTS, "b.brokers.harbour.example")),
        ),
        key_path="hosts[16]",
        found="17 hosts, and the shard 'brokers' publishes by Gateway API, where a route holds 16",
        allowed="16 at most",
        neighbour=(*BY_GATEWAY, (DESK, HOSTS, _listed("hosts", MANY_HOSTS))),
    ),
    Refusal(
        code="gateway-cannot",
        edits=(*BY_GATEWAY, (DESK, PATHS, _listed("paths", MANY_PATHS, "/more"))),
        key_path="paths[32]",
        found="33 paths, and the shard 'brokers' publishes by Gateway API, where a route holds 32",
        allowed="32 at most",
        neighbour=(*BY_GATEWAY, (DESK, PATHS, _listed("paths", MANY_PATHS))),
    ),
    Refusal(
        code="no-platform-image",
        edits=(
            SHARD,
            KEPT,
            ("images.yaml", "  gateway-router:\n", "  gateway-routers:\n"),
            (DMZ, "owner: platform-network", "«owner: platform-network"),
        ),
        key_path="estate:routers",
        found="there is no image that routers run",
        allowed="an image 'gateway-router' in images.yaml",
        neighbour=(("images.yaml", "  gateway-router:\n", "  gateway-routers:\n"),),
    ),
    Refusal(
        code="not-a-choice",
        edits=((DMZ, BROKERS, f"{BROKERS}        api: «gateways\n"),),
        key_path="estate:routers.shards[1].api",
        found="'gateways'",
        hint="Did you mean 'gateway'?",
    ),
)
