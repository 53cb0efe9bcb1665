"""What a container may use beyond its requests, who it runs as, where it writes, how it ends."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from estate.reader.amounts import Cpu, Memory, cpu_amount
from estate.reader.values import AbsolutePath, Model, refusal


def _cpu_limit(value: Any) -> int | Literal["none"]:
    return "none" if value == "none" else cpu_amount(value)


CpuLimit = Annotated[
    int | Literal["none"],
    PlainValidator(_cpu_limit, json_schema_input_type=Cpu | Literal["none"]),
]
"""CPU in millicores, or no limit."""


class Limits(Model):
    """The most that a container may use, where that is more than its ``size``."""

    cpu: CpuLimit | None = Field(default=None, examples=["none"])
    """Cores or millicores; ``none``: what its node has left. Without it, as much as ``size``."""
    memory: Memory | None = Field(default=None, examples=["8Gi"])
    """Beyond it the container is killed. Without it, as much as ``size``."""


def _not_root(value: Any) -> Any:
    if type(value) is int and value == 0:
        raise refusal(
            "root-user",
            "0 is root",
            "a number from 1: no container of an app runs as root",
            "Leave it out: containers run as 10001, which owns their volumes",
        )
    return value


UserNumber = Annotated[
    int,
    BeforeValidator(_not_root),
    Field(ge=1, le=2**31 - 1),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
]
"""A user or group, as a number."""


class Writable(Model):
    """An empty directory that the container may write to; it goes with the pod."""

    path: AbsolutePath = Field(examples=["/var/cache/quote"])
    """Its path in the container; what the image has there is hidden."""
    size: Memory = Field(examples=["1Gi"])
    """The most that it may hold, on the node's disk. A pod that writes more is evicted."""
