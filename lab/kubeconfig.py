"""The lab's own kubeconfig. The user's is never read or written."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path


def render(clusters: Mapping[str, tuple[str, Path]]) -> str:
    """A kubeconfig (JSON, which is YAML) of clusters by name: address and key folder.

    Certificates are embedded, so that the file works from any directory. There is no
    current context: a command that does not say which cluster it means must fail.
    """
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": server,
                        "certificate-authority-data": _encoded(pki / "ca.crt"),
                    },
                }
                for name, (server, pki) in clusters.items()
            ],
            "users": [
                {
                    "name": name,
                    "user": {
                        "client-certificate-data": _encoded(pki / "admin.crt"),
                        "client-key-data": _encoded(pki / "admin.key"),
                    },
                }
                for name, (_, pki) in clusters.items()
            ],
            "contexts": [
                {"name": name, "context": {"cluster": name, "user": name}} for name in clusters
            ],
        },
        indent=2,
    )


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode("ascii")
