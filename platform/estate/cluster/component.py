"""Components of the cluster room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_random import RandomPassword

from estate.cluster.admission import admission
from estate.cluster.manifests import node_pool, platform
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.plan.admission import AdmissionPlan
from estate.plan.document_secrets import DEFAULT_LENGTH, GeneratedSecrets
from estate.plan.model.pools import PoolPlan
from estate.plan.model.zone import Plan


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What a platform is made from."""

    plan: Plan
    """The whole zone."""


class Platform(pulumi.ComponentResource):
    """The cluster gains the platform's own namespaces and an identity that may only preview."""

    namespaces: Mapping[str, NamespaceHandle]
    """By name: what a service in it follows."""

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Platform", name, None, opts)
        made = register(platform(args.plan), self)
        self.registered = (self, *made.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """What admission is made from."""

    admission: AdmissionPlan
    """The register that the rules are held against."""


class Admission(pulumi.ComponentResource):
    """The cluster gains its rules: nothing is created in tenants' namespaces that breaks one."""

    def __init__(
        self, name: str, args: AdmissionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Admission", name, None, opts)
        found = admission(args.admission)
        judges = [one for one in found if not one.kind.endswith("Binding")]
        made = register(judges, self).resources
        # A binding takes effect at once, and refuses everything until what it names is there.
        bound = register(found[len(judges) :], self, after=made).resources
        self.registered = (self, *made, *bound)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """What a node pool is made from."""

    pool: PoolPlan
    """The pool and its nodes, which exist already."""


class NodePool(pulumi.ComponentResource):
    """The cluster's nodes gain the label of their pool."""

    def __init__(
        self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:NodePool", name, None, opts)
        self.registered = (self, *register(node_pool(args.pool), self).resources)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class DocumentSecretsArgs:
    """What secrets for documents are made from."""

    generated: GeneratedSecrets
    """Their names and lengths."""


class DocumentSecrets(pulumi.ComponentResource):
    """Other teams' documents gain their secrets; nothing in the cluster knows them (X11)."""

    values: pulumi.Output[dict[str, str]]
    """By the name that documents refer to; secret."""

    def __init__(
        self, name: str, args: DocumentSecretsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:DocumentSecrets", name, None, opts)
        found: dict[str, pulumi.Output[str]] = {}
        for one in args.generated.secrets:
            password = RandomPassword(
                one.name.replace("/", "-"),
                length=one.length or DEFAULT_LENGTH,
                special=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            found[one.name] = password.result
        self.values = pulumi.Output.secret(pulumi.Output.all(**found))
        self.registered = (self,)
        self.register_outputs({"values": self.values})
