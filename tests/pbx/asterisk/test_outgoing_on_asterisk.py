"""Calls that telekit makes by itself, on a real Asterisk, with real phones."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from telekit.domain.names import LegId, OfferId
from telekit.domain.place import VARIABLE as PLACE
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, SwitchError
from telekit.pbx.port import OFFER_VARIABLE, Call
from tests.lab.tree import Tree
from tests.pbx.asterisk.outgoing_stage import OutgoingStage
from tests.pbx.outgoing_contract import AMINA, LONG, LUC, OURS, OutgoingContract, a_leg, alive, calling, led, stay, who

pytestmark = pytest.mark.asyncio(loop_scope="module")
RUNG = "dial.c: Called amina"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OutgoingStage]:
    async with OutgoingStage.on(asterisk_prefix, tmp_path_factory.mktemp("calls")) as stage:
        yield stage


class TestAsterisk(OutgoingContract):
    pass


@pytest.mark.parametrize("elsewhere", ["12345", "Local/12345%40elsewhere", "PJSIP/luc"])
async def test_a_phone_that_sends_the_call_elsewhere_reaches_nobody(stage: OutgoingStage, elsewhere: str) -> None:
    """Agents' phones may not dial outside: nor may they have telekit do it for them."""
    began = len(stage.asterisk.log)
    script = led(stage, who)
    outcome = calling(stage, AMINA)
    await stage.amina.rings()
    await stage.amina.phone.reject(status=302, contact=f"sip:{elsewhere}@127.0.0.1")
    assert await outcome is MissCause.REJECTED
    assert not script.done()
    if elsewhere == "PJSIP/luc":
        await stage.luc.rings()  # Asterisk knows no way to forbid this one
        await stage.luc.phone.answer()
        await stage.luc.stops()
    await stage.asterisk.logs(RUNG, after=began)
    assert "agi://" not in stage.asterisk.log.rpartition(RUNG)[2], "earlier calls may be logged late, but before that"
    script.cancel()


async def test_an_agent_who_puts_down_in_the_instant_of_answering_has_rejected(stage: OutgoingStage) -> None:
    for _ in range(5):
        led(stage, stay)
        outcome = calling(stage, AMINA)
        await stage.amina.rings()
        await stage.amina.answer()
        await stage.amina.hang_up()
        assert await outcome in (None, MissCause.REJECTED)
        await stage.amina.stops()


async def test_a_name_that_asterisk_still_has_is_not_made_again(stage: OutgoingStage) -> None:
    script = led(stage, stay)
    leg = a_leg()
    first = calling(stage, AMINA, leg=leg)
    await stage.amina.rings()
    await stage.amina.answer()
    assert await first is None
    assert await calling(stage, LUC, leg=leg) is MissCause.UNREACHABLE
    await stage.amina.hang_up()
    with pytest.raises(CallerGone):
        await script


async def test_phones_show_the_companys_number_and_never_another(stage: OutgoingStage) -> None:
    for phone, handset in ((LUC, stage.luc), (AMINA, stage.amina)):
        outcome = calling(stage, phone)
        rung = await handset.phone.rings()
        assert rung.caller == OURS
        outcome.cancel()
        await handset.stops()


async def test_a_leg_of_an_agents_keeps_its_offer_while_they_talk_outside(stage: OutgoingStage) -> None:
    async def connect_then_ask(call: Call) -> str | None:
        await call.connect(LUC.address, ring=LONG, shown=OURS)
        return await call.get(OFFER_VARIABLE)

    offer = OfferId("1700000000.9.1")
    script = led(stage, connect_then_ask)
    outcome = calling(stage, AMINA, offer=offer)
    await stage.amina.rings()
    await stage.amina.answer()
    assert await outcome is None
    rung = await stage.luc.phone.rings()
    assert rung.caller == OURS
    await stage.luc.answer()
    others = [leg for leg in await stage.switch.legs() if leg.offer is not None]
    assert len(others) == 1
    await stage.luc.hang_up()
    assert await script == offer
    await stage.amina.stops()


async def test_a_person_who_is_called_and_then_waits_keeps_the_place_when_telekit_is_lost(stage: OutgoingStage) -> None:
    async def wait(call: Call) -> None:
        await call.set(PLACE, "1700000000.000:0:billing")
        await stay(call)

    led(stage, wait)
    leg = a_leg()
    outcome = calling(stage, LUC, leg=leg)
    await stage.luc.rings()
    await stage.luc.answer()
    assert await outcome is None
    while (there := await alive(stage, leg)) is None or there.queue is None:
        pass
    back = led(stage, who)
    stage.scripts["route"] = stage.scripts["survey"]
    await stage.server.stop()
    await stage.server.start()
    call, script, dialed, number, arguments = await back
    assert (LegId(call), script, dialed, number) == (leg, "route", OURS, LUC.address)
    assert arguments["place"] == "1700000000.000:0:billing"
    await stage.luc.stops()


async def test_an_agent_who_answers_while_telekit_is_away_is_told_and_let_go(stage: OutgoingStage) -> None:
    outcome = calling(stage, AMINA)
    await stage.amina.rings()
    await stage.server.stop()
    began = len(stage.asterisk.log)
    await stage.amina.answer()
    await stage.asterisk.logs("Playing 'telekit/fault", after=began)
    assert (await stage.amina.phone.ended(within=40)).ended_at is not None
    await stage.server.start()
    assert await outcome is MissCause.REJECTED


async def test_an_asterisk_whose_account_is_cut_calls_nobody_until_it_is_back(stage: OutgoingStage) -> None:
    await stage.account.stop()
    with pytest.raises(SwitchError, match="telekit can call nobody"):
        await calling(stage, AMINA)
    up = stage.calls_link.start()
    await up
    outcome = calling(stage, AMINA)
    await stage.amina.rings()
    await stage.amina.reject()
    assert await outcome is MissCause.REJECTED
