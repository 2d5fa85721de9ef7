"""Callbacks over the death of telekit: what was promised holds, and nobody is rung twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from telekit.acd.events import CallbackCancelled
from telekit.domain.callback import Callback, CallbackRules
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import LegId, QueueName
from telekit.domain.place import VARIABLE, Place
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause
from telekit.errors import StoreError
from telekit.pbx.loopback.phone import Answers, Rings
from telekit.pbx.port import Survey
from telekit.service.promises import Promise
from telekit.service.recall import recall_promises_late
from telekit.service.tries import callback_of
from tests.acd.day import clock
from tests.service.test_callbacks import AGENT_FIRST, CALLER_FIRST, OTHER, PRESSES, ZOE, Service, Who
from tests.service.world import Journal, passes

START = clock("12:59")


async def test_a_callback_waits_on_at_its_place_after_a_restart(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        callback = await world.promised()
        waits = world.exchange.distributor.call(callback)
        later = world.caller(caller=OTHER)
        leading = world.lead(later)
        await passes(5)
        await world.killed(away=3)
        assert leading.done()
        world.lead(later.comes_back(caller=OTHER))
        await passes(3)
        assert waits is not None
        restored = world.exchange.distributor.call(callback)
        assert restored is not None
        assert waits.callback is not None
        assert restored.entered_at == waits.entered_at
        assert restored.callback == replace(waits.callback, again_at=None)
        assert world.waits == [callback, later.id]
        first.leave()
        world.amina.hang_up()
        await passes(8)
        assert world.zoe.rung == 1
        assert world.facts(FactKind.ABANDONED) == []


async def test_a_journal_that_can_be_read_only_later_forgets_no_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    promised = Journal.promised
    is_locked = True

    async def unless_locked(journal: Journal, since: datetime) -> Sequence[Fact]:
        if is_locked:
            raise StoreError("The journal cannot be read: it is locked.")
        return await promised(journal, since)

    monkeypatch.setattr(Journal, "promised", unless_locked)
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        callback = await world.promised()
        await world.killed()
        late = asyncio.ensure_future(recall_promises_late(world.journal, world.exchange, world.switch))
        await passes(12)
        newer = world.caller(caller=OTHER)
        world.lead(newer)
        await passes(1)
        assert world.waits == [newer.id]
        is_locked = False
        await late
        assert world.waits == [callback, newer.id]
        assert "it is known now" in caplog.text
        first.leave()
        world.amina.hang_up()
        await passes(8)
        assert world.zoe.rung == 1


async def test_a_callback_does_not_overtake_an_earlier_caller_who_is_not_back_yet(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        earlier = world.caller(caller=OTHER)
        world.lead(earlier)
        await passes(1)
        callback = await world.promised()
        await world.killed(world.amina.hang_up, away=1)
        await passes(0.5)
        world.lead(earlier.comes_back(caller=OTHER))
        await passes(3)
        assert [talk.call for talk in world.exchange.distributor.conversations()] == [earlier.id]
        assert world.waits == [callback]


async def test_tries_are_counted_on_after_a_restart_and_the_next_is_no_earlier(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(30)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == [1]
        await world.restart()
        await passes(20)
        assert world.zoe.rung == 1
        await passes(70)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == [1, 2]
        assert world.ended() == ["not-reached"]
        await world.restart()
        assert world.waits == []
        assert [fact.call for fact in world.facts(FactKind.ABANDONED)] == []


async def test_who_may_still_be_rung_at_a_switch_that_is_away_is_not_rung_beside_that(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(5)
        assert world.zoe.rung == 1
        seen = await world.switch.survey()

        async def survey() -> Survey:
            return replace(seen, legs=(), whole=False)

        world.switch.survey = survey  # type: ignore[method-assign]
        await world.killed()
        await passes(200)
        assert world.zoe.rung == 1
        await passes(200)
        assert world.zoe.rung > 1


async def test_what_has_ended_is_not_promised_any_more_after_a_restart(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.due()
        await passes(60)
        assert world.told(FactKind.FINISHED, "talked")[-1] == 30
        written = len(world.taken)
        await world.restart()
        await passes(60)
        assert world.waits == []
        assert world.zoe.rung == 1
        assert {fact.kind for fact in world.taken[written:]} <= {FactKind.LINK_UP, FactKind.PRESENCE, FactKind.PHONE}


async def test_the_agents_phone_that_rings_on_after_a_restart_may_be_answered(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, amina=Rings()) as world:
        await world.due()
        await passes(2)
        await world.killed(away=2)
        await passes(2)
        world.amina.answer()
        await passes(10)
        assert world.presence("amina") is Presence.ON_CALL
        assert (world.amina.rung, world.zoe.rung) == (2, 1)
        await passes(60)
        assert world.facts(FactKind.FINISHED)[-1].details["talked"] == 30
        assert world.presence("amina") is Presence.AVAILABLE
        assert world.waits == []
        assert len(world.facts(FactKind.JOINED)) == 2


async def test_the_agents_phone_that_rings_on_in_vain_after_a_restart_is_rung_again(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, amina=Rings()) as world:
        callback = await world.due()
        await passes(2)
        await world.killed(away=2)
        await passes(10)
        assert world.amina.rung == 2
        assert world.waits == [callback]
        world.amina.habit = Answers(timedelta(seconds=1), talks=None)
        await passes(20)
        assert (world.amina.rung, world.zoe.rung) == (3, 1)


@pytest.mark.parametrize("rules", [AGENT_FIRST, CALLER_FIRST], ids=["agent first", "caller first"])
async def test_a_phone_that_rings_on_after_a_restart_stops_when_the_callback_is_cancelled(
    tmp_path: Path, rules: CallbackRules
) -> None:
    async with Service(tmp_path, rules, amina=Rings(), zoe=Rings()) as world:
        callback = await world.due()
        await passes(2)
        await world.killed(away=2)
        await passes(1)
        world.exchange.tell(CallbackCancelled(callback))
        await passes(3)
        assert (world.amina.leg, world.zoe.leg) == (None, None)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == []


async def test_a_person_who_answers_while_telekit_is_away_talks_and_is_not_rung_again(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(6)
        assert world.zoe.leg is not None
        await world.killed(world.zoe.answer, away=2)
        await passes(1)
        assert world.presence("amina") is Presence.ON_CALL
        assert world.waits == []
        await passes(20)
        world.zoe.hang_up()
        await passes(2)
        assert world.presence("amina") is Presence.AVAILABLE
        assert world.zoe.rung == 1
        assert len(world.facts(FactKind.JOINED)) == len(world.facts(FactKind.FINISHED)) == 2


async def test_a_person_who_rings_on_after_a_restart_is_not_rung_again_before_that_is_over(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(6)
        await world.killed(away=2)
        await passes(5)
        assert (world.zoe.rung, world.amina.rung) == (1, 2)
        world.zoe.answer()
        await passes(2)
        assert world.presence("amina") is Presence.ON_CALL
        assert world.zoe.rung == 1
        assert world.waits == []


async def test_a_person_who_rings_on_in_vain_after_a_restart_was_tried(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(6)
        await world.killed(away=2)
        await passes(30)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == [1]
        await passes(20)
        assert world.zoe.rung == 1


async def test_a_person_who_was_rung_first_and_answers_after_a_restart_has_their_place(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(2)
        await world.killed(away=2)
        await passes(2)
        world.zoe.answer()
        await passes(1)
        (call,) = world.switch.called_out.values()
        call.press("1")
        await passes(8)
        assert world.presence("amina") is Presence.ON_CALL
        assert world.zoe.rung == 1
        assert world.ended() == ["caller-back"]


@pytest.mark.parametrize("cause", [MissCause.REJECTED, MissCause.NO_ANSWER])
async def test_a_person_who_was_rung_in_vain_while_telekit_was_away_was_tried(tmp_path: Path, cause: MissCause) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Rings()) as world:
        callback = await world.due()
        await passes(2)
        await world.killed(away=2)
        await passes(1)
        world.zoe.refuse(cause)
        await passes(3)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == [1]
        assert world.waits == [callback]
        await passes(40)
        assert world.zoe.rung == 1


async def test_who_calls_again_after_a_restart_has_the_place(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        await world.promised()
        await world.killed(away=2)
        again = world.caller(caller=Who(ZOE))
        world.lead(again)
        await passes(5)
        assert world.ended() == ["caller-back"]
        assert world.facts(FactKind.ENTERED)[-1].details["instead_of"] is not None


async def test_who_was_called_back_and_waits_comes_back_to_the_place_and_is_not_rung(tmp_path: Path) -> None:
    """The end of the callback may not have come as far as the disk, so that it holds again after the restart."""
    async with Service(tmp_path, CALLER_FIRST, zoe=PRESSES, amina=Rings()) as world:
        callback = await world.due()
        await passes(12)
        (call,) = world.switch.called_out.values()
        assert world.amina.leg is not None
        assert callback_of(LegId(call.id)) == callback
        assert Place.parse(call.variables[VARIABLE]) is not None
        back = world.caller(caller=Who(ZOE), arguments={"place": call.variables[VARIABLE]})
        back.id = call.id
        world.exchange.callbacks.recall([Promise(callback, QueueName("help"), Callback(ZOE, START), START, START, 0)])
        await world.switch.link_up()
        assert world.waits == [callback, call.id]
        await passes(1)
        world.lead(back)
        await passes(1)
        assert world.waits == [call.id]
        assert world.ended() == ["caller-back", "caller-back"]
        await passes(60)
        assert world.zoe.rung == 1
