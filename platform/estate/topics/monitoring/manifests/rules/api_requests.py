"""Requests to the API servers: their error budget, their clients, their versions (I2).

Expressions follow the Kubernetes mixin (github.com/kubernetes-monitoring/kubernetes-mixin:
alerts/kube_apiserver.libsonnet, rules/kube_apiserver-burnrate.libsonnet, config.libsonnet,
alerts/system_alerts.libsonnet): KubeAPIErrorBudgetBurn, KubeAPITerminatedRequests,
KubeClientErrors, KubeVersionMismatch.
"""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, Record, RuleGroup

_JOB = 'job="apiserver"'
_SHORT = 'subresource!~"proxy|attach|log|exec|portforward"'
"""Streams of people and tools last as long as they are used."""

_READ = 'verb=~"LIST|GET"'
_WRITE = 'verb=~"POST|PUT|PATCH|DELETE"'
_WITHIN = {
    # Of SIG Scalability (slos/api_call_latency.md): a single object, a namespace, the cluster.
    _READ: (('scope=~"resource|"', 1), ('scope="namespace"', 5), ('scope="cluster"', 30)),
    _WRITE: (('scope=~".*"', 1),),
}
"""By verbs: which requests have to end within how many seconds. The scrape configuration keeps
these buckets and no others."""

BAD = "estate:apiserver_requests_bad:rate5m"
ALL = "estate:apiserver_requests:rate5m"

_BUDGET = 0.01
"""Of 30 days: one request in a hundred may fail or be late."""

_FAST = (("1h", "5m", 14.4), ("6h", "30m", 6))
_SLOW = (("1d", "2h", 3), ("3d", "6h", 1))
"""Long window, short window, how many times faster than the budget allows."""


def api_requests() -> RuleGroup:
    """What clients of the API servers notice."""
    return RuleGroup(
        name="api-requests",
        rules=(
            *_records("read", _READ),
            *_records("write", _WRITE),
            Alert(
                name="ApiErrorBudgetBurnsFast",
                expr=_burns(_FAST),
                wait="2m",
                severity="critical",
                route="platform",
                summary="Too many {{ $labels.verb }} requests fail or are late: the budget of "
                "30 days is gone within days.",
            ),
            Alert(
                name="ApiErrorBudgetBurns",
                expr=_burns(_SLOW),
                wait="1h",
                severity="warning",
                route="platform",
                summary="More {{ $labels.verb }} requests fail or are late than the budget of "
                "30 days has room for.",
            ),
            Alert(
                name="ApiRequestsTerminated",
                expr=f"{_terminated()} / (sum(rate(apiserver_request_total{{{_JOB}}}[10m]))"
                f" + {_terminated()}) > 0.2",
                wait="5m",
                severity="warning",
                route="platform",
                summary="API servers end {{ $value | humanizePercentage }} of requests "
                "unanswered, to protect themselves.",
            ),
            Alert(
                name="ApiClientErrors",
                expr='sum by (job, instance) (rate(rest_client_requests_total{code=~"5.."}[5m]))'
                " / sum by (job, instance) (rate(rest_client_requests_total[5m])) > 0.01",
                wait="15m",
                severity="warning",
                route="platform",
                summary="{{ $labels.job }} {{ $labels.instance }}: "
                "{{ $value | humanizePercentage }} of its requests fail in the API server.",
            ),
            Alert(
                name="VersionsDiffer",
                # Longer than the mixin's quarter of an hour: an upgrade goes node by node.
                expr='count(count by (version) (label_replace(kubernetes_build_info{job!="coredns"}'
                ', "version", "$1", "git_version", "(v[0-9]+[.][0-9]+).*"))) > 1',
                wait="4h",
                severity="warning",
                route="platform",
                summary="{{ $value }} versions of Kubernetes run in the cluster.",
            ),
        ),
    )


def _records(verb: str, which: str) -> tuple[Record, Record]:
    """Rates of five minutes: averages of them make longer windows without reading every bucket."""
    duration = "apiserver_request_sli_duration_seconds"
    timed = f"{_JOB},{which},{_SHORT}"
    in_time = "".join(
        f" - {_sum(f'{duration}_bucket{{{timed},{_le(scope, seconds)}}}')}"
        for scope, seconds in _WITHIN[which]
    )
    failed = f'apiserver_request_total{{{_JOB},{which},code=~"5.."}}'
    return (
        Record(
            name=BAD,
            expr=f"sum(rate({duration}_count{{{timed}}}[5m])){in_time} + {_sum(failed)}",
            labels={"verb": verb},
        ),
        Record(
            name=ALL,
            expr=f"sum(rate(apiserver_request_total{{{_JOB},{which}}}[5m]))",
            labels={"verb": verb},
        ),
    )


def _le(scope: str, seconds: int) -> str:
    """Prometheus 3 writes the bucket as ``1.0``, its forerunners as ``1``."""
    return f'{scope},le=~"{seconds}([.]0)?"'


def _sum(series: str) -> str:
    """Nothing is none: a scope that nobody has asked for has no series."""
    return f"(sum(rate({series}[5m])) or vector(0))"


def _burns(windows: tuple[tuple[str, str, float], ...]) -> str:
    return " or ".join(
        f"({_share(long)} > {times * _BUDGET:.15g} and {_share(short)} > {times * _BUDGET:.15g})"
        for long, short, times in windows
    )


def _share(window: str) -> str:
    return f"avg_over_time({BAD}[{window}]) / avg_over_time({ALL}[{window}])"


def _terminated() -> str:
    return f"sum(rate(apiserver_request_terminations_total{{{_JOB}}}[10m]))"
