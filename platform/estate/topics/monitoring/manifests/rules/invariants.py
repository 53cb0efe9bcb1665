"""The estate's own invariants: what was true when it was declared must stay true (D7, X4, A9)."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.facts import MANAGED
from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup, of_tenant

_DAY = 86400
_SOON = 14 * _DAY
_QUOTA = 'kube_resourcequota{{type="{type}",resource!~"services.*"}}'
_PER_QUOTA = "max by (namespace, resourcequota, resource)"


def invariants() -> RuleGroup:
    """Each holds live objects against declared ones."""
    return RuleGroup(
        name="estate-invariants", rules=(*_POOLS, *_PLACES, *_REGISTERS, *_DIFFERENCES)
    )


_POOLS = (
    Alert(
        name="PoolBelowTwoNodes",
        expr="estate:pool_nodes_usable:count < 2",
        wait="2m",
        severity="critical",
        route="platform",
        summary="Pool {{ $labels.pool }} has {{ $value }} usable nodes: the loss of one more "
        "stops what runs there.",
    ),
    Alert(
        name="PoolSurvivorsTooSmall",
        expr="estate:pool_requests:sum > estate:pool_survivors_room:sum",
        wait="10m",
        severity="warning",
        route="platform",
        summary="If pool {{ $labels.pool }} lost its largest node, the others could not carry the "
        "{{ $labels.resource }} that its pods request.",
    ),
    Alert(
        name="EgressNodeDown",
        expr='estate_declared_node{role="egress"} unless on (node) (estate:node_ready:bool == 1)',
        wait="1m",
        severity="critical",
        route="platform",
        summary="Egress node {{ $labels.node }} is down: connections out of the zone hang on "
        "those that are left.",
    ),
)

_PLACES = (
    Alert(
        name="PodOutsidePool",
        expr="max by (namespace, pod, node) "
        '(kube_pod_info{node!="",created_by_kind!~"DaemonSet|Node"})'
        " * on (node) group_left (pool) estate:node_pool:info"
        " unless on (namespace, pool) estate_declared_namespace"
        " and on (namespace) estate_declared_namespace",
        wait="5m",
        severity="critical",
        route="platform",
        summary="Pod {{ $labels.namespace }}/{{ $labels.pod }} stands on {{ $labels.node }} of "
        "pool {{ $labels.pool }}, which is not its namespace's.",
    ),
    Alert(
        name="NodePortNotRegistered",
        # kube-state-metrics knows no port's number; admission holds declared Services to theirs.
        expr="max by (namespace, service) "
        '(kube_service_spec_type{type=~"NodePort|LoadBalancer"})'
        " unless on (namespace, service) estate_declared_node_port",
        severity="critical",
        route="platform",
        summary="Service {{ $labels.namespace }}/{{ $labels.service }} opens node ports, and has "
        "none in the register.",
    ),
)

_REGISTERS = (
    Alert(
        name="QuotaNearlyUsed",
        expr=of_tenant(
            f"{_PER_QUOTA} ({_QUOTA.format(type='used')}) / "
            f"({_PER_QUOTA} ({_QUOTA.format(type='hard')}) > 0) > 0.9"
            ' and on (namespace) estate_declared_namespace{quota="shared"}'
        ),
        wait="15m",
        severity="warning",
        route="tenant",
        summary="Namespace {{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its "
        "quota of {{ $labels.resource }}.",
    ),
    Alert(
        name="ExceptionExpired",
        expr="estate_declared_exception_ends_seconds <= time()",
        severity="critical",
        route="platform",
        summary="The exception of {{ $labels.namespace }} from the rule {{ $labels.rule }} has "
        "expired and still holds.",
    ),
    Alert(
        name="ExceptionExpiring",
        expr=f"estate_declared_exception_ends_seconds - time() < {_SOON} > 0",
        severity="warning",
        route="platform",
        summary="The exception of {{ $labels.namespace }} from the rule {{ $labels.rule }} "
        "expires in {{ $value | humanizeDuration }}.",
    ),
)

_DIFFERENCES = (
    Alert(
        name="NodeNotDeclared",
        expr="max by (node) (kube_node_info) unless on (node) estate_declared_node"
        ' unless on (node) kube_node_role{role="control-plane"}',
        wait="15m",
        severity="warning",
        route="platform",
        summary="Node {{ $labels.node }} is in the cluster and in no inventory.",
    ),
    Alert(
        name="DeclaredNodeMissing",
        expr="estate_declared_node unless on (node) max by (node) (kube_node_info)",
        wait="15m",
        severity="warning",
        route="platform",
        summary="Node {{ $labels.node }} of pool {{ $labels.pool }} is declared and not in the "
        "cluster.",
    ),
    Alert(
        name="NodeInAnotherPool",
        expr="estate_declared_node unless on (node, pool) estate:node_pool:info"
        " and on (node) kube_node_info",
        wait="15m",
        severity="critical",
        route="platform",
        summary="Node {{ $labels.node }} does not carry the label of its pool {{ $labels.pool }}.",
    ),
    Alert(
        name="NodeSmallerThanDeclared",
        expr='max by (node, resource) (kube_node_status_allocatable{resource=~"cpu|memory"})'
        " < on (node, resource) 0.99 * max by (node, resource) (estate_declared_node_allocatable)",
        wait="15m",
        severity="warning",
        route="platform",
        summary="Node {{ $labels.node }} offers less {{ $labels.resource }} than capacity was "
        "computed with.",
    ),
    Alert(
        name="WorkloadNotDeclared",
        expr="estate:workload_replicas:max"
        " unless on (namespace, kind, workload) estate:workload_managed:max"
        ' and on (namespace) estate_declared_namespace{tenant!=""}',
        wait="15m",
        severity="warning",
        route="platform",
        summary="{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.workload }} runs and no "
        "app declares it.",
    ),
    Alert(
        name="WorkloadMissing",
        expr="max by (namespace, workload) (label_replace("
        f"kube_poddisruptionbudget_labels{{{MANAGED}}}, "
        '"workload", "$1", "poddisruptionbudget", "(.+)"))'
        " unless on (namespace, workload) estate:workload_replicas:max",
        wait="15m",
        severity="warning",
        route="platform",
        summary="{{ $labels.namespace }}/{{ $labels.workload }} is declared, and what runs it "
        "does not exist.",
    ),
)
