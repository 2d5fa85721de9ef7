"""Call scripts on a real Asterisk, with real calls."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, SwitchError
from telekit.pbx.asterisk.agi.scripts import ScriptFolder
from telekit.pbx.port import Call, Missed, Talked
from tests.lab.tree import Tree
from tests.pbx.asterisk.agi.stage import AsteriskStage
from tests.pbx.contract import AMINA, LONG, SHORT, CallContract, doing
from tests.pbx.number_contract import NumberContract, ring_amina_and_the_number

pytestmark = pytest.mark.asyncio(loop_scope="module")

LUC_BY_NUMBER = Phone(PhoneKind.TEL, "+33199005512")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsteriskStage]:
    async with AsteriskStage.on(asterisk_prefix, tmp_path_factory.mktemp("agi")) as ready:
        yield ready


class TestAsterisk(CallContract):
    pass


class TestNumbers(NumberContract):
    pass


async def test_the_caller_is_told_of_by_number(stage: AsteriskStage) -> None:
    seen: asyncio.Future[Call] = asyncio.get_running_loop().create_future()

    async def look(call: Call) -> None:
        seen.set_result(call)
        await call.hang_up()

    await stage.call(look, "+33199007788")
    call = await seen
    assert call.caller.number == "+33199007788"
    assert call.dialed == call.script
    assert call.arguments == {"asked": "yes", "1": "one"}


async def test_an_anonymous_caller_has_no_number(stage: AsteriskStage) -> None:
    seen: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    async def look(call: Call) -> None:
        seen.set_result(call.caller.number)
        await call.hang_up()

    await stage.call(look, None)
    assert await seen is None


@pytest.mark.parametrize(
    "number",
    [
        "%22;%20x",
        "$%7BSHELL(id)%7D",
        "a%26b",
        "12%0Aagi_callerid:%20+33199005566",
        "caf%E9",
    ],
)
async def test_an_odd_number_harms_nothing(stage: AsteriskStage, number: str) -> None:
    async def ring_with_it(call: Call) -> tuple[str, str | None, object]:
        heard = call.caller.number or ""
        await call.set("TOLD", heard)
        return heard, await call.get("TOLD"), await call.offer([AMINA], ring=LONG)

    _, told = await doing(stage.from_number(number), ring_with_it)
    await stage.amina.rings()
    await stage.amina.reject()
    heard, kept, outcome = await told
    assert heard == kept
    assert heard != "+33199005566"
    assert outcome == Missed(MissCause.REJECTED)


async def test_a_number_that_forges_the_end_of_the_environment_is_left_to_the_dialplan(stage: AsteriskStage) -> None:
    async def is_not_served(call: Call) -> None:
        await call.answer()

    caller = await stage.call(is_not_served, "12%0D%0A%0A200%20result=1%20(x)")
    await caller.caller.ended()
    _, value = await doing(stage, lambda call: call.get("CHANNEL(language)"))
    assert await value == "en"


async def test_each_agents_leg_of_a_ring_has_the_name_of_its_own_offer(stage: AsteriskStage) -> None:
    _, outcome = await doing(stage, lambda call: ring_amina_and_the_number(call, 2 * SHORT))
    await stage.amina.rings()
    await stage.luc.rings()
    named = {}
    for line in (await stage.asterisk.cli("core show channels concise")).splitlines():
        told = await stage.asterisk.cli(f"core show channel {line.split('!')[0]}")
        named |= {line.split("!")[0]: row.rpartition("=")[2] for row in told.splitlines() if "TELEKIT_OFFER=" in row}
    legs = {channel.partition("-")[0]: offer.rpartition(".")[2] for channel, offer in named.items() if offer}
    assert legs.pop("PJSIP/carrier") == "2"
    assert legs.pop("PJSIP/amina") == "1"
    assert set(legs.values()) == {"2"}
    assert [channel.partition("/")[0] for channel in legs] == ["Local"]
    await outcome
    await stage.amina.stops()
    await stage.luc.stops()


async def test_the_offer_is_on_the_leg_of_the_agent(stage: AsteriskStage) -> None:
    _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG, offer=OfferId(f"{call.id}.1")))
    await stage.amina.rings()
    channels = (await stage.asterisk.cli("core show channels concise")).splitlines()
    leg = next(line.split("!")[0] for line in channels if line.startswith("PJSIP/amina"))
    told = await stage.asterisk.cli(f"core show channel {leg}")
    assert "TELEKIT_OFFER=" in told
    await stage.amina.reject()
    await outcome


async def test_handing_back_goes_on_at_the_label(stage: AsteriskStage) -> None:
    back: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    async def at_the_label(call: Call) -> None:
        back.set_result(f"{await call.get('REACHED')} {await call.get('TELEKIT_STATUS')}")
        await call.hang_up()

    stage.scripts["back"] = at_the_label
    await stage.call(lambda call: call.hand_back("sales"))
    assert await back == "sales done"


async def test_a_label_that_is_not_there_is_told(stage: AsteriskStage) -> None:
    _, done = await doing(stage, lambda call: call.hand_back("nowhere"))
    with pytest.raises(SwitchError, match="nowhere"):
        await done


async def test_a_prompt_that_is_not_there_is_told(stage: AsteriskStage) -> None:
    async def play(call: Call) -> None:
        await call.answer()
        await call.play("no-such-prompt")

    _, played = await doing(stage, play)
    with pytest.raises(SwitchError, match="no-such-prompt"):
        await played


async def test_a_script_that_raises_says_sorry_and_ends_the_call(stage: AsteriskStage) -> None:
    async def raises(call: Call) -> None:
        await call.answer()
        raise KeyError("typo in a script")

    caller = await stage.call(raises)
    await caller.caller.answered()
    assert (await caller.caller.ended(within=40)).by == "callee"
    assert "Playing 'telekit/fault" in stage.asterisk.log


async def test_a_playback_can_be_given_up_for_something_better(stage: AsteriskStage) -> None:
    async def change_its_mind(call: Call) -> str | None:
        await call.answer()
        playing = asyncio.ensure_future(call.play("vm-intro"))
        await asyncio.wait((playing,), timeout=0.2)
        playing.cancel()
        await asyncio.wait((playing,))
        return await call.get("CHANNEL(language)")

    _, language = await doing(stage, change_its_mind)
    assert await language == "en"


async def test_a_playback_can_be_given_up_before_asterisk_has_begun_it(stage: AsteriskStage) -> None:
    async def change_its_mind(call: Call) -> str | None:
        await call.answer()
        for _ in range(5):
            playing = asyncio.ensure_future(call.play("vm-intro"))
            await asyncio.sleep(0)
            playing.cancel()
            await asyncio.wait((playing,))
            await call.set("SAID", "no")
        return await call.get("CHANNEL(language)")

    _, language = await doing(stage, change_its_mind)
    assert await language == "en"


async def test_a_conversation_goes_on_when_telekit_goes(stage: AsteriskStage) -> None:
    caller, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
    await stage.amina.rings()
    await stage.amina.answer()
    await caller.talks()
    await stage.server.stop()
    outcome.cancel()
    await stage.server.start()
    assert caller.caller.end is None
    await caller.caller.hears(1000)
    await caller.hang_up()
    await stage.amina.stops()


async def test_a_callers_hang_up_is_told_while_nothing_runs(stage: AsteriskStage) -> None:
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.Event()

    async def think(call: Call) -> None:
        await call.answer()
        waiting.set()
        try:
            await call.until(asyncio.Event().wait())
        except CallerGone as gone:
            ended.set_result(str(gone))
            raise

    caller = await stage.call(think)
    await waiting.wait()
    await caller.hang_up()
    assert "has hung up" in await ended


PYST2 = """\
#!/usr/bin/env python
from asterisk.agi import AGI

