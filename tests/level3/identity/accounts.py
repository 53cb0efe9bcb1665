"""What a program in a pod has to log in with, for one that runs outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.level3.applied import Applied


def token_of_a_pod(world: Applied, zone: str, namespace: str, account: str) -> str:
    """The token of an account, as the node of one of its pods asks for it: nobody else gets one."""
    pod = next(
        one
        for one in world.get(zone, "pods", "-n", namespace)
        if one["spec"]["serviceAccountName"] == account and "nodeName" in one["spec"]
    )
    return world.lab.kubectl(
        zone,
        *("create", "token", account, "-n", namespace, "--bound-object-kind=Pod"),
        f"--bound-object-name={pod['metadata']['name']}",
        f"--bound-object-uid={pod['metadata']['uid']}",
        f"--as=system:node:{pod['spec']['nodeName']}",
        *("--as-group=system:nodes", "--as-group=system:authenticated"),
    ).stdout.strip()


def kubeconfig(world: Applied, zone: str, namespace: str, account: str, folder: Path) -> Path:
    """A kubeconfig of a service account, for an hour."""
    cluster = next(one for one in world.lab.clusters() if one.name == zone)
    token = token_of_a_pod(world, zone, namespace, account)
    server = {"server": cluster.server, "certificate-authority": str(cluster.pki / "ca.crt")}
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": zone, "cluster": server}],
        "users": [{"name": account, "user": {"token": token}}],
        "contexts": [{"name": zone, "context": {"cluster": zone, "user": account}}],
        "current-context": zone,
    }
    path = folder / f"{account}.kubeconfig"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path
