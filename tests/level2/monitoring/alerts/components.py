"""Requests to API servers, programs that come with a cluster, kubelets, registry machines."""

from __future__ import annotations

from tests.level2.monitoring.alerts.case import (
    Case,
    growing,
    histogram,
    namespace,
    series,
    together,
)

LIFE = namespace("life", "life")
DAY = 86400


def _up(job: str, value: float, **labels: str) -> dict[str, str]:
    return series("up", value, job=job, **labels)


def _reads(*, failed: float = 0, late: float = 0) -> dict[str, str]:
    """A hundred a minute, of one object each."""
    of = {"job": "apiserver", "verb": "GET"}
    timed = {**of, "scope": "resource", "subresource": ""}
    return together(
        series("apiserver_request_total", growing(100 - failed), code="200", **of),
        series("apiserver_request_total", growing(failed), code="500", **of),
        series("apiserver_request_sli_duration_seconds_count", growing(100), **timed),
        series(
            "apiserver_request_sli_duration_seconds_bucket", growing(100 - late), le="1", **timed
        ),
    )


def _writes(*, failed: float) -> dict[str, str]:
    of = {"job": "apiserver", "verb": "POST"}
    return together(
        series("apiserver_request_total", growing(100 - failed), code="201", **of),
        series("apiserver_request_total", growing(failed), code="503", **of),
        series("apiserver_request_sli_duration_seconds_count", growing(100), **of),
        series("apiserver_request_sli_duration_seconds_bucket", growing(100), le="1.0", **of),
    )


def _terminated(rate: float) -> dict[str, str]:
    return together(
        series("apiserver_request_total", growing(100 - rate), job="apiserver", code="200"),
        series("apiserver_request_terminations_total", growing(rate), job="apiserver", code="503"),
    )


def _client(failed: float) -> dict[str, str]:
    of = {"job": "kube-controller-manager", "instance": "m1", "method": "GET"}
    return together(
        series("rest_client_requests_total", growing(1000 - failed), code="200", **of),
        series("rest_client_requests_total", growing(failed), code="500", **of),
    )


def _versions(kubelet: str) -> dict[str, str]:
    return together(
        series("kubernetes_build_info", job="apiserver", git_version="v1.36.3"),
        series("kubernetes_build_info", job="kubelet", git_version=kubelet),
    )


API = (
    Case(alert="ApiErrorBudgetBurnsFast", fires=_reads(late=20), silent=_reads(late=5)),
    Case(alert="ApiErrorBudgetBurnsFast", fires=_writes(failed=20), silent=_writes(failed=5)),
    Case(
        alert="ApiErrorBudgetBurns",
        fires=_reads(failed=2),
        silent=_reads(failed=0.5),
        after="3h",
    ),
    Case(alert="ApiRequestsTerminated", fires=_terminated(30), silent=_terminated(10)),
    Case(alert="ApiClientErrors", fires=_client(20), silent=_client(5), after="30m"),
    Case(
        alert="VersionsDiffer", fires=_versions("v1.35.9"), silent=_versions("v1.36.1"), after="5h"
    ),
)


def _governing(job: str, first: float, second: float) -> dict[str, str]:
    return together(
        _up(job, first, instance="m1", node="m1"), _up(job, second, instance="m2", node="m2")
    )


def _answers(failed: float) -> dict[str, str]:
    return together(
        series("coredns_dns_responses_total", growing(100 - failed), rcode="NOERROR", pod="c"),
        series("coredns_dns_responses_total", growing(failed), rcode="SERVFAIL", pod="c"),
    )


def _resolved(bucket: str) -> dict[str, str]:
    return histogram(
        "coredns_dns_request_duration_seconds", {"0.001": 0.0, bucket: 100.0, "+Inf": 100.0}
    )


def _plugin(ready: float, owner: str = "calico-node") -> dict[str, str]:
    of = {"namespace": "calico-system", "pod": "p"}
    return together(
        series(
            "kube_pod_info", node="n1", created_by_kind="DaemonSet", created_by_name=owner, **of
        ),
        series("kube_pod_status_ready", ready, condition="true", **of),
    )


COMPONENTS = (
    Case(
        alert="SchedulerDown",
        fires=_governing("kube-scheduler", 0, 0),
        silent=_governing("kube-scheduler", 0, 1),
    ),
    Case(
        alert="ControllerManagerDown",
        fires=_governing("kube-controller-manager", 0, 0),
        silent=_governing("kube-controller-manager", 1, 0),
    ),
    Case(
        alert="ComponentNotRead",
        fires=_governing("kube-scheduler", 0, 1),
        silent=_governing("kube-scheduler", 1, 1),
    ),
    Case(
        alert="ComponentNotRead",
        fires=_up("calico", 0, instance="n1", node="n1"),
        silent=_up("calico", 1, instance="n1", node="n1"),
    ),
    Case(
        alert="NameServiceDown",
        fires=_up("coredns", 0, pod="a"),
        silent=together(_up("coredns", 0, pod="a"), _up("coredns", 1, pod="b")),
    ),
    Case(alert="NameServiceErrors", fires=_answers(4), silent=_answers(2)),
    Case(alert="NameServiceSlow", fires=_resolved("8.192"), silent=_resolved("0.512")),
    Case(
        alert="KubeProxyDown",
        fires=series("probe_success", 0, job="kube-proxy", node="n1"),
        silent=series("probe_success", 1, job="kube-proxy", node="n1"),
    ),
    Case(alert="NetworkPluginDown", fires=_plugin(0), silent=_plugin(1)),
    Case(alert="NetworkPluginDown", fires=_plugin(0, "cilium"), silent=_plugin(0, "another")),
    Case(
        alert="NetworkRulesNotWritten",
        fires=series("felix_int_dataplane_failures", growing(1), node="n1"),
        silent=series("felix_int_dataplane_failures", 7, node="n1"),
    ),
)


