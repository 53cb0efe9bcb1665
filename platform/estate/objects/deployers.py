"""What a tenant's pipeline may do: the table of its two accounts (L2, L4, B2).

The pipeline itself has a short-lived token of the system that runs it, and one right: to ask for a
short-lived token of the namespace's ``deployer``. No token is ever stored. The deployer changes the
images of workloads that stand already, which an admission policy holds it to; it makes and deletes
nothing, and sees no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from estate.objects.roles import READ, Rule

Account = Literal["deployer", "pipeline"]

DEPLOYER = "deployer"
"""The ServiceAccount's name, in each namespace of a tenant that has one."""

ACCOUNTS: Mapping[Account, tuple[Rule, ...]] = {
    "deployer": (
        Rule(group="apps", resources=("deployments", "statefulsets"), verbs=(*READ, "patch")),
        Rule(group="batch", resources=("cronjobs",), verbs=(*READ, "patch")),
        # Whether what it deployed has come up.
        Rule(group="", resources=("events", "pods"), verbs=READ),
        Rule(group="apps", resources=("replicasets",), verbs=READ),
        Rule(group="batch", resources=("jobs",), verbs=READ),
    ),
    "pipeline": (
        Rule(group="", resources=("serviceaccounts/token",), verbs=("create",), names=(DEPLOYER,)),
    ),
}


def account_role(account: Account) -> str:
    """The name of the ClusterRole, which is bound in namespaces only."""
    return f"estate-{account}"


def deployer_user(namespace: str) -> str:
    """The deployer as API servers know it."""
    return f"system:serviceaccount:{namespace}:{DEPLOYER}"
