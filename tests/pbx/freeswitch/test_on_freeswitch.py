"""A caller of a real FreeSWITCH: keys between prompts, and a telekit that is lost."""

import asyncio

import pytest

from telekit.pbx.freeswitch.outbound.call import FreeSwitchCall
from telekit.pbx.port import Call
from tests.lab.service import PATIENCE, comes
from tests.pbx.contract import doing
from tests.pbx.freeswitch.stage import FreeSwitchStage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_key_that_freeswitch_took_before_the_prompt_is_heard_by_the_prompt(stage: FreeSwitchStage) -> None:
    async def play(call: Call) -> str:
        await call.answer()
        await comes(lambda: "RECV DTMF 5" in stage.freeswitch.log or None, PATIENCE, lambda: "the key does not come")
        return await call.play("telekit/welcome", interrupt="5")

    caller, key = await doing(stage, play)
    await caller.press("5")
    async with asyncio.timeout(PATIENCE):
        assert await key == "5"


async def test_music_ends_when_telekit_is_lost(stage: FreeSwitchStage) -> None:
    async def be_lost(call: Call) -> None:
        assert isinstance(call, FreeSwitchCall)
        await call.answer()
        await call.music_on()
        call.session.close()

    caller = await stage.call(be_lost)
    assert (await caller.caller.ended()).by == "callee"
