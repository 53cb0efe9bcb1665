"""What this stack exported when it was updated last, read from its state by the engine."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import get_monitor

_TOKEN = "pulumi:pulumi:readStackOutputs"  # noqa: S105 a function of the engine's own


async def last_output(name: str) -> str | None:
    """A text; None before the first update, or where the state cannot be read.

    The engine is asked without the SDK's own `invoke`: a failure of that ends the program, and a
    preview can go on without a comparison.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    try:
        found = await asyncio.to_thread(_outputs, stack)
    except Exception as trouble:
        pulumi.debug(f"the outputs of {stack} cannot be read: {trouble}")
        return None
    value: Any = found.get(name)
    if isinstance(value, dict):  # a secret: its value stands beside a signature
        value = value.get("value")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return value if isinstance(value, str) else None


def _outputs(stack: str) -> dict[str, Any]:
    arguments = json_format.ParseDict({"name": stack}, struct_pb2.Struct())
    request: Any = resource_pb2.ResourceInvokeRequest(tok=_TOKEN, args=arguments)
    monitor: Any = get_monitor()
    answer: dict[str, Any] = json_format.MessageToDict(getattr(monitor.Invoke(request), "return"))
    # The outputs are a secret as a whole where one of them is.
    outputs: dict[str, Any] = answer.get("outputs") or {}
    return outputs.get("value", outputs) if _SIGNATURE in outputs else outputs


_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key of what stands for a special value (pulumi/rpc: ``_special_sig_key``)."""
