"""FreeSWITCH keeps the contracts of every switch, wherever a real one is found."""

import asyncio

import pytest

from telekit.domain.line_check import LineReading
from telekit.pbx.port import Call, Talked
from tests.lab.desk_phone import DeskPhone
from tests.pbx.contract import AMINA, LONG, CallContract, doing, ring_all
from tests.pbx.freeswitch.stage import FreeSwitchStage
from tests.pbx.number_contract import LUC_BY_NUMBER, NumberContract

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestFreeSwitch(CallContract):
    pass


class TestNumbers(NumberContract):
    pass


async def test_a_caller_who_hangs_up_in_the_instant_of_the_answer_has_talked(stage: FreeSwitchStage) -> None:
    caller, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
    await stage.amina.rings()
    await stage.amina.phone.answer()
    await caller.caller.answered()
    await caller.hang_up()
    assert isinstance(await outcome, Talked)
    await stage.amina.stops()


async def test_it_is_known_which_agent_answered_whom_the_caller_did_not_wait_for(stage: FreeSwitchStage) -> None:
    caller, outcome = await doing(stage, ring_all)
    await asyncio.gather(stage.amina.rings(), stage.luc.rings())
    await stage.luc.phone.answer()
    await caller.caller.answered()
    await caller.hang_up()
    told = await outcome
    assert told.talked_with is not None
    assert told.talked_with.endswith(".2")
    assert told.missed == {}
    await asyncio.gather(stage.amina.stops(), stage.luc.stops())


async def test_the_number_of_an_agent_never_reaches_the_caller(stage: FreeSwitchStage) -> None:
    async def talk(call: Call) -> None:
        await call.offer([LUC_BY_NUMBER], ring=LONG)

    caller, outcome = await doing(stage, talk)
    await stage.luc.rings()
    await stage.luc.answer()
    await stage.luc.press("1")
    await caller.talks()
    luc = stage.luc.phone
    assert isinstance(luc, DeskPhone)
    await luc.hold()
    await luc.resume()
    await stage.luc.hang_up()
    await outcome
    end = await caller.caller.ended()
    assert end.by == "callee"
    told = [(message.start, *map(": ".join, message.headers), message.body) for message in caller.caller.messages]
    assert len(told) > 2
    assert not [line for lines in told for line in lines if LUC_BY_NUMBER.address.removeprefix("+33") in line]


async def test_the_line_of_an_agent_who_calls_in_is_measured(stage: FreeSwitchStage) -> None:
    amina = stage.amina.phone
    assert isinstance(amina, DeskPhone)
    read: asyncio.Future[LineReading] = asyncio.get_running_loop().create_future()

    async def measure(call: Call) -> None:
        await call.answer()
        await call.play("vm-intro")
        read.set_result(await call.measure())
        await call.hang_up()

    stage.scripts["1999"] = measure
    dialog = await amina.dial("1999")
    reading = await read
    await amina.left(dialog)
    assert reading.registered
    assert reading.sound_in is not None
    assert reading.sound_in.packets > 0
    assert reading.sound_out is None, "this phone does not report"
    assert reading.encrypted is False
