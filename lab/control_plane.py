"""The configuration that `kwokctl` makes a control plane from."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path

from lab.inventory import SimulatedCluster
from lab.ports import LOOPBACK, free

_PORTS = (
    "etcdPort",
    "etcdPeerPort",
    "kubeApiserverPort",
    "kubeControllerManagerPort",
    "kubeSchedulerPort",
    "kwokControllerPort",
)
"""Left to kwokctl, these are counted down from the same number by every lab on the machine."""

NODE_GRACE_SECONDS = 20
"""How long a silent node counts as alive. Kubernetes' default is 50, kwokctl's 200."""

NODE_LEASE_SECONDS = 8
"""Must be well below the grace period: otherwise nodes flap to NotReady, and their pods stay
unready."""


def configuration(
    cluster: SimulatedCluster, binaries: Mapping[str, Path], flags: Mapping[str, str], pki: Path
) -> str:
    """A `KwokctlConfiguration`, as JSON, which is YAML.

    `flags`: the API server's own, with paths of this machine. `pki`: where kwokctl will put keys.
    """
    arguments = _arguments(cluster)
    arguments["kube-apiserver"] |= flags
    # What kwokctl leaves out with its authorization: accounts' tokens and the authority in pods.
    arguments["kube-controller-manager"] |= {
        "root-ca-file": str(pki / "ca.crt"),
        "service-account-private-key-file": str(pki / "admin.key"),
    }
    return json.dumps(
        {
            "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
            "kind": "KwokctlConfiguration",
            "options": {
                "runtime": "binary",
                "bindAddress": LOOPBACK,
                # The estate's own file says who decides; kwokctl's flag would contradict it.
                "kubeAuthorization": False,
                "kubeAdmission": True,
                "etcdBinary": str(binaries["etcd"]),
                "kubeApiserverBinary": str(binaries["kube-apiserver"]),
                "kubeControllerManagerBinary": str(binaries["kube-controller-manager"]),
                "kubeSchedulerBinary": str(binaries["kube-scheduler"]),
                "kwokControllerBinary": str(binaries["kwok"]),
                "kubectlBinary": str(binaries["kubectl"]),
                **dict(zip(_PORTS, free(len(_PORTS)), strict=True)),
            },
            "componentsPatches": [
                _patch(component, given) for component, given in arguments.items()
            ],
        },
        indent=2,
    )


def fingerprint(cluster: SimulatedCluster) -> str:
    """Changes when the control plane of a cluster would have to be made anew."""
    whole = {**_arguments(cluster), "flags": dict(cluster.api_server.flags)}
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _arguments(cluster: SimulatedCluster) -> dict[str, dict[str, str]]:
    prefix = ipaddress.ip_network(cluster.pod_cidr).prefixlen
    return {
        "kube-apiserver": {
            "service-cluster-ip-range": cluster.service_cidr,
            "service-node-port-range": cluster.node_ports,
        },
        "kube-controller-manager": {
            "service-cluster-ip-range": cluster.service_cidr,
            "cluster-cidr": cluster.pod_cidr,
            "allocate-node-cidrs": "true",
            # Room for 64 nodes at least.
            "node-cidr-mask-size": str(max(24, prefix + 6)),
            # How soon a new node is taken for ready, and a silent one for lost.
            "node-monitor-period": "1s",
            "node-monitor-grace-period": f"{NODE_GRACE_SECONDS}s",
            # One client that wants to be done; the API server keeps its own limits.
            "kube-api-qps": "500",
            "kube-api-burst": "1000",
        },
        "kube-scheduler": {"kube-api-qps": "500", "kube-api-burst": "1000"},
        "kwok-controller": {"node-lease-duration-seconds": str(NODE_LEASE_SECONDS)},
    }


def _patch(component: str, arguments: Mapping[str, str]) -> dict[str, object]:
    # Appended: where kwokctl has set the same flag, the last one counts. (`override` would
    # drop every argument that it has not set.)
    extra = [{"key": key, "value": value} for key, value in arguments.items()]
    return {"name": component, "extraArgs": extra}
