"""The account that a tenant's pipeline deploys with: no token of it is ever stored (L4, B2)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.binding import RBAC, bind_account
from estate.objects.deployers import DEPLOYER
from estate.objects.manifest import JsonObject, Manifest, manifest


def deployer(namespace: str, pipeline: str, labels: dict[str, str]) -> Iterator[Manifest]:
    """The account, what it may do, and the one user that may ask for its tokens."""
    yield manifest(
        "v1",
        "ServiceAccount",
        DEPLOYER,
        {"automountServiceAccountToken": False},
        namespace=namespace,
        labels=labels,
        logical=f"{DEPLOYER}.{namespace}",  # with a dot, no app is called like it
    )
    account: JsonObject = {"kind": "ServiceAccount", "name": DEPLOYER, "namespace": namespace}
    yield bind_account("deployer", account, labels, namespace)
    user: JsonObject = {"apiGroup": RBAC, "kind": "User", "name": pipeline}
    yield bind_account("pipeline", user, labels, namespace)
