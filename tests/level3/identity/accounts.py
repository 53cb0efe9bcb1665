"""What a program in a pod has to log in with, for one that runs outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.level3.applied import Applied


def kubeconfig(world: Applied, zone: str, namespace: str, account: str, folder: Path) -> Path:
    """A kubeconfig of a service account, for an hour."""
    cluster = next(one for one in world.lab.clusters() if one.name == zone)
    token = world.lab.kubectl(zone, "create", "token", account, "-n", namespace).stdout.strip()
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
