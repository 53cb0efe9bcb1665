"""Pods and what runs them: told to the tenant whose they are (I8)."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup, of_tenant

_BUDGET = "by (namespace, poddisruptionbudget)"
_SET = "by (namespace, statefulset)"
_HPA = "max by (namespace, horizontalpodautoscaler)"
_OF = "by (namespace, pod, container)"


def pods() -> RuleGroup:
    """What does not run, does not become ready, or is stopped again and again."""
    return RuleGroup(name="pods", rules=(*_WORKLOADS, *_PODS, *_JOBS))


_WORKLOADS = (
    Alert(
        name="WorkloadDown",
        expr=of_tenant("estate:workload_ready:max == 0 and estate:workload_replicas:max > 0"),
        wait="2m",
        severity="critical",
        route="tenant",
        summary="{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.workload }} has no ready "
        "pod.",
    ),
    Alert(
        name="WorkloadShort",
        expr=of_tenant("estate:workload_ready:max < estate:workload_replicas:max"),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.workload }} has "
        "{{ $value }} ready pods, less than asked for.",
    ),
    Alert(
        name="DaemonSetShort",
        expr="max by (namespace, daemonset) (kube_daemonset_status_number_ready)"
        " < max by (namespace, daemonset) (kube_daemonset_status_desired_number_scheduled)",
        wait="15m",
        severity="warning",
        route="platform",
        summary="Daemon set {{ $labels.namespace }}/{{ $labels.daemonset }} lacks pods on nodes.",
    ),
    # The next three are KubePdbNotEnoughHealthyPods, KubeDeploymentRolloutStuck and
    # KubeStatefulSetUpdateNotRolledOut of the Kubernetes mixin (alerts/apps_alerts.libsonnet).
    Alert(
        name="DisruptionBudgetShort",
        expr=of_tenant(
            f"max {_BUDGET} (kube_poddisruptionbudget_status_desired_healthy)"
            f" - max {_BUDGET} (kube_poddisruptionbudget_status_current_healthy) > 0"
        ),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="{{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} lacks {{ $value }} "
        "healthy pods: no node of its pods can be drained.",
    ),
    Alert(
        name="RolloutStuck",
        expr=of_tenant(
            "max by (namespace, deployment) (kube_deployment_status_condition"
            '{condition="Progressing",status="false"}) == 1'
        ),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="The rollout of {{ $labels.namespace }}/{{ $labels.deployment }} does not go on.",
    ),
    Alert(
        name="StatefulSetNotUpdated",
        expr=of_tenant(
            f"max {_SET} (kube_statefulset_status_current_revision"
            " unless kube_statefulset_status_update_revision)"
            f" and max {_SET} (kube_statefulset_replicas)"
            f" != max {_SET} (kube_statefulset_status_replicas_updated)"
            f" and max {_SET} (changes(kube_statefulset_status_replicas_updated[5m])) == 0"
        ),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="The update of {{ $labels.namespace }}/{{ $labels.statefulset }} does not go on.",
    ),
    Alert(
        name="AutoscalerAtLimit",
        expr=of_tenant(
            f"{_HPA} (kube_horizontalpodautoscaler_status_current_replicas)"
            f" >= {_HPA} (kube_horizontalpodautoscaler_spec_max_replicas)"
        ),
        wait="30m",
        severity="warning",
        route="tenant",
        summary="{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has been at its "
        "most replicas for half an hour.",
    ),
)

_PODS = (
    Alert(
        name="PodCrashLooping",
        expr=of_tenant(
            f"max {_OF} (max_over_time(kube_pod_container_status_waiting_reason"
            '{reason="CrashLoopBackOff"}[5m])) >= 1'
        ),
        wait="5m",
        severity="warning",
        route="tenant",
        summary="Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} "
        "ends again and again.",
    ),
    Alert(
        name="PodPending",
        expr=of_tenant('max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) == 1'),
        wait="10m",
        severity="warning",
        route="tenant",
        summary="Pod {{ $labels.namespace }}/{{ $labels.pod }} does not start.",
    ),
    Alert(
        name="PodNotReady",
        expr=of_tenant(
            'max by (namespace, pod) (kube_pod_status_ready{condition="false"}) == 1'
            ' and on (namespace, pod) kube_pod_status_phase{phase="Running"} == 1'
        ),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="Pod {{ $labels.namespace }}/{{ $labels.pod }} runs and is not ready.",
    ),
    Alert(
        name="PodImageNotPulled",
        expr=of_tenant(
            f"max {_OF} (kube_pod_container_status_waiting_reason"
            '{reason=~"ImagePullBackOff|ErrImagePull"}) == 1'
        ),
        wait="5m",
        severity="warning",
        route="tenant",
        summary="The image of {{ $labels.container }} in {{ $labels.namespace }}/"
        "{{ $labels.pod }} cannot be pulled.",
    ),
    Alert(
        name="PodOutOfMemory",
        expr=of_tenant(
            f"max {_OF} (kube_pod_container_status_last_terminated_reason"
            '{reason="OOMKilled"}) == 1'
            f" and max {_OF} (increase(kube_pod_container_status_restarts_total[30m])) > 0"
        ),
        severity="warning",
        route="tenant",
        summary="Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} "
        "was stopped: it wanted more memory than it has.",
    ),
    Alert(
        name="PodThrottled",
        expr=of_tenant(
            f'sum {_OF} (rate(container_cpu_cfs_throttled_periods_total{{container!=""}}[5m]))'
            f' / sum {_OF} (rate(container_cpu_cfs_periods_total{{container!=""}}[5m])) > 0.5'
        ),
        wait="30m",
        severity="warning",
        route="tenant",
        summary="Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} "
        "waits for CPU in {{ $value | humanizePercentage }} of all periods.",
    ),
)

_JOBS = (
    Alert(
        name="JobFailed",
        expr=of_tenant('max by (namespace, job_name) (kube_job_failed{condition="true"}) == 1'),
        severity="warning",
        route="tenant",
        summary="Job {{ $labels.namespace }}/{{ $labels.job_name }} has failed.",
    ),
    Alert(
        name="CronJobLate",
        expr=of_tenant(
            "time() - max by (namespace, cronjob) (kube_cronjob_next_schedule_time) > 3600"
        ),
        severity="warning",
        route="tenant",
        summary="{{ $labels.namespace }}/{{ $labels.cronjob }} should have started "
        "{{ $value | humanizeDuration }} ago.",
    ),
)
