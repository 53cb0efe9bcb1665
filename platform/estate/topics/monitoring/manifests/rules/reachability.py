"""The ways in and out of the cluster: routers and relays, and addresses that move (C5, F3, E4)."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup
from estate.topics.nodes.plan.platform_namespaces import EGRESS_NAMESPACE, INGRESS_NAMESPACE

_SERVERS = f'haproxy_server_status{{namespace="{EGRESS_NAMESPACE}",state="UP"}}'
_MOVING = "estate_declared_moving_address"
_HELD = "node_network_address_info"
"""What keepalived does, by its result on each machine: it has no metrics of its own."""

_ANSWERS = f'haproxy_frontend_http_responses_total{{namespace="{INGRESS_NAMESPACE}"'


def ways() -> RuleGroup:
    """What no app sees by itself: the database behind a relay, the sum of a shard's answers."""
    return RuleGroup(
        name="ways",
        rules=(
            Alert(
                name="RelayedDatabaseDown",
                expr=f"max by (proxy) ({_SERVERS}) == 0",
                wait="1m",
                severity="critical",
                route="platform",
                summary="No relay reaches the database {{ $labels.proxy }}.",
            ),
            Alert(
                name="RelayCutOff",
                expr=f"min by (proxy, pod) ({_SERVERS}) == 0"
                f" and on (proxy) max by (proxy) ({_SERVERS}) == 1",
                wait="5m",
                severity="warning",
                route="platform",
                summary="{{ $labels.pod }} does not reach the database {{ $labels.proxy }}, which "
                "another relay does.",
            ),
            Alert(
                name="RouterAnswersWithErrors",
                expr=f'sum by (service) (rate({_ANSWERS},code="5xx"}}[5m]))'
                f" / sum by (service) (rate({_ANSWERS}}}[5m])) > 0.05",
                wait="10m",
                severity="warning",
                route="platform",
                summary="{{ $labels.service }}: {{ $value | humanizePercentage }} of answers are "
                "errors of the apps or of the router.",
            ),
            Alert(
                name="MovingAddressWithoutNode",
                expr=f"{_MOVING} unless on (address) {_HELD}",
                wait="2m",
                severity="critical",
                route="platform",
                summary="No machine of {{ $labels.among }} holds the address "
                "{{ $labels.address }}.",
            ),
            Alert(
                name="MovingAddressTwice",
                expr=f"{_MOVING} * on (address) group_left ()"
                f" count by (address) (count by (address, node) ({_HELD})) > 1",
                wait="1m",
                severity="critical",
                route="platform",
                summary="{{ $value }} machines of {{ $labels.among }} hold the address "
                "{{ $labels.address }} at once.",
            ),
        ),
    )
