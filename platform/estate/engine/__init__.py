"""What knows Pulumi: how manifests are registered, guarded, and held to one truth."""

from estate.engine.definitions import defined
from estate.engine.gate import enforced
from estate.engine.guard import Identity, guard
from estate.engine.joined import joined
from estate.engine.kubernetes_object import KubernetesObject, NamespaceHandle, register
from estate.engine.provider import kubernetes_provider
from estate.engine.window import Registers, Window

__all__ = [
    "Identity",
    "KubernetesObject",
    "NamespaceHandle",
    "Registers",
    "Window",
    "defined",
    "enforced",
    "guard",
    "joined",
    "kubernetes_provider",
    "register",
]
