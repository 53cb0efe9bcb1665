"""The estate's own invariants, held against the facts of the shipped dmz (D7, X4, A9)."""

from __future__ import annotations

from tests.level2.monitoring.alerts.case import Case, namespace, node, series, together

PORTAL = "life-policy-portal"
ONE, OTHER = "dmz-n01", "dmz-n02"
PAIR = together(node(ONE, "policy-portal"), node(OTHER, "policy-portal"))
GIB = 2**30


def _cordoned() -> dict[str, str]:
    return together(node(ONE, "policy-portal"), node(OTHER, "policy-portal", cordoned=1))


def _requests(pod: str, on: str, cores: float) -> dict[str, str]:
    of = {"namespace": PORTAL, "pod": pod}
    return together(
        series("kube_pod_container_resource_requests", cores, node=on, resource="cpu", **of),
        series("kube_pod_status_phase", phase="Running", **of),
    )


def _allocatable(cores: float) -> dict[str, str]:
    return together(
        *(
            series("kube_node_status_allocatable", cores, node=name, resource="cpu")
            for name in (ONE, OTHER)
        )
    )


def _daemon(pod: str) -> dict[str, str]:
    return series("kube_pod_owner", namespace=PORTAL, pod=pod, owner_kind="DaemonSet")


def _local(pod: str) -> dict[str, str]:
    of = {"namespace": PORTAL, "persistentvolumeclaim": f"data-{pod}"}
    return together(
        series("kube_pod_spec_volumes_persistentvolumeclaims_info", pod=pod, **of),
        series("kube_persistentvolumeclaim_info", volumename=f"v-{pod}", **of),
        series("kube_persistentvolume_info", persistentvolume=f"v-{pod}", local_path="/srv/a"),
    )


_BUSY = together(PAIR, _allocatable(7.5), _requests("a", ONE, 4), _requests("b", OTHER, 4))
_PLACED = series("kube_pod_info", namespace=PORTAL, pod="a", node=ONE, created_by_kind="ReplicaSet")


def _quota(used: float, space: str) -> dict[str, str]:
    of = {"namespace": space, "resourcequota": "quota", "resource": "requests.cpu"}
    return together(
        namespace(space, "claims" if space == "claims" else "life"),
        series("kube_resourcequota", used, type="used", **of),
        series("kube_resourcequota", 6, type="hard", **of),
    )


def _open(service: str, kind: str) -> dict[str, str]:
    return series("kube_service_spec_type", namespace=PORTAL, service=service, type=kind)


def _deployment(space: str, name: str, replicas: float) -> dict[str, str]:
    return series("kube_deployment_spec_replicas", replicas, namespace=space, deployment=name)


def _managed(kind: str, name: str) -> dict[str, str]:
    labels = {"namespace": PORTAL, kind: name, "label_app_kubernetes_io_managed_by": "estate"}
    return series(f"kube_{kind}_labels", 1, **labels)


_EGRESS = together(node("dmz-e01", "egress"), node("dmz-e02", "egress"))

