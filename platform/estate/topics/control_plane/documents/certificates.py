"""The cluster's certificates, as a list to check a control plane against (B4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan

COLUMNS = (
    *("certificate", "on", "file", "signed_by", "subject"),
    *("usage", "names", "renewed_by", "then_restart"),
)

_PKI = "/etc/kubernetes/pki"
_MASTERS = "masters"
_KUBEADM = "kubeadm certs renew, yearly"
_AUTHORITY = "the platform team, before its ten years end"
_API, _ETCD = "kube-apiserver", "etcd"

_Fields = tuple[str, ...]


def certificate_documents(plan: Plan) -> tuple[Document, ...]:
    """Keys are made on the masters and stay there: no document and no state holds one."""
    table: Iterator[Row] = (dict(zip(COLUMNS, row, strict=True)) for row in _rows(plan))
    return (Document("api-server/certificates.csv", csv_text(COLUMNS, table)),)


def _rows(plan: Plan) -> Iterator[_Fields]:
    for name, file, subject in (
        ("cluster authority", "ca.crt", "CN=kubernetes"),
        ("front proxy authority", "front-proxy-ca.crt", "CN=front-proxy-ca"),
        ("etcd authority", "etcd/ca.crt", "CN=etcd-ca"),
    ):
        path = f"{_PKI}/{file}"
        yield name, _MASTERS, path, "itself", subject, "signs", "", _AUTHORITY, "everything"
    for name, file, signer, subject, use, names, restart in _of_kubeadm(_served(plan)):
        path = f"{_PKI}/{file}"
        signed_by = f"{signer} authority"
        yield name, _MASTERS, path, signed_by, subject, use, names, _KUBEADM, restart
    for name, file, subject, restart in _KUBECONFIGS:
        path = f"/etc/kubernetes/{file}"
        signed_by = "cluster authority"
        yield name, _MASTERS, path, signed_by, subject, "client", "", _KUBEADM, restart
    yield (
        "kubelet",
        "every node",
        "/var/lib/kubelet/pki/kubelet-client-current.pem",
        "cluster authority",
        "O=system:nodes CN=system:node:(node)",
        "client",
        "",
        "itself: the controller manager approves a node's request for its own name",
        "",
    )
    yield (
        "kubelet's server",
        "every node",
        "/var/lib/kubelet/pki/kubelet.crt",
        "itself",
        "CN=(node)@(time)",
        "server",
        "(node)",
        "nobody: a kubelet makes it once, for a year, and goes on with it afterwards; API servers "
        "and Prometheus do not verify it. Anew: delete kubelet.crt and kubelet.key",
        "kubelet",
    )


def _served(plan: Plan) -> str:
    masters = plan.of(ControlPlanePlan).masters
    services = plan.of(NetworkPlan).network.services
    return " ".join(
        (
            "kubernetes kubernetes.default kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            f"{services[1]} {plan.of(ControlPlanePlan).cluster.api_server.address}",
            *((masters.host,) if masters else ()),
            "and each master's own name and address",
        )
    )


def _of_kubeadm(served: str) -> Iterator[_Fields]:
    """Name, file, signer, subject, usage, names, and the component that reads it at its start."""
    own = "localhost 127.0.0.1 and the master's own name and address"
    yield "API server", "apiserver.crt", "cluster", "CN=kube-apiserver", "server", served, _API
    for name, file, signer, subject, restart in (
        (
            "API server to kubelets",
            "apiserver-kubelet-client.crt",
            "cluster",
            "CN=kube-apiserver-kubelet-client",
            _API,
        ),
        (
            "API server to etcd",
            "apiserver-etcd-client.crt",
            "etcd",
            "CN=kube-apiserver-etcd-client",
            _API,
        ),
        (
            "API server to extensions",
            "front-proxy-client.crt",
            "front proxy",
            "CN=front-proxy-client",
            _API,
        ),
        (
            "etcd's health and snapshots",
            "etcd/healthcheck-client.crt",
            "etcd",
            "CN=kube-etcd-healthcheck-client",
            _ETCD,
        ),
    ):
        yield name, file, signer, subject, "client", "", restart
    for name, file in (("etcd", "etcd/server.crt"), ("etcd to etcd", "etcd/peer.crt")):
        yield name, file, "etcd", "CN=(master)", "server and client", own, _ETCD


_KUBECONFIGS = (
    ("administrator", "admin.conf", "O=kubeadm:cluster-admins CN=kubernetes-admin", ""),
    (
        "administrator beyond all roles: on the first master only; removed from it after set-up",
        "super-admin.conf",
        "O=system:masters CN=kubernetes-super-admin",
        "",
    ),
    (
        "controller manager",
        "controller-manager.conf",
        "CN=system:kube-controller-manager",
        "kube-controller-manager",
    ),
    ("scheduler", "scheduler.conf", "CN=system:kube-scheduler", "kube-scheduler"),
)
"""Name, file, subject, and the component that reads it at its start."""
