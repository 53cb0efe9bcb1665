"""Windowed registration: a bounded number of registrations under way, whichever end first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

import pulumi

SIZE = 64


class Registers(Protocol):
    """A component that tells which resources it registered."""

    @property
    def registered(self) -> Iterable[pulumi.Resource]: ...


C = TypeVar("C", bound=Registers)


class Window:
    """Holds back the next component until there is room for its resources.

    Without a window the SDK's waiting grows with the square of what is registered. A slot comes
    back when its own registration ends, so a workload that never becomes ready keeps one slot and
    holds back nothing else. How a registration failed is the engine's to report.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._slots = asyncio.Semaphore(size)
        self._waiting: set[asyncio.Future[str | None]] = set()

    async def admit(self, resources: int, make: Callable[[], C]) -> C:
        """Makes a component of about ``resources`` resources once there is room for it."""
        slots = min(resources, self._size)
        for _ in range(slots):
            await self._slots.acquire()
        component = make()
        for resource in component.registered:
            future = asyncio.ensure_future(resource.urn.future())
            self._waiting.add(future)
            if slots:
                slots -= 1
                future.add_done_callback(self._ended)
            else:
                future.add_done_callback(self._observed)
        for _ in range(slots):
            self._slots.release()
        return component

    def _ended(self, future: asyncio.Future[str | None]) -> None:
        self._slots.release()
        self._observed(future)

    def _observed(self, future: asyncio.Future[str | None]) -> None:
        self._waiting.discard(future)
        if not future.cancelled():
            future.exception()
