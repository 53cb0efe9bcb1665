"""The gate: nothing is created under policies that no API server has been seen to enforce (E2).

A policy that was written is enforced a little later, by each API server in its own time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import pulumi

from estate.engine import dry_run
from estate.objects.probe import Probe

IN_A_ROW = 3
"""How often everything must have been enforced: behind one address there may be several servers."""

PAUSE = 0.1
PATIENCE = 60.0
"""Seconds."""

Ask = Callable[[Probe], str]
"""Asks the API server, and returns its whole answer as text. Called from other threads."""


async def enforced(
    probes: Sequence[Probe],
    resources: Iterable[pulumi.Resource],
    context: str,
) -> None:
    """Returns once ``resources`` are applied and all ``probes`` are answered as they should be.

    ``context`` is of the kubeconfig. Returns at once where nothing is applied: in a preview, and
    while a stack is destroyed or refreshed of which these resources are not (any more) a part.
    Raises :class:`pulumi.RunError` when :data:`PATIENCE` is at its end.
    """
    if pulumi.runtime.is_dry_run() or not await _applied(resources):
        return
    try:
        ask = await asyncio.to_thread(dry_run.asks, context)
    except Exception as trouble:
        raise pulumi.RunError(
            "Nothing was created under the policies, because whether they are enforced cannot be "
            f"seen: {trouble}"
        ) from None
    clock = asyncio.get_running_loop()
    end = clock.time() + PATIENCE
    passed = 0
    while passed < IN_A_ROW:
        answers = await asyncio.gather(*(asyncio.to_thread(ask, probe) for probe in probes))
        open_ones = [
            (probe, answer)
            for probe, answer in zip(probes, answers, strict=True)
            if probe.says not in answer
        ]
        passed = 0 if open_ones else passed + 1
        if open_ones and clock.time() > end:
            raise pulumi.RunError(_refusal(open_ones))
        await asyncio.sleep(PAUSE)


async def _applied(resources: Iterable[pulumi.Resource]) -> bool:
    """Whether each is there: a run that only deletes registers what is gone without making it."""
    try:
        for resource in resources:
            await resource.urn.future()
            if isinstance(resource, pulumi.CustomResource) and not await resource.id.is_known():
                return False
    except Exception:
        # The engine has said how it failed.
        raise pulumi.RunError(
            "The policies could not all be applied, so nothing that depends on them was created."
        ) from None
    return True


def _refusal(open_ones: list[tuple[Probe, str]]) -> str:
    names = ", ".join(dict.fromkeys(probe.name for probe, _ in open_ones))
    return (
        f"After {PATIENCE:.0f} s the cluster does not enforce {names}, so nothing that depends on "
        f"it was created. The last answer was: {open_ones[0][1][:500]} "
        "If a policy was changed or removed by hand, run again with --refresh."
    )
