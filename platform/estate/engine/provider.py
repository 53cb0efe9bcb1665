"""The one explicit Kubernetes provider of a stack."""

from __future__ import annotations

from importlib.metadata import version

import pulumi

CLUSTER_IDENTIFIER = "estate"
"""Constant: a value that follows the kubeconfig would replace every object with it."""


def kubernetes_provider(context: str) -> pulumi.ProviderResource:
    """The provider for the cluster behind the kubeconfig context ``context``.

    The kubeconfig is found the way kubectl finds it, so that its text is never in the state.
    """
    props = {
        "context": context,
        "clusterIdentifier": CLUSTER_IDENTIFIER,
        "enableServerSideApply": "true",
        # What a program reads again by itself changes in place; what is immutable never does.
        "enableConfigMapMutable": "true",
    }
    opts = pulumi.ResourceOptions(version=version("pulumi-kubernetes"))
    return pulumi.ProviderResource("kubernetes", "cluster", props, opts)
