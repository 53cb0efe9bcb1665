"""Facts for several rules: recorded once, from either of two replicas (D7, X4)."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Record, RuleGroup
from estate.topics.nodes.plan.pools import POOL_LABEL

_POOL = "label_" + "".join(one if one.isalnum() else "_" for one in POOL_LABEL)
"""As kube-state-metrics writes the label; it writes configured labels only."""

MANAGED = 'label_app_kubernetes_io_managed_by="estate"'

_REQUESTS = 'kube_pod_container_resource_requests{resource=~"cpu|memory",node!=""}'
_ALLOCATABLE = 'kube_node_status_allocatable{resource=~"cpu|memory"}'
_ALIVE = 'max by (namespace, pod) (kube_pod_status_phase{phase=~"Running|Pending"} == 1)'


def facts() -> RuleGroup:
    """While kube-state-metrics moves there are two of it: hence the maxima."""
    return RuleGroup(
        name="estate-facts",
        rules=(
            Record(
                name="estate:namespace_tenant:info",
                expr="max by (namespace, tenant) (label_replace(kube_namespace_labels, "
                '"tenant", "$1", "label_estate_tenant", "(.+)"))',
            ),
            Record(
                name="estate:node_pool:info",
                expr=f'max by (node, pool) (label_replace(kube_node_labels{{{_POOL}!=""}}, '
                f'"pool", "$1", "{_POOL}", "(.+)"))',
            ),
            Record(
                name="estate:node_ready:bool",
                expr='max by (node) (kube_node_status_condition{condition="Ready",status="true"})',
            ),
            # In its pool and ready, not cordoned, and without a taint but that of its own pool.
            Record(
                name="estate:node_usable:bool",
                expr="estate:node_pool:info"
                " * on (node) group_left () estate:node_ready:bool"
                " * on (node) group_left () (1 - max by (node) (kube_node_spec_unschedulable))"
                " * on (node) group_left () (1 - (max by (node) (kube_node_spec_taint"
                '{effect=~"NoSchedule|NoExecute",key!="dedicated"})'
                " or 0 * max by (node) (estate:node_pool:info)))",
            ),
            Record(
                name="estate:pool_nodes_usable:count",
                expr="sum by (pool) (estate:node_usable:bool)"
                " or 0 * max by (pool) (estate_declared_pool_nodes)",
            ),
            # Lost with its node, so that no other has to carry it: of a daemon set, the kubelet's
            # own, or with its volume in the node (X15).
            Record(
                name="estate:pod_stays:info",
                expr='max by (namespace, pod) (kube_pod_owner{owner_kind=~"DaemonSet|Node"})'
                " or max by (namespace, pod) ("
                "kube_pod_spec_volumes_persistentvolumeclaims_info"
                " * on (namespace, persistentvolumeclaim) group_left (volumename)"
                " max by (namespace, persistentvolumeclaim, volumename)"
                " (kube_persistentvolumeclaim_info)"
                " * on (volumename) group_left () max by (volumename) (label_replace("
                'kube_persistentvolume_info{local_path!=""},'
                ' "volumename", "$1", "persistentvolume", "(.+)")))',
            ),
            Record(
                name="estate:pool_requests:sum",
                expr="sum by (pool, resource) ("
                f"sum by (node, resource) ({_REQUESTS} * on (namespace, pod) group_left () {_ALIVE}"
                " unless on (namespace, pod) estate:pod_stays:info)"
                " * on (node) group_left (pool) estate:node_pool:info)",
            ),
            Record(
                name="estate:node_room:sum",
                expr=f"(max by (node, resource) ({_ALLOCATABLE}) - on (node, resource) ("
                f"sum by (node, resource) ({_REQUESTS} and on (namespace, pod)"
                " estate:pod_stays:info)"
                f" or 0 * max by (node, resource) ({_ALLOCATABLE})))"
                " * on (node) group_left (pool) (estate:node_usable:bool == 1)",
            ),
            Record(
                name="estate:pool_survivors_room:sum",
                expr="sum by (pool, resource) (estate:node_room:sum)"
                " - max by (pool, resource) (estate:node_room:sum)",
            ),
            _workloads(
                "estate:workload_replicas:max",
                ("Deployment", "deployment", "kube_deployment_spec_replicas"),
                ("StatefulSet", "statefulset", "kube_statefulset_replicas"),
            ),
            # Ours, by the label that everything has that the estate makes.
            _workloads(
                "estate:workload_managed:max",
                ("Deployment", "deployment", f"kube_deployment_labels{{{MANAGED}}}"),
                ("StatefulSet", "statefulset", f"kube_statefulset_labels{{{MANAGED}}}"),
            ),
            _workloads(
                "estate:workload_ready:max",
                ("Deployment", "deployment", "kube_deployment_status_replicas_available"),
                ("StatefulSet", "statefulset", "kube_statefulset_status_replicas_ready"),
            ),
        ),
    )


def _workloads(name: str, *of: tuple[str, str, str]) -> Record:
    """Deployments and StatefulSets under the same labels: kind and workload."""
    parts = [
        f'label_replace(label_replace({metric}, "workload", "$1", "{label}", "(.+)"), '
        f'"kind", "{kind}", "", "")'
        for kind, label, metric in of
    ]
    return Record(name=name, expr=f"max by (namespace, kind, workload) ({' or '.join(parts)})")