CASES = (
    Case(
        alert="PoolBelowTwoNodes",
        where='pool="policy-portal"',
        fires=together(node(ONE, "policy-portal"), node(OTHER, "policy-portal", ready=0)),
        silent=PAIR,
    ),
    Case(  # all labels together: ready, and cordoned
        alert="PoolBelowTwoNodes", where='pool="policy-portal"', fires=_cordoned(), silent=PAIR
    ),
    Case(
        alert="PoolBelowTwoNodes",
        where='pool="policy-portal"',
        fires=together(
            node(ONE, "policy-portal"),
            node(OTHER, "policy-portal", taint="node.kubernetes.io/out-of-service"),
        ),
        silent=PAIR,
    ),
    Case(  # a pool that has lost every node has no series of its own
        alert="PoolBelowTwoNodes",
        where='pool="policy-portal"',
        fires=node("dmz-n06", "shared"),
        silent=together(PAIR, node("dmz-n06", "shared")),
    ),
    Case(
        alert="PoolSurvivorsTooSmall",
        where='pool="policy-portal",resource="cpu"',
        fires=_BUSY,
        silent=together(
            PAIR, _allocatable(7.5), _requests("a", ONE, 3.75), _requests("b", OTHER, 3.75)
        ),
    ),
    Case(  # what a daemon set takes is not carried by others, and not theirs to give
        alert="PoolSurvivorsTooSmall",
        where='pool="policy-portal",resource="cpu"',
        fires=together(
            PAIR,
            _allocatable(7.5),
            _requests("a", ONE, 7),
            _requests("d1", ONE, 0.3),
            _requests("d2", OTHER, 0.6),
            _daemon("d1"),
            _daemon("d2"),
        ),
        silent=together(
            PAIR, _allocatable(7.5), _requests("a", ONE, 7), _requests("d2", OTHER, 0.3)
        ),
    ),
    Case(  # a pod with its volume in a node is lost with it (X15)
        alert="PoolSurvivorsTooSmall",
        where='pool="policy-portal",resource="cpu"',
        fires=_BUSY,
        silent=together(_BUSY, _local("a"), _local("b")),
    ),
    Case(
        alert="EgressNodeDown",
        where='node="dmz-e01"',
        fires=together(node("dmz-e01", "egress", ready=0), node("dmz-e02", "egress")),
        silent=_EGRESS,
    ),
    Case(
        alert="EgressNodeDown",
        where='node="dmz-e01"',
        fires=node("dmz-e02", "egress"),
        silent=_EGRESS,
    ),
    Case(
        alert="PodOutsidePool",
        where='pod="a"',
        fires=together(_PLACED, node(ONE, "shared")),
        silent=together(_PLACED, node(ONE, "policy-portal")),
    ),
    Case(
        alert="NodePortNotRegistered",
        fires=_open("back-door", "NodePort"),
        silent=together(_open("policy-portal", "NodePort"), _open("back-door", "ClusterIP")),
    ),
    Case(
        alert="NodePortNotRegistered",
        fires=_open("back-door", "LoadBalancer"),
        silent=_open("policy-portal", "LoadBalancer"),
    ),
    Case(
        alert="QuotaNearlyUsed",
        fires=_quota(5.8, "claims"),
        silent=_quota(5.2, "claims"),
        tenant="claims",
    ),
    Case(  # where one app is alone, the quota is what it needs: near is how it should be
        alert="QuotaNearlyUsed",
        fires=_quota(5.8, "claims"),
        silent=_quota(5.8, PORTAL),
        tenant="claims",
    ),
    Case(
        alert="ExceptionExpired",
        where='rule="image"',
        fires=series("estate_declared_exception_ends_seconds", 600, namespace="a", rule="image"),
        silent=series("estate_declared_exception_ends_seconds", 7200, namespace="a", rule="image"),
    ),
    Case(
        alert="ExceptionExpiring",
        where='rule="image"',
        fires=series(
            "estate_declared_exception_ends_seconds", 86400 * 13, namespace="a", rule="image"
        ),
        silent=series(
            "estate_declared_exception_ends_seconds", 86400 * 15, namespace="a", rule="image"
        ),
    ),
    Case(
        alert="NodeNotDeclared",
        where='node="dmz-x99"',
        fires=node("dmz-x99", "shared"),
        silent=together(
            node("dmz-x99", "shared"),
            series("kube_node_role", node="dmz-x99", role="control-plane"),
        ),
    ),
    Case(alert="DeclaredNodeMissing", where=f'node="{OTHER}"', fires=node(ONE, "a"), silent=PAIR),
    Case(
        alert="NodeInAnotherPool",
        where=f'node="{OTHER}"',
        fires=together(node(ONE, "policy-portal"), node(OTHER, "shared")),
        silent=PAIR,
    ),
    Case(
        alert="NodeSmallerThanDeclared",
        where=f'node="{ONE}",resource="cpu"',
        fires=_allocatable(7),
        silent=_allocatable(7.5),
    ),
    Case(  # the kubelet's reserves and the threshold of eviction are part of the arithmetic (I5)
        alert="NodeSmallerThanDeclared",
        where=f'node="{ONE}",resource="memory"',
        fires=series("kube_node_status_allocatable", 28 * GIB, node=ONE, resource="memory"),
        silent=series(
            "kube_node_status_allocatable",
            (32 - 2) * GIB - 100 * 2**20,
            node=ONE,
            resource="memory",
        ),
    ),
    Case(
        alert="WorkloadNotDeclared",
        where='workload="miner"',
        fires=_deployment(PORTAL, "miner", 1),
        silent=together(_deployment(PORTAL, "miner", 1), _managed("deployment", "miner")),
    ),
    Case(  # what a cluster brings itself is nobody's to declare
        alert="WorkloadNotDeclared",
        where='workload="miner"',
        fires=_deployment(PORTAL, "miner", 1),
        silent=_deployment("kube-system", "miner", 1),
    ),
    Case(
        alert="WorkloadMissing",
        where='workload="portal"',
        fires=_managed("poddisruptionbudget", "portal"),
        silent=together(
            _managed("poddisruptionbudget", "portal"), _deployment(PORTAL, "portal", 1)
        ),
    ),
)