if __name__ == "__main__":
    agi = AGI()
    agi.answer()
    heard = agi.get_data("vm-intro", 5000, 3)
    agi.verbose("called by %s" % agi.env["agi_callerid"])
    agi.set_variable("CODE", 'Zoé "the best"')
    agi.stream_file("beep")
    try:
        agi.stream_file("no-such-prompt")
    except Exception as error:
        agi.verbose("no prompt: %s" % type(error).__name__)
    agi.verbose("heard %s, code %s" % (heard, agi.get_variable("CODE")))
    agi.appexec("Wait", "0.1")
    agi.hangup()
"""


async def test_a_verbatim_script_for_pyst2_runs(stage: AsteriskStage, tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(PYST2)
    script = ScriptFolder(tmp_path).find("old")
    assert script is not None
    caller = await stage.call(script, "+33199007711")
    await caller.press("42#")
    assert (await caller.caller.ended(within=40)).by == "callee"
    for told in ("called by +33199007711", "no prompt: AGIAppError", 'heard 42, code Zoé "the best"'):
        assert told in stage.asterisk.log


async def test_time_in_a_conversation_counts_from_the_answer(stage: AsteriskStage) -> None:
    async def wait_then_talk(call: Call) -> object:
        await call.answer()
        await asyncio.sleep(1)
        outcome = asyncio.ensure_future(call.offer([AMINA], ring=LONG, offer=OfferId(f"{call.id}.1")))
        await joined.wait()
        stage.server.note_joined(OfferId(f"{call.id}.1"))
        return await outcome

    joined = asyncio.Event()
    _, outcome = await doing(stage, wait_then_talk)
    await stage.amina.rings()
    await stage.amina.answer()
    joined.set()
    await stage.amina.hang_up()
    talked = await outcome
    assert isinstance(talked, Talked)
    assert talked.talked < timedelta(seconds=1)
