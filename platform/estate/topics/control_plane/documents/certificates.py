"""The cluster's certificates, as a list to check a control plane against (B4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan

COLUMNS = ("certificate", "on", "file", "signed_by", "subject", "usage", "names", "renewed_by")

_PKI = "/etc/kubernetes/pki"
_KUBEADM = "kubeadm certs renew, yearly"
_AUTHORITY = "the platform team, before its ten years end"


def certificate_documents(plan: Plan) -> tuple[Document, ...]:
    """Keys are made on the masters and stay there: no document and no state holds one."""
    table: Iterator[Row] = (dict(zip(COLUMNS, row, strict=True)) for row in _rows(plan))
    return (Document("api-server/certificates.csv", csv_text(COLUMNS, table)),)


def _rows(plan: Plan) -> Iterator[tuple[str, ...]]:
    services = plan.of(NetworkPlan).network.services
    masters = plan.of(ControlPlanePlan).masters
    served = " ".join(
        (
            "kubernetes kubernetes.default kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            f"{services[1]} {plan.of(ControlPlanePlan).cluster.api_server.address}",
            *((masters.host,) if masters else ()),
            "and each master's own name and address",
        )
    )
    master = "masters"
    for name, file, subject in (
        ("cluster authority", "ca.crt", "CN=kubernetes"),
        ("front proxy authority", "front-proxy-ca.crt", "CN=front-proxy-ca"),
        ("etcd authority", "etcd/ca.crt", "CN=etcd-ca"),
    ):
        yield name, master, f"{_PKI}/{file}", "itself", subject, "signs", "", _AUTHORITY
    for name, file, signer, subject, use, names in (
        ("API server", "apiserver.crt", "cluster", "CN=kube-apiserver", "server", served),
        (
            "API server to kubelets",
            "apiserver-kubelet-client.crt",
            "cluster",
            "O=kubeadm:cluster-admins CN=kube-apiserver-kubelet-client",
            "client",
            "",
        ),
        (
            "API server to etcd",
            "apiserver-etcd-client.crt",
            "etcd",
            "CN=kube-apiserver-etcd-client",
            "client",
            "",
        ),
        (
            "API server to extensions",
            "front-proxy-client.crt",
            "front proxy",
            "CN=front-proxy-client",
            "client",
            "",
        ),
        (
            "etcd",
            "etcd/server.crt",
            "etcd",
            "CN=(master)",
            "server and client",
            "localhost 127.0.0.1 and the master's own name and address",
        ),
        (
            "etcd to etcd",
            "etcd/peer.crt",
            "etcd",
            "CN=(master)",
            "server and client",
            "localhost 127.0.0.1 and the master's own name and address",
        ),
    ):
        yield name, master, f"{_PKI}/{file}", f"{signer} authority", subject, use, names, _KUBEADM
    for name, file, subject in (
        ("controller manager", "controller-manager.conf", "CN=system:kube-controller-manager"),
        ("scheduler", "scheduler.conf", "CN=system:kube-scheduler"),
    ):
        path = f"/etc/kubernetes/{file}"
        yield name, master, path, "cluster authority", subject, "client", "", _KUBEADM
    yield (
        "kubelet",
        "every node",
        "/var/lib/kubelet/pki/kubelet-client-current.pem",
        "cluster authority",
        "O=system:nodes CN=system:node:(node)",
        "client",
        "",
        "itself: the controller manager approves a node's request for its own name",
    )
    yield (
        "kubelet's server",
        "every node",
        "/var/lib/kubelet/pki/kubelet.crt",
        "itself",
        "CN=(node)",
        "server",
        "(node)",
        "itself; a request for a signed one is approved by a person, who compares the names",
    )
