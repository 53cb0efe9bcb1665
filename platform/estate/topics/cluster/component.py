"""Components of the cluster room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.objects.limit import POLICY
from estate.plan import Plan
from estate.topics.cluster.manifests.platform import platform as platform_manifests
from estate.topics.cluster.manifests.preview import preview_rights


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What a platform is made from."""

    plan: Plan
    """The whole zone."""


class Platform(pulumi.ComponentResource):
    """The cluster gains the platform's own namespaces and policies that limit identities."""

    namespaces: Mapping[str, NamespaceHandle]
    """By name: what a service in it follows."""
    limits: tuple[pulumi.Resource, ...]
    """Policies that limit identities: rights of these follow them, and go before them."""

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Platform", name, None, opts)
        found = platform_manifests(args.plan)
        limiting = [manifest for manifest in found if manifest.kind.startswith(POLICY)]
        self.limits = register(limiting, self).resources
        # Roles that gather others go before those: the controller that writes their rules would
        # make one anew that is gone while its parts go.
        gathering = [manifest for manifest in found if "aggregationRule" in manifest.body]
        made = register(
            (manifest for manifest in found if manifest not in (*limiting, *gathering)), self
        )
        roles = register(gathering, self, after=made.resources)
        self.registered = (self, *self.limits, *made.resources, *roles.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})


def platform(name: str, plan: Plan, handles: Handles, opts: pulumi.ResourceOptions) -> Registers:
    """Registers the group of this name."""
    made = Platform(name, PlatformArgs(plan=plan), opts)
    handles.namespaces.update(made.namespaces)
    handles.limits = made.limits
    return made


@dataclass(frozen=True, kw_only=True)
class PreviewArgs:
    """What the rights of the preview identity are made from."""

    plan: Plan
    """The whole zone."""
    limits: tuple[pulumi.Resource, ...]
    """The policies that hold it to dry runs."""


class Preview(pulumi.ComponentResource):
    """CI may preview, once a policy holds it to dry runs."""

    def __init__(
        self, name: str, args: PreviewArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Preview", name, None, opts)
        made = register(preview_rights(args.plan), self, after=args.limits)
        self.registered = (self, *made.resources)
        self.register_outputs({})


def preview(name: str, plan: Plan, handles: Handles, opts: pulumi.ResourceOptions) -> Registers:
    """Registers the group of this name."""
    return Preview(name, PreviewArgs(plan=plan, limits=handles.limits), opts)
