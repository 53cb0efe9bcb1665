"""Programs that come with a cluster: scheduler, controller manager, CoreDNS, kube-proxy, network.

Sources: alerts/kube_scheduler.libsonnet and kube_controller_manager.libsonnet of the Kubernetes
mixin (there after 15 minutes); CoreDNS, plugin ``metrics``; Felix (docs.tigera.io, "Prometheus
metrics"). Thresholds of CoreDNS are those of github.com/povilasv/coredns-mixin.
"""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup

PLUGINS = "calico-node|cilium|kube-flannel-ds|ovnkube-node"
"""The daemon sets of network plugins, as their installers call them."""

_ANSWERS = "coredns_dns_responses_total"


def components() -> RuleGroup:
    """What the API servers do not show: they answer while nothing is placed or replaced."""
    return RuleGroup(name="components", rules=(*_MASTERS, *_NAMES, *_NODES))


_MASTERS = (
    Alert(
        name="SchedulerDown",
        expr='absent(up{job="kube-scheduler"} == 1)',
        wait="5m",
        severity="critical",
        route="platform",
        summary="No scheduler answers: new pods get no node.",
    ),
    Alert(
        name="ControllerManagerDown",
        expr='absent(up{job="kube-controller-manager"} == 1)',
        wait="5m",
        severity="critical",
        route="platform",
        summary="No controller manager answers: nothing that is lost is replaced.",
    ),
    Alert(
        name="ComponentNotRead",
        expr='up{job=~"kube-scheduler|kube-controller-manager|coredns|calico"} == 0',
        wait="10m",
        severity="warning",
        route="platform",
        summary="{{ $labels.job }} at {{ $labels.instance }} does not answer Prometheus.",
    ),
)

_NAMES = (
    Alert(
        name="NameServiceDown",
        expr='absent(up{job="coredns"} == 1)',
        wait="2m",
        severity="critical",
        route="platform",
        summary="No CoreDNS answers: pods resolve no name.",
    ),
    Alert(
        name="NameServiceErrors",
        expr=f'sum(rate({_ANSWERS}{{rcode="SERVFAIL"}}[5m])) / sum(rate({_ANSWERS}[5m])) > 0.03',
        wait="10m",
        severity="critical",
        route="platform",
        summary="CoreDNS fails {{ $value | humanizePercentage }} of all questions.",
    ),
    Alert(
        name="NameServiceSlow",
        expr="histogram_quantile(0.99, sum by (le) (rate("
        "coredns_dns_request_duration_seconds_bucket[5m]))) > 4",
        wait="10m",
        severity="warning",
        route="platform",
        summary="One in a hundred names takes {{ $value | humanizeDuration }} to resolve.",
    ),
)

_NODES = (
    Alert(
        name="KubeProxyDown",
        expr='probe_success{job="kube-proxy"} == 0',
        wait="5m",
        severity="critical",
        route="platform",
        summary="{{ $labels.node }} does not follow changes of services: kube-proxy is down or "
        "late.",
    ),
    Alert(
        name="NetworkPluginDown",
        expr='max by (node, namespace, pod) (kube_pod_info{created_by_kind="DaemonSet",'
        f'created_by_name=~"{PLUGINS}"}})'
        " * on (namespace, pod) group_left ()"
        ' max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0',
        wait="5m",
        severity="critical",
        route="platform",
        summary="The network plugin on {{ $labels.node }} is not ready: new pods there have no "
        "network.",
    ),
    Alert(
        name="NetworkRulesNotWritten",
        expr="rate(felix_int_dataplane_failures[5m]) > 0",
        wait="10m",
        severity="critical",
        route="platform",
        summary="Calico on {{ $labels.node }} cannot write its rules: policies there are not as "
        "declared.",
    ),
)
