"""What `make up` says at the end: what stands where, and what to try next."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from lab.cluster import Cluster
from lab.lab import Lab

_SYSTEM = ("default", "kube-")


def render(lab: Lab, plugins: Iterable[str]) -> str:
    """The closing screen, as plain text."""
    here = Path(os.path.relpath(lab.state))
    lines = ["", "What stands"]
    lines += [f"  {line}" for cluster in lab.clusters() for line in _cluster(cluster)]
    lines += [f"  {line}" for line in plugins]
    lines += [
        f"  kubeconfig {here / 'kubeconfig'}, Pulumi's state {here / 'backend'}",
        "",
        "What to try",
        f"  {here / 'kubectl'} --context dmz get pods --all-namespaces --output wide",
        f"  {here / 'pulumi'} preview --stack intranet --diff",
        f"  . {here / 'env'} && pulumi stack --stack dmz",
        "",
        "make preview shows what a change would do, make down removes all of this.",
    ]
    return "\n".join(lines)


def _cluster(cluster: Cluster) -> list[str]:
    api = cluster.api
    nodes = api.get("/api/v1/nodes")["items"]
    racks = Counter(
        node["metadata"]["labels"].get("topology.kubernetes.io/zone", "no rack") for node in nodes
    )
    phases = [pod["status"].get("phase") for pod in api.get("/api/v1/pods")["items"]]
    expected = len(phases) - phases.count("Succeeded")  # jobs come and go
    pods_running = f"{phases.count('Running')} of {expected} pods running"
    namespaces = [
        item["metadata"]["name"]
        for item in api.get("/api/v1/namespaces")["items"]
        if not item["metadata"]["name"].startswith(_SYSTEM)
    ]
    spread = ", ".join(f"{rack}: {count}" for rack, count in sorted(racks.items()))
    return [
        f"{cluster.name:9} {cluster.server}",
        f"{'':9} {len(nodes)} nodes ({spread})",
        f"{'':9} {len(namespaces)} namespaces, {pods_running}",
    ]
