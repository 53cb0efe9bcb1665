"""Kubelets: their speed, their room for pods, their certificates, their readiness (I2).

Expressions and thresholds follow alerts/kubelet.libsonnet of the Kubernetes mixin:
KubeletPlegDurationHigh, KubeletTooManyPods, KubeNodeReadinessFlapping,
KubeletServerCertificateExpiration, Kubelet{Client,Server}CertificateRenewalErrors. The client
certificate's end is with the other certificates.
"""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup

_DAY = 86400


def kubelets() -> RuleGroup:
    """What makes a node slow, or ends it later."""
    return RuleGroup(
        name="kubelets",
        rules=(
            Alert(
                name="KubeletSlow",
                expr="histogram_quantile(0.99, sum by (node, le) (rate("
                'kubelet_pleg_relist_duration_seconds_bucket{job="kubelet"}[5m]))) >= 10',
                wait="5m",
                severity="warning",
                route="platform",
                summary="The kubelet of {{ $labels.node }} takes {{ $value | humanizeDuration }} "
                "to list its containers.",
            ),
            Alert(
                name="KubeletTooManyPods",
                expr="count by (node) ("
                'max by (node, namespace, pod) (kube_pod_info{node!=""}) and on (namespace, pod)'
                ' max by (namespace, pod) (kube_pod_status_phase{phase="Running"}) == 1)'
                ' / max by (node) (kube_node_status_capacity{resource="pods"}) > 0.95',
                wait="15m",
                severity="warning",
                route="platform",
                summary="{{ $labels.node }} runs {{ $value | humanizePercentage }} of the pods "
                "that its kubelet admits.",
            ),
            Alert(
                name="NodeFlapping",
                expr="sum by (node) (changes(kube_node_status_condition"
                '{condition="Ready",status="true"}[15m])) > 2',
                wait="15m",
                severity="warning",
                route="platform",
                summary="Node {{ $labels.node }} was ready and not ready {{ $value }} times within "
                "a quarter of an hour.",
            ),
            Alert(
                name="KubeletServingCertificateEnds",
                # Without series where a kubelet makes its serving certificate itself.
                expr=f"kubelet_certificate_manager_server_ttl_seconds < {7 * _DAY}",
                severity="warning",
                route="platform",
                summary="The serving certificate of the kubelet of {{ $labels.node }} ends in "
                "{{ $value | humanizeDuration }}.",
            ),
            Alert(
                name="KubeletCertificateNotRenewed",
                expr="increase(kubelet_certificate_manager_client_expiration_renew_errors[5m]) > 0"
                " or increase(kubelet_server_expiration_renew_errors[5m]) > 0",
                wait="15m",
                severity="warning",
                route="platform",
                summary="The kubelet of {{ $labels.node }} fails to renew a certificate.",
            ),
        ),
    )
