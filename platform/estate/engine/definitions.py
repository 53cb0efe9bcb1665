"""Asked before anything is written: does the cluster know the kinds that others define (fault 11)?

Left to the provider, a preview says nothing, and an update ends with "no matches for kind" after
half of the estate has been written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import groupby

import pulumi

from estate.engine import discovery
from estate.objects.definitions import Definition


async def defined(needed: Iterable[Definition], context: str) -> None:
    """Returns when the cluster behind the kubeconfig context serves every kind in ``needed``.

    Raises :class:`pulumi.RunError` otherwise. To be awaited before anything else is registered.
    """
    wanted = sorted(needed)
    if not wanted:
        return
    missing: list[str] = []
    try:
        ask = await asyncio.to_thread(discovery.asks, context)
        for api_version, group in groupby(wanted, key=lambda definition: definition.api_version):
            kinds = list(group)
            served = await asyncio.to_thread(ask, api_version)
            unknown = [kind.kind for kind in kinds if kind.kind not in served]
            if unknown:
                missing.append(
                    f"{', '.join(unknown)} of {api_version}, which come with {kinds[0].comes_with}"
                )
    except Exception as trouble:
        raise pulumi.RunError(
            "Nothing was written, because it cannot be seen which kinds of objects the cluster "
            f"behind the context '{context}' knows: {trouble}"
        ) from None
    if missing:
        raise pulumi.RunError(
            f"Nothing was written: the cluster behind the context '{context}' does not know "
            f"{'; nor '.join(missing)}. These definitions are not the estate's: install them "
            "first, in the version that the documentation names, or take out of the stack file "
            "what needs them."
        )
