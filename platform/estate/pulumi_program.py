"""The Pulumi program of an estate: the plan of this stack, the guard, one component per group.

An estate's ``__main__.py`` calls :func:`run` with its own folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pulumi

from estate.changes.applied import OUTPUT, expected, packed, spoken
from estate.composition import compose
from estate.engine import Identity, Window, defined, enforced, guard, kubernetes_provider
from estate.engine.announce import announce
from estate.engine.configuration import configured
from estate.engine.handles import Handles, registers
from estate.engine.joined import joined
from estate.engine.last_outputs import last_output
from estate.program import Refused, stack_plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.document_secrets.component import DocumentSecrets, DocumentSecretsArgs
from estate.topics.nodes.plan import NodesPlan


async def main(root: Path) -> None:
    """Registers everything that stands under ``root``, once the guard found the right cluster."""
    try:
        plan = stack_plan(root, pulumi.get_stack(), configured(), datetime.now(UTC).date())
    except Refused as refused:
        raise pulumi.RunError(str(refused)) from None
    cluster = plan.of(ControlPlanePlan).cluster
    provider = kubernetes_provider(cluster.context)
    await guard(Identity(context=cluster.context, name=cluster.name, uid=cluster.uid), provider)
    composition = compose(plan)
    declared = packed(composition)
    said = spoken(expected(str(plan.stack), await last_output(OUTPUT), declared))
    announce(refused=said.refused, warning=said.warning, note=said.note)
    pulumi.export(OUTPUT, pulumi.Output.secret(declared))
    await defined(composition.definitions, cluster.context)
    opts = pulumi.ResourceOptions(provider=provider)
    declared = {pool.name: [node.name for node in pool.nodes] for pool in plan.of(NodesPlan).pools}
    handles = Handles(joined=await joined(declared, cluster.context))
    window = Window()
    if composition.secrets.secrets:
        args = DocumentSecretsArgs(generated=composition.secrets)
        pulumi.export("documentSecrets", DocumentSecrets("document-secrets", args, opts).values)
    for group in composition.groups:
        register = registers(group.component)
        made = await window.admit(
            group.size, partial(register, group.name, group.part, handles, opts)
        )
        if probes := group.probe():
            await enforced(probes, made.registered, cluster.context)


def run(root: Path) -> None:
    """Runs the program of the estate whose declarations stand under ``root``."""
    pulumi.run(partial(main, root))
