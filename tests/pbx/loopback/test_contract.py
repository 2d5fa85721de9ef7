"""The loopback keeps the contract of every switch."""

import asyncio

import pytest

from telekit.pbx.loopback import LoopbackCall, LoopbackPhone, LoopbackSwitch, Rings
from tests.pbx.asterisk.agi.conftest import Script
from tests.pbx.contract import CallContract


class StagedPhone:
    def __init__(self, phone: LoopbackPhone) -> None:
        self._phone = phone

    async def rings(self) -> None:
        await self._phone.rings()

    async def answer(self) -> None:
        self._phone.answer()
        await asyncio.sleep(1)  # no phone is put down in the instant it is taken up

    async def reject(self) -> None:
        self._phone.refuse()

    async def hang_up(self) -> None:
        self._phone.hang_up()

    async def stops(self) -> None:
        await self._phone.stops()


class StagedCaller:
    def __init__(self, call: LoopbackCall) -> None:
        self._call = call

    async def press(self, keys: str) -> None:
        self._call.press(keys)

    async def talks(self) -> None:
        await asyncio.sleep(1)

    async def hang_up(self) -> None:
        self._call.leave()


class LoopbackStage:
    def __init__(self) -> None:
        self._switch = LoopbackSwitch()
        self.amina = StagedPhone(self._switch.phone("sip:amina", Rings()))
        self.luc = StagedPhone(self._switch.phone("sip:luc", Rings()))
        self._scripts: set[asyncio.Future[None]] = set()

    async def call(self, script: Script) -> StagedCaller:
        call = LoopbackCall(self._switch)
        self._scripts.add(asyncio.ensure_future(script(call)))
        return StagedCaller(call)


@pytest.fixture
async def stage() -> LoopbackStage:
    return LoopbackStage()


class TestLoopback(CallContract):
    pass