def _listing(bucket: str) -> dict[str, str]:
    return histogram(
        "kubelet_pleg_relist_duration_seconds",
        {"0.005": 0.0, bucket: 100.0, "+Inf": 100.0},
        job="kubelet",
        node="n1",
    )


def _pods(count: int, phase: str = "Running") -> dict[str, str]:
    """So many on a node for twenty."""
    return together(
        series("kube_node_status_capacity", 20, node="n1", resource="pods"),
        *(
            together(
                series("kube_pod_info", namespace="life", pod=f"p{number}", node="n1"),
                series("kube_pod_status_phase", namespace="life", pod=f"p{number}", phase=phase),
            )
            for number in range(count)
        ),
    )


def _readiness(values: str) -> dict[str, str]:
    return series("kube_node_status_condition", values, node="n1", condition="Ready", status="true")


KUBELETS = (
    Case(alert="KubeletSlow", fires=_listing("20"), silent=_listing("5")),
    Case(
        alert="KubeletTooManyPods",
        fires=_pods(20),
        silent=_pods(20, "Succeeded"),
        after="30m",
    ),
    Case(
        alert="NodeFlapping",
        fires=_readiness("1 1 1 0 0 0 1 1 1 0 0 0 " * 10),
        silent=_readiness("1 1 1 0 0 0 " + "1 " * 100),
        after="50m",
    ),
    Case(
        alert="KubeletServingCertificateEnds",
        fires=series("kubelet_certificate_manager_server_ttl_seconds", 6 * DAY, node="n1"),
        silent=series("kubelet_certificate_manager_server_ttl_seconds", 8 * DAY, node="n1"),
    ),
    Case(
        alert="KubeletCertificateNotRenewed",
        fires=series(
            "kubelet_certificate_manager_client_expiration_renew_errors", growing(1), node="n1"
        ),
        silent=series("kubelet_certificate_manager_client_expiration_renew_errors", 3, node="n1"),
    ),
    Case(
        alert="KubeletCertificateNotRenewed",
        fires=series("kubelet_server_expiration_renew_errors", growing(1), node="n1"),
        silent=series("kubelet_server_expiration_renew_errors", 3, node="n1"),
    ),
)


def _disruptions(healthy: float) -> dict[str, str]:
    of = {"namespace": "life", "poddisruptionbudget": "web"}
    return together(
        LIFE,
        series("kube_poddisruptionbudget_status_desired_healthy", 2, **of),
        series("kube_poddisruptionbudget_status_current_healthy", healthy, **of),
    )


def _rollout(stuck: float) -> dict[str, str]:
    of = {"namespace": "life", "deployment": "web", "condition": "Progressing"}
    return together(LIFE, series("kube_deployment_status_condition", stuck, status="false", **of))


def _update(updated: float | str, revision: str = "db-2") -> dict[str, str]:
    of = {"namespace": "life", "statefulset": "db"}
    return together(
        LIFE,
        series("kube_statefulset_status_current_revision", revision="db-1", **of),
        series("kube_statefulset_status_update_revision", revision=revision, **of),
        series("kube_statefulset_replicas", 3, **of),
        series("kube_statefulset_status_replicas_updated", updated, **of),
    )


WORKLOADS = (
    Case(
        alert="DisruptionBudgetShort",
        fires=_disruptions(1),
        silent=_disruptions(2),
        tenant="life",
    ),
    Case(alert="RolloutStuck", fires=_rollout(1), silent=_rollout(0), tenant="life"),
    Case(
        alert="StatefulSetNotUpdated",
        fires=_update(1),
        silent=_update(1, "db-1"),
        after="30m",
        tenant="life",
    ),
    Case(  # one that goes on, pod by pod
        alert="StatefulSetNotUpdated",
        fires=_update(2),
        silent=_update(growing(0.1)),
        after="30m",
        tenant="life",
    ),
)


def _held(*nodes: str) -> dict[str, str]:
    moving = {"address": "10.10.1.121"}
    return together(
        series("estate_declared_moving_address", among="router", **moving),
        *(
            series("node_network_address_info", device="eth0", netmask="32", node=node, **moving)
            for node in nodes
        ),
    )


def _machine(value: float) -> dict[str, str]:
    return series("probe_success", value, job="registry-machines", machine="reg-a")


AROUND = (
    Case(alert="MovingAddressWithoutNode", fires=_held(), silent=_held("r1")),
    Case(alert="MovingAddressTwice", fires=_held("r1", "r2"), silent=_held("r2")),
    Case(alert="RegistryMachineDown", fires=_machine(0), silent=_machine(1)),
)

CASES = (*API, *COMPONENTS, *KUBELETS, *WORKLOADS, *AROUND)
