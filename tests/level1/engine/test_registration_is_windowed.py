"""A bounded number of registrations is under way, and one that is stuck holds back no other."""

from __future__ import annotations

import asyncio
from typing import cast

import pulumi
import pytest

from estate.engine.window import Registers, Window


class Resource:
    """Stands for a resource: its URN is known when its registration ends."""

    def __init__(self, urn: asyncio.Future[str | None]) -> None:
        self.urn = pulumi.Output.from_input("")
        self.urn.future = lambda with_unknowns=None: urn  # type: ignore[method-assign]


class Component:
    def __init__(self, *urns: asyncio.Future[str | None]) -> None:
        self.registered = [Resource(urn) for urn in urns]


async def admit(window: Window, resources: int, *urns: asyncio.Future[str | None]) -> None:
    await window.admit(resources, lambda: cast(Registers, Component(*urns)))


def test_what_does_not_fit_waits_for_room() -> None:
    async def scenario() -> None:
        window = Window(2)
        loop = asyncio.get_running_loop()
        first: list[asyncio.Future[str | None]] = [loop.create_future(), loop.create_future()]
        await admit(window, 2, *first)
        second = asyncio.ensure_future(admit(window, 1))
        await asyncio.sleep(0.01)
        assert not second.done()
        first[1].set_result("urn")
        await asyncio.wait_for(second, 1)

    asyncio.run(scenario())


def test_one_that_never_ends_keeps_one_slot_and_the_rest_goes_on() -> None:
    async def scenario() -> None:
        window = Window(4)
        loop = asyncio.get_running_loop()
        stuck: asyncio.Future[str | None] = loop.create_future()
        await admit(window, 1, stuck)
        for _ in range(50):
            ended: asyncio.Future[str | None] = loop.create_future()
            ended.set_result("urn")
            admitted = admit(window, 3, ended)
            await asyncio.wait_for(admitted, 1)
        assert not stuck.done()

    asyncio.run(scenario())


def test_a_component_larger_than_the_window_is_admitted_whole() -> None:
    async def scenario() -> None:
        window = Window(2)
        loop = asyncio.get_running_loop()
        many: list[asyncio.Future[str | None]] = [loop.create_future() for _ in range(9)]
        await asyncio.wait_for(admit(window, 10, *many), 1)
        for future in many:
            future.set_result("urn")
        await asyncio.sleep(0)
        await asyncio.wait_for(admit(window, 2), 1)

    asyncio.run(scenario())


def test_a_failed_registration_gives_its_slot_back_and_raises_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The engine reports it; a second report would be a traceback."""

    async def scenario() -> None:
        window = Window(1)
        failed: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        await admit(window, 1, failed)
        failed.set_exception(RuntimeError("refused by the API server"))
        await asyncio.wait_for(admit(window, 1), 1)

    asyncio.run(scenario())
    assert caplog.text == ""
