"""What stands around the pods: volumes, virtual servers, registries, certificates."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup, of_tenant

_DAY = 86400
_CLAIM = "by (namespace, persistentvolumeclaim)"
_PULLS = 'kube_pod_container_status_waiting_reason{reason=~"ImagePullBackOff|ErrImagePull"} == 1'


def supply() -> tuple[RuleGroup, ...]:
    """One group for each of them."""
    return (
        RuleGroup(name="storage", rules=_STORAGE),
        RuleGroup(name="registries", rules=_REGISTRIES),
        RuleGroup(name="certificates", rules=_CERTIFICATES),
    )


_STORAGE = (
    Alert(
        name="VolumeFilling",
        expr=of_tenant(
            f"min {_CLAIM} (kubelet_volume_stats_available_bytes"
            " / kubelet_volume_stats_capacity_bytes) < 0.1"
        ),
        wait="10m",
        severity="warning",
        route="tenant",
        summary="Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has "
        "{{ $value | humanizePercentage }} left.",
    ),
    Alert(
        name="VolumeFullSoon",
        expr=of_tenant(
            f"min {_CLAIM} (predict_linear(kubelet_volume_stats_available_bytes[6h], 24 * 3600))"
            " < 0"
        ),
        wait="1h",
        severity="critical",
        route="tenant",
        summary="Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full "
        "within a day.",
    ),
    Alert(
        name="ClaimNotBound",
        expr=of_tenant(
            f'max {_CLAIM} (kube_persistentvolumeclaim_status_phase{{phase=~"Pending|Lost"}}) == 1'
        ),
        wait="10m",
        severity="warning",
        route="tenant",
        summary="Claim {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has no volume.",
    ),
    Alert(
        name="VolumeFailed",
        expr='max by (persistentvolume) (kube_persistentvolume_status_phase{phase="Failed"}) == 1',
        wait="5m",
        severity="warning",
        route="platform",
        summary="Volume {{ $labels.persistentvolume }} has failed.",
    ),
)

_REGISTRIES = (
    Alert(
        name="VirtualServerDown",
        expr='probe_success{job="probe"} == 0',
        wait="2m",
        severity="critical",
        route="tenant",
        summary="{{ $labels.virtual_server }} does not answer at {{ $labels.instance }}.",
    ),
    Alert(
        name="RegistryDown",
        expr='probe_success{job="probe",partition="platform",virtual_server=~".*registry.*"} == 0',
        wait="1m",
        severity="critical",
        route="platform",
        summary="The registry {{ $labels.virtual_server }} does not answer: no node can pull.",
    ),
    Alert(
        name="RegistryMachineDown",
        expr='probe_success{job="registry-machines"} == 0',
        wait="5m",
        severity="warning",
        route="platform",
        summary="The registry's machine {{ $labels.machine }} does not answer at "
        "{{ $labels.instance }}.",
    ),
    Alert(
        name="ImagePullsFail",
        expr=f"count(count by (namespace) ({_PULLS})) >= 3",
        wait="3m",
        severity="critical",
        route="platform",
        summary="Images cannot be pulled in {{ $value }} namespaces at once.",
    ),
)

_CERTIFICATES = (
    Alert(
        name="CertificateEnds",
        expr=f"probe_ssl_earliest_cert_expiry - time() < {21 * _DAY}",
        severity="warning",
        route="tenant",
        summary="The certificate of {{ $labels.virtual_server }} ends in "
        "{{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="CertificateEndsNow",
        expr=f"probe_ssl_earliest_cert_expiry - time() < {5 * _DAY}",
        severity="critical",
        route="tenant",
        summary="The certificate of {{ $labels.virtual_server }} ends in "
        "{{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="ClientCertificateEnds",
        expr="histogram_quantile(0.01, sum by (le) (rate("
        f"apiserver_client_certificate_expiration_seconds_bucket[5m]))) < {7 * _DAY}",
        wait="5m",
        severity="warning",
        route="platform",
        summary="Somebody speaks to the API servers with a certificate that ends within a week.",
    ),
    Alert(
        name="KubeletCertificateEnds",
        expr=f"kubelet_certificate_manager_client_ttl_seconds < {5 * _DAY}",
        wait="15m",
        severity="critical",
        route="platform",
        summary="The kubelet of {{ $labels.node }} has not renewed its certificate, which ends in "
        "{{ $value | humanizeDuration }}.",
    ),
)
