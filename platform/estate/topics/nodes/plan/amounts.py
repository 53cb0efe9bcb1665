"""Amounts as people and Kubernetes write them."""

from __future__ import annotations

from estate.topics.nodes.plan.model import Amount

DISK = 2 * 2**30
"""Bytes of the node's own disk that a container may fill, where nothing else is declared."""

_UNITS = (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10))


def cpu_quantity(millicores: int) -> str:
    """A Kubernetes quantity: ``2`` or ``500m``."""
    return str(millicores // 1000) if millicores % 1000 == 0 else f"{millicores}m"


def memory_quantity(size: int) -> str:
    """A Kubernetes quantity in the largest binary unit that divides ``size``."""
    for suffix, unit in _UNITS:
        if size and size % unit == 0:
            return f"{size // unit}{suffix}"
    return str(size)


def cores(millicores: int) -> str:
    """For messages: ``7.5 cpu``."""
    return f"{millicores / 1000:g} cpu"


def gibibytes(size: int) -> str:
    """For messages: ``12.4 GiB``."""
    return f"{size / 2**30:.4g} GiB"


def spoken(amount: Amount) -> str:
    """CPU and memory for messages."""
    return f"{cores(amount.cpu)} and {gibibytes(amount.memory)}"
