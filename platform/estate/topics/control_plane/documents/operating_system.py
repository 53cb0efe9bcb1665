"""What the operating system of nodes and masters has before kubeadm begins (A3, A7, G4).

Each file has one place, one owner and one step; ``machines.csv`` lists them in order. Sources:
kubernetes.io, "Container Runtimes" (modules, ``ip_forward``, cgroup driver); kubeadm's preflight
checks (cmd/kubeadm/app/preflight, v1.36.3); the kernel parameters that a kubelet with
``protectKernelDefaults`` demands (component-helpers/node/util/sysctl, v0.36.3); Felix, which
refuses a loose reverse path filter (docs.tigera.io, "Configuring Felix", ``ignoreLooseRPF``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.model import METRICS
from estate.topics.network.plan import NFTABLES_KERNEL, NFTABLES_TOOL, NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.documents.containerd import CONTAINERD, hosts_file
from estate.topics.registry.documents.registry import FOLDER as REGISTRY_FOLDER
from estate.topics.registry.plan import RegistryPlan

FOLDER = "nodes"
MODULES = "/etc/modules-load.d/60-estate.conf"
SYSCTLS = "/etc/sysctl.d/60-estate.conf"
CONTAINERD_FILE = f"{CONTAINERD}/config.toml"
CHRONY = "/etc/chrony.conf"
TMPFILES = "/etc/tmpfiles.d/60-estate.conf"

_HEADER = """\
# {what} of cluster '{cluster}', nodes and masters alike.
# Install it as {path} (root:root 0644). See docs/nodes.md.
"""

_TUNNEL_MODULES = {"vxlan": ("vxlan",), "ipip": ("ipip",)}

KERNEL = {
    "vm.overcommit_memory": "1",
    "vm.panic_on_oom": "0",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "kernel.keys.root_maxkeys": "1000000",
    "kernel.keys.root_maxbytes": "25000000",
}
"""A kubelet with ``protectKernelDefaults`` stops where the kernel has other values."""

_DIRECTORIES = f"""\
# Where machines leave figures of their own for node-exporter, which only reads.
d {METRICS.rpartition("/")[0]} 0755 root root -
d {METRICS} 0755 root root -
"""

FORWARDING = {
    # kubeadm's preflight demands it, pods need it.
    "net.ipv4.ip_forward": "1",
    # Strict: a packet is dropped whose source is routed by another interface. Felix refuses 2.
    "net.ipv4.conf.all.rp_filter": "1",
}

BRIDGES = {
    # Packets between containers of one bridge pass kube-proxy's rules.
    "net.bridge.bridge-nf-call-iptables": "1",
}


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A file on a machine."""

    document: str
    path: str
    mode: str
    then: str
    """What is done once it is there."""


def operating_system_documents(plan: Plan) -> tuple[Document, ...]:
    """One file of each kind for all machines: what differs between them is how they join."""
    found = [
        _document(plan, "modules.conf", "Kernel modules", MODULES, _modules(plan)),
        _document(plan, "sysctl.conf", "Kernel parameters", SYSCTLS, _sysctls(plan)),
        _document(plan, "containerd.toml", "containerd", CONTAINERD_FILE, _containerd(plan)),
    ]
    found.append(_document(plan, "tmpfiles.conf", "Directories", TMPFILES, _DIRECTORIES))
    if time := plan.of(NodesPlan).time:
        found.append(_document(plan, "chrony.conf", "Clocks", CHRONY, _chrony(time.servers)))
    return tuple(found)


def operating_system_files(plan: Plan) -> Iterator[Installed]:
    """In the order in which they are installed; the kubelet's and kubeadm's come after them."""
    yield _file("modules.conf", MODULES, "systemctl restart systemd-modules-load")
    yield _file("sysctl.conf", SYSCTLS, "sysctl --system")
    yield _file("tmpfiles.conf", TMPFILES, f"systemd-tmpfiles --create {TMPFILES}")
    if plan.of(NodesPlan).time:
        yield _file("chrony.conf", CHRONY, "systemctl enable chronyd; systemctl restart chronyd")
    if registry := plan.of(RegistryPlan).external:
        document, path = hosts_file(REGISTRY_FOLDER, registry), hosts_file(CONTAINERD, registry)
        yield Installed(document=document, path=path, mode="0600", then="")
    restart = "systemctl enable containerd; systemctl restart containerd"
    yield _file("containerd.toml", CONTAINERD_FILE, restart)


def _file(name: str, path: str, then: str) -> Installed:
    return Installed(document=f"{FOLDER}/{name}", path=path, mode="0644", then=then)


def _document(plan: Plan, name: str, what: str, path: str, text: str) -> Document:
    cluster = plan.of(ControlPlanePlan).cluster.name
    return Document(
        f"{FOLDER}/{name}", _HEADER.format(what=what, cluster=cluster, path=path) + text
    )


def _modules(plan: Plan) -> str:
    found = plan.of(NetworkPlan)
    network = found.network
    names = ["overlay", "br_netfilter"]
    more = ""
    if found.data_plane == "nftables":
        names.append("nf_tables")
        more = f"# nftables: kernel {NFTABLES_KERNEL} and nft {NFTABLES_TOOL} at least.\n"
    names += _TUNNEL_MODULES.get(network.encapsulation, ())
    if network.encryption == "wireguard":
        names.append("wireguard")
    return more + "".join(f"{name}\n" for name in names)


def _sysctls(plan: Plan) -> str:
    return "".join(f"{name} = {value}\n" for name, value in (FORWARDING | BRIDGES | KERNEL).items())


def _containerd(plan: Plan) -> str:
    """Of containerd 2.x: its other settings are its own."""
    masters = plan.of(ControlPlanePlan).masters
    images = masters.control_plane if masters else ()
    sandbox = next((image for image in images if image.name == "pause"), None)
    pinned = ""
    if sandbox:
        host = plan.of(RegistryPlan).host
        pinned = f"""\
# The same image that kubeadm asks for; it is never collected.
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '{host}/{sandbox.path}:{sandbox.tag}'
"""
    return f"""\
version = 3
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '{CONTAINERD}/certs.d'
{pinned}# One owner of control groups: systemd, as kubelets have it.
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = true
"""


def _chrony(servers: Sequence[IPv4Address]) -> str:
    """Tokens and certificates are refused by a clock that is wrong."""
    lines = [f"server {server} iburst" for server in servers]
    lines += [
        "driftfile /var/lib/chrony/drift",
        "# A large step is made in the first three updates only.",
        "makestep 1.0 3",
        "rtcsync",
        "# It answers nobody.",
        "port 0",
        "cmdport 0",
    ]
    return "\n".join(lines) + "\n"
