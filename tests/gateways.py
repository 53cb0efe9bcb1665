"""Estates of which one router shard publishes by Gateway API."""

from __future__ import annotations

from tests.estates import Estate

DMZ = "Pulumi.dmz.yaml"
DESK = "apps/broker-desk-dmz.yaml"

BROKERS = "        tenants: [brokers]\n"
BY_GATEWAY = (
    (DMZ, BROKERS, f"{BROKERS}        api: gateway\n"),
    (DESK, "stickiness: cookie\n", ""),
)
"""The brokers' shard publishes by Gateway API, which keeps no client with a pod."""


def with_gateway(estate: Estate) -> Estate:
    """The same apps in the DMZ; HTTPRoutes say what the brokers' shard publishes."""
    for edit in BY_GATEWAY:
        estate.edit(*edit)
    return estate
