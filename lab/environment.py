"""What Pulumi and kubectl run with: everything of the lab's own, nothing of the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PASSPHRASE = "lab"  # noqa: S105 - the lab's secrets protect nothing; the shipped salts match it

_KEPT = ("PULUMI_DEBUG_", "PULUMI_EXPERIMENTAL", "PULUMI_SKIP_CHECKPOINTS", "PULUMI_PARALLEL")
"""Settings that somebody who looks for a fault, or measures, hands through."""


def environment(state: Path) -> dict[str, str]:
    """The environment of a lab with its files in `state`."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("PULUMI_") or key.startswith(_KEPT)
    }
    local = "127.0.0.1,localhost"
    no_proxy = ",".join(filter(None, (env.get("NO_PROXY") or env.get("no_proxy"), local)))
    # Not resolved: the environment's `python` is a link out of it.
    python = Path(sys.executable).parent
    path = (str(python), str(state / "bin"), env.get("PATH", os.defpath))
    return env | {
        "KUBECONFIG": str(state / "kubeconfig"),
        "KUBECACHEDIR": str(state / "kube-cache"),
        "PULUMI_BACKEND_URL": f"file://{state / 'backend'}",
        "PULUMI_HOME": str(state / "home"),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(state / "passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Otherwise destroy and refresh would not ask the program whether the cluster is the one.
        "PULUMI_RUN_PROGRAM": "true",
        "PATH": os.pathsep.join(path),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }
