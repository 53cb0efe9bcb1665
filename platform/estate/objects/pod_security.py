"""Pod Security admission, by namespace label (B3)."""

from __future__ import annotations


def pod_security(version: str, *, loosened: bool = False) -> dict[str, str]:
    """Pod Security labels: ``restricted``, as the cluster's own version defines it (B3).

    Where an exception opens one rule, Pod Security warns only and our own rules hold the rest.
    """
    prefix = "pod-security.kubernetes.io"
    modes = ("enforce", "audit", "warn")
    levels = {f"{prefix}/{mode}": "restricted" for mode in modes}
    if loosened:
        levels[f"{prefix}/enforce"] = "privileged"
    return levels | {f"{prefix}/{mode}-version": f"v{version}" for mode in modes}


def pod_security_defaults(version: str) -> dict[str, str]:
    """The same for namespaces without these labels, in the words of the API server's own file."""
    modes = ("enforce", "audit", "warn")
    return {mode: "restricted" for mode in modes} | {
        f"{mode}-version": f"v{version}" for mode in modes
    }
