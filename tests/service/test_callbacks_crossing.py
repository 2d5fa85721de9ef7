"""Callbacks, and what happens at the same moment: lost scripts, late ends, restarts, the same number twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.acd.events import AgentPaused, CallbackAgreed
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, LegId, QueueName
from telekit.errors import CallerGone
from telekit.pbx.loopback import Rings
from telekit.pbx.loopback.call import LoopbackCall
from telekit.pbx.port import OFFER_VARIABLE
from telekit.service.earlier import Earlier
from telekit.service.promises import read_promises
from telekit.store.sqlite import SqliteJournal
from tests.acd.day import agent, plan, queue
from tests.service.test_callbacks import AGENT_FIRST, CALLER_FIRST, OTHER, PRESSES, ZOE, Service, Who
from tests.service.world import passes, routed


async def test_a_promise_of_days_ago_outlives_two_restarts(tmp_path: Path) -> None:
    """It stood again a moment ago: the start looks at its whole story, not at that alone."""
    journal, now, call = SqliteJournal(tmp_path / "telekit.db"), datetime.now(UTC), CallId("1.1")

    def happened(hours: float, kind: FactKind, **details: object) -> None:
        journal.record(Fact(now - timedelta(hours=hours), kind, call, QueueName("help"), details=details))

    entered = (now - timedelta(hours=62)).timestamp()
    happened(62, FactKind.CALL_ARRIVED, dialed="100", caller="0199007788", name="")
    happened(62, FactKind.QUEUED, entered_at=entered, held_for=None)
    happened(61, FactKind.CALLBACK_PROMISED, number=ZOE, entered_at=entered, came_at=entered, priority=0)
    happened(61, FactKind.CALL_ENDED, by="telekit")
    happened(0.1, FactKind.QUEUED, entered_at=entered, held_for=None)
    await journal.settled()
    earlier = Earlier(journal.record, lambda *_: None, lambda: now)
    earlier.recall(await journal.unfinished(now - timedelta(hours=24)))
    earlier.settle(set())
    await journal.settled()
    promised = read_promises(await journal.promised(now - timedelta(days=14)))
    assert [promise.call for promise in promised] == [call]
    await journal.close()


async def test_a_person_who_is_lost_on_the_way_into_the_line_holds_no_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = LoopbackCall.get

    async def lost(call: LoopbackCall, variable: str) -> str | None:
        if call.id.startswith("telekit-") and variable == OFFER_VARIABLE:
            raise CallerGone("the caller has hung up")
        return await get(call, variable)

    monkeypatch.setattr(LoopbackCall, "get", lost)
    async with Service(tmp_path, CALLER_FIRST, zoe=PRESSES) as world:
        await world.due()
        await passes(600)
        assert world.zoe.rung > 1, "it is tried again"
        assert world.ended() != []


async def test_the_late_end_of_an_earlier_script_does_not_forget_who_called(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        waits = world.caller(caller=Who(ZOE))
        world.lead(waits)
        await passes(5)
        again = waits.comes_back(caller=Who(ZOE))
        world.lead(again)
        await passes(1)
        waits.cut()
        await passes(1)
        world.exchange.tell(CallbackAgreed(again.id, ZOE))
        again.leave()
        await passes(11)
        first.leave()
        await passes(30)
        assert world.zoe.rung == 1


async def test_a_promise_ends_whose_queue_is_gone_after_a_restart(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        callback = await world.promised()
        world.plan = routed(plan([agent("amina")], queue("other")))
        await world.restart()
        await passes(5)
        assert world.ended() == ["queue-gone"]
        assert not world.exchange.callbacks.has(callback)


async def test_who_calls_while_others_are_still_coming_back_has_the_callbacks_place(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        earlier = world.caller(caller=OTHER)
        world.lead(earlier)
        await passes(1)
        callback = await world.promised()
        await world.killed(away=1)
        await passes(0.3)
        person = world.caller(caller=Who(ZOE))
        world.lead(person)
        await passes(0.3)
        world.lead(earlier.comes_back(caller=OTHER))
        await passes(3)
        assert callback not in world.waits
        assert world.waits == [earlier.id, person.id]


async def test_nobody_is_rung_while_the_leg_of_any_earlier_try_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_vain(leg: LegId) -> None:
        """Take the wish to end a leg, as a switch does whose link is just lost."""

    three = routed(plan([agent("amina"), agent("luc"), agent("nora")], queue("help", callback=AGENT_FIRST)))
    async with Service(tmp_path, AGENT_FIRST, amina=Rings()) as world:
        luc, nora = world.phone("luc", Rings()), world.phone("nora", Rings())
        await world.due()
        await passes(1)
        monkeypatch.setattr(world.switch, "hang_up", in_vain)
        world.exchange.change_plan(three)
        luc.register()
        nora.register()
        for name in ("amina", "luc"):
            world.exchange.tell(AgentPaused(AgentName(name)))
            await passes(0.5)
        assert [offer.agent for offer in world.exchange.distributor.offers()] == ["nora"]
        await passes(3)
        assert (luc.rung, nora.rung) == (0, 0)
        assert world.amina.leg is not None
        world.amina.leg.end()
        await passes(1.5)
        assert (luc.rung, nora.rung) == (0, 1)


async def test_one_number_is_promised_one_callback(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        for _ in range(2):
            withheld = world.caller(caller=Who(None))
            leading = world.lead(withheld)
            await passes(5)
            world.exchange.tell(CallbackAgreed(withheld.id, ZOE))
            withheld.leave()
            await leading
        await passes(11)
        assert world.ended() == ["cancelled"]
