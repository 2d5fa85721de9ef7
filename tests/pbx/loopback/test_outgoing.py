"""The loopback calls somebody by itself as every switch does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from telekit.domain.names import own_leg
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.loopback import Answers, LoopbackPhone, LoopbackSwitch, Rings
from telekit.pbx.port import Call, LinkUp
from tests.pbx.outgoing_contract import AMINA, LONG, LUC, Heard, OutgoingContract, a_leg, alive, calling, led, who


class StagedPhone:
    def __init__(self, phone: LoopbackPhone) -> None:
        self._phone = phone
        self._asked = False

    async def rings(self) -> None:
        await self._phone.rings()

    async def answer(self) -> None:
        leg = self._phone.leg
        self._asked = leg is not None and leg.offer is not None and self._phone.phone.confirm
        if not self._asked:
            self._phone.answer()
        await asyncio.sleep(1)

    async def press(self, keys: str) -> None:
        assert self._asked
        self._phone.answer(confirms=keys == "1")

    async def reject(self) -> None:
        self._phone.refuse()

    async def say_busy(self) -> None:
        self._phone.refuse(MissCause.BUSY)

    async def hang_up(self) -> None:
        if self._asked:
            self._phone.answer(confirms=False)
        else:
            self._phone.hang_up()

    async def stops(self) -> None:
        await self._phone.stops()


class LoopbackStage:
    def __init__(self) -> None:
        self.switch = LoopbackSwitch()
        self.amina = StagedPhone(self.switch.phone("sip:amina", Rings()))
        self.luc = StagedPhone(self.switch.phone(f"tel:{LUC.address}", Rings()))
        self.heard = Heard()

    def lead(self, script: Callable[[Call], Awaitable[None]]) -> None:
        self.switch.scripts["survey"] = script


@pytest.fixture
async def stage() -> LoopbackStage:
    staged = LoopbackStage()
    await staged.switch.start(staged.heard.tell)
    return staged


class TestLoopback(OutgoingContract):
    pass


async def test_whoever_is_called_out_presses_keys_by_habit(stage: LoopbackStage) -> None:
    stage.switch.phone(str(LUC), Answers(keys="1"))
    key = led(stage, lambda call: call.menu("callback", choices={"1", "2"}))
    leg = a_leg()
    assert await calling(stage, LUC, leg=leg) is None
    assert await key == "1"
    assert "chose 1" in stage.switch.called_out[leg].story


async def test_a_link_that_is_lost_leaves_it_open_what_became_of_the_leg(stage: LoopbackStage) -> None:
    script = led(stage, who)
    leg = a_leg()
    outcome = calling(stage, LUC, leg=leg)
    await stage.luc.rings()
    stage.switch.link_down()
    with pytest.raises(LinkError):
        await outcome
    with pytest.raises(LinkError):
        await calling(stage, AMINA)
    assert await alive(stage, leg) is not None
    await stage.luc.answer()
    assert (await script)[0] == leg
    await stage.switch.link_up()
    assert isinstance(stage.heard.events[-1], LinkUp)
    assert await calling(stage, AMINA, ring=timedelta(seconds=1)) is MissCause.NO_ANSWER


async def test_a_switch_may_refuse_to_call(stage: LoopbackStage) -> None:
    stage.switch.refuses_to_call = "Nobody may be called."
    with pytest.raises(SwitchError, match="Nobody may be called"):
        await calling(stage, AMINA)


async def test_a_leg_is_never_made_twice(stage: LoopbackStage) -> None:
    led(stage, who)
    stage.switch.phone(str(LUC), Answers())
    leg = own_leg("once")
    assert await calling(stage, LUC, leg=leg, ring=LONG) is None
    with pytest.raises(SwitchError, match="once"):
        await calling(stage, LUC, leg=leg)


async def test_a_script_that_goes_wrong_ends_its_leg(stage: LoopbackStage) -> None:
    async def wrong(call: Call) -> None:
        raise KeyError("typo in a script")

    stage.lead(wrong)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    assert await calling(stage, LUC, leg=(leg := a_leg()), ring=LONG) is MissCause.NO_ANSWER
    stage.switch.phone(str(LUC), Answers(talks=None))
    assert await calling(stage, LUC, leg=(leg := a_leg())) is None
    await asyncio.sleep(0)
    assert await alive(stage, leg) is None
