"""The Pulumi program: the plan of this stack, the guard, then one component per group."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "platform"))  # a source root, never a package: docs/adr/0001

import pulumi

from estate.cluster.admission import probes
from estate.cluster.component import (
    Admission,
    AdmissionArgs,
    DocumentSecrets,
    DocumentSecretsArgs,
    NodePool,
    NodePoolArgs,
    Platform,
    PlatformArgs,
)
from estate.composition import Group, compose
from estate.engine import (
    Identity,
    NamespaceHandle,
    Registers,
    Window,
    enforced,
    guard,
    kubernetes_provider,
)
from estate.engine.configuration import configured
from estate.plan.admission import AdmissionPlan
from estate.plan.model import AppPlan, Plan, PoolPlan, RouterPlan, TenantPlan
from estate.plan.monitoring import MonitoringPlan
from estate.program import Refused, stack_plan
from estate.services.component import Monitoring, MonitoringArgs, Router, RouterArgs
from estate.tenancy.component import Tenant, TenantArgs
from estate.workload.component import App, AppArgs


def component(
    group: Group, namespaces: dict[str, NamespaceHandle], opts: pulumi.ResourceOptions
) -> Registers:
    """The one table from a group of the composition to its component."""
    match group.slice:
        case Plan() as plan:
            platform = Platform(group.name, PlatformArgs(plan=plan), opts)
            namespaces.update(platform.namespaces)
            return platform
        case AdmissionPlan() as admission:
            return Admission(group.name, AdmissionArgs(admission=admission), opts)
        case PoolPlan() as pool:
            return NodePool(group.name, NodePoolArgs(pool=pool), opts)
        case TenantPlan() as tenant:
            made = Tenant(group.name, TenantArgs(tenant=tenant), opts)
            namespaces.update(made.namespaces)
            return made
        case RouterPlan() as router:
            return Router(group.name, RouterArgs(router=router, namespaces=namespaces), opts)
        case MonitoringPlan() as watched:
            namespace = namespaces[watched.placement.namespace]
            args = MonitoringArgs(monitoring=watched, namespace=namespace)
            return Monitoring(group.name, args, opts)
        case AppPlan() as app:
            args = AppArgs(app=app, namespace=namespaces[app.namespace])
            return App(group.name, args, opts)


async def main() -> None:
    """Registers everything, once the guard has found the right cluster."""
    try:
        plan = stack_plan(ROOT, pulumi.get_stack(), configured(), datetime.now(UTC).date())
    except Refused as refused:
        raise pulumi.RunError(str(refused)) from None
    cluster = plan.cluster
    provider = kubernetes_provider(cluster.context)
    await guard(Identity(context=cluster.context, name=cluster.name, uid=cluster.uid), provider)
    opts = pulumi.ResourceOptions(provider=provider)
    namespaces: dict[str, NamespaceHandle] = {}
    window = Window()
    composition = compose(plan)
    if composition.secrets.secrets:
        args = DocumentSecretsArgs(generated=composition.secrets)
        pulumi.export("documentSecrets", DocumentSecrets("document-secrets", args, opts).values)
    for group in composition.groups:
        made = await window.admit(
            group.size, lambda group=group: component(group, namespaces, opts)
        )
        if isinstance(group.slice, AdmissionPlan):
            await enforced(probes(group.slice), made.registered, cluster.context)


pulumi.run(main)
