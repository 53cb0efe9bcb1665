"""Pod Security admission, by namespace label (B3)."""

from __future__ import annotations


def pod_security(version: str) -> dict[str, str]:
    """Pod Security labels: ``restricted``, as the cluster's own version defines it (B3)."""
    prefix = "pod-security.kubernetes.io"
    modes = ("enforce", "audit", "warn")
    return {f"{prefix}/{mode}": "restricted" for mode in modes} | {
        f"{prefix}/{mode}-version": f"v{version}" for mode in modes
    }


def pod_security_defaults(version: str) -> dict[str, str]:
    """The same for namespaces without these labels, in the words of the API server's own file."""
    modes = ("enforce", "audit", "warn")
    return {mode: "restricted" for mode in modes} | {
        f"{mode}-version": f"v{version}" for mode in modes
    }
