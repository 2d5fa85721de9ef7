"""Callbacks carried out, with phones of loopback: who is rung, when, and what comes of it."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from telekit.acd.events import AgentPaused, AgentResumed, CallbackAgreed, CallbackCancelled
from telekit.domain.call import Caller as Who
from telekit.domain.callback import CallbackRules, First
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.pbx.loopback.phone import Answers, Habit, Refuses, Rings
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

ZOE = "+33199007788"
AGENT_FIRST = CallbackRules(tries=2, every=seconds(60), ring=seconds(20))
CALLER_FIRST = replace(AGENT_FIRST, first=First.CALLER)
PICKS_UP = Answers(seconds(1), talks=None)
TALKS = Answers(seconds(4), talks=seconds(30))
PRESSES = replace(TALKS, talks=None, keys="1")
OTHER = Who("+33199000001")


class Service(World):
    """A service with the agent Amina, and Zoé's phone somewhere in the world."""

    def __init__(self, folder: Path, rules: CallbackRules, zoe: Habit = TALKS, amina: Habit = PICKS_UP) -> None:
        help_desk = queue("help", callback=rules, ring=seconds(20))
        super().__init__(routed(plan([agent("amina")], help_desk)), folder)
        self.amina = self.phone("amina", amina)
        self.zoe = self.switch.phone(f"tel:{ZOE}", zoe)

    async def busy(self) -> Caller:
        """Let Amina talk with somebody."""
        habit, self.amina.habit = self.amina.habit, PICKS_UP
        first = self.caller(caller=OTHER)
        self.lead(first)
        await passes(3)
        self.amina.habit = habit
        return first

    async def promised(self) -> CallId:
        """Let Zoé call, wait, agree to be called back and hang up; then as long pass as nobody calls her."""
        waits = self.caller(caller=Who(ZOE))
        leading = self.lead(waits)
        await passes(5)
        self.exchange.tell(CallbackAgreed(waits.id, ZOE))
        waits.leave()
        await leading
        await passes(11)
        return waits.id

    async def due(self) -> CallId:
        """Let it be Zoé's turn."""
        first = await self.busy()
        callback = await self.promised()
        first.leave()
        await passes(0.1)
        return callback

    @property
    def waits(self) -> list[CallId]:
        return [call.call for call in self.exchange.distributor.queue(QueueName("help")).calls]

    def ended(self) -> list[object]:
        return self.told(FactKind.CALLBACK_ENDED, "outcome")


async def test_the_agent_is_rung_then_the_person_and_they_talk(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        callback = await world.due()
        assert (world.amina.rung, world.zoe.rung) == (2, 0)
        await passes(4)
        assert world.zoe.rung == 1
        assert world.presence("amina") is Presence.OFFERED
        await passes(4)
        assert world.presence("amina") is Presence.ON_CALL
        await passes(60)
        assert world.presence("amina") is Presence.AVAILABLE
        joined, finished = (world.facts(kind)[-1] for kind in (FactKind.JOINED, FactKind.FINISHED))
        assert (joined.call, joined.agent, finished.call) == (callback, "amina", callback)
        assert finished.details["talked"] == 30
        assert (world.waits, world.ended()) == ([], [])


async def test_it_may_be_their_turn_as_soon_as_they_have_hung_up(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        waits = world.caller(caller=Who(ZOE))
        world.lead(waits)
        await passes(1)
        world.exchange.tell(CallbackAgreed(waits.id, ZOE))
        await passes(1)
        world.lead(world.caller(caller=OTHER))
        waits.leave()
        await passes(2.1)
        first.leave()
        await passes(1)
        assert world.facts(FactKind.OFFERED)[-1].call == waits.id


async def test_the_agent_sees_and_hears_who_is_called_back(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.due()
        await passes(60)
        (call,) = world.switch.called_out.values()
        assert call.dialed == ZOE
        assert call.story == ["played telekit/callback-ringing", f"connected {ZOE}: talked 0:00:30", "hung up"]


async def test_a_person_who_does_not_answer_is_tried_again_by_rule_and_then_let_go(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        callback = await world.due()
        await passes(25)
        assert world.told(FactKind.CALLBACK_TRIED, "cause") == ["no-answer"]
        assert world.waits == [callback]
        await passes(4)
        assert world.presence("amina") is Presence.AVAILABLE
        assert world.zoe.rung == 1
        await passes(60)
        assert world.zoe.rung == 2
        await passes(30)
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == [1, 2]
        assert world.ended() == ["not-reached"]
        assert world.waits == []
        await passes(200)
        assert world.zoe.rung == 2


async def test_an_agent_who_does_not_answer_has_missed_it_and_the_person_is_not_rung(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, amina=Refuses(seconds(1))) as world:
        await world.due()
        await passes(5)
        assert world.told(FactKind.OFFER_ENDED, "cause") == ["rejected"]
        assert world.zoe.rung == 0
        assert len(world.waits) == 1


async def test_an_agent_who_hangs_up_before_the_person_answers_has_missed_it(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(5)
        assert world.zoe.leg is not None
        world.amina.hang_up()
        await passes(1)
        assert world.zoe.leg is None
        assert world.told(FactKind.OFFER_ENDED, "cause") == ["rejected"]
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == []
        assert len(world.waits) == 1


async def test_the_person_is_rung_first_presses_a_key_and_waits_at_their_place(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=PRESSES) as world:
        first = await world.busy()
        callback = await world.promised()
        later = world.caller(caller=OTHER)
        world.lead(later)
        await passes(2)
        first.leave()
        await passes(2)
        assert world.zoe.rung == 1
        assert world.amina.rung == 1  # she waits for Zoé, and her phone does not ring yet
        assert world.presence("amina") is Presence.OFFERED
        await passes(10)
        (call,) = world.switch.called_out.values()
        assert call.dialed == "+33199001234"
        assert call.story[0] == "played telekit/callback-here"
        assert world.presence("amina") is Presence.ON_CALL
        assert world.exchange.distributor.conversations()[0].call == call.id
        assert world.told(FactKind.CALLBACK_ENDED, "back_as") == [call.id]
        assert world.waits == [later.id]
        assert world.facts(FactKind.JOINED)[-1].details["waited"] > 16
        assert world.waits != [callback]


@pytest.mark.parametrize("keys", ["", "2"])
async def test_a_voicemail_box_that_answers_takes_no_agent_and_counts_as_not_reached(tmp_path: Path, keys: str) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=replace(PRESSES, keys=keys)) as world:
        callback = await world.due()
        await passes(40)
        assert world.told(FactKind.CALLBACK_TRIED, "cause") == ["voicemail"]
        assert world.amina.rung == 1
        assert world.presence("amina") is Presence.AVAILABLE
        assert (world.zoe.leg, world.waits) == (None, [callback])


async def test_a_person_who_is_not_there_when_rung_first_is_tried_again(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Refuses(seconds(2))) as world:
        await world.due()
        await passes(5)
        assert world.told(FactKind.CALLBACK_TRIED, "cause") == ["rejected"]
        world.zoe.habit = PRESSES
        await passes(80)
        assert (world.zoe.rung, world.presence("amina")) == (2, Presence.ON_CALL)


async def test_a_person_who_rings_already_is_not_rung_once_more_when_another_agent_is_to_have_them(
    tmp_path: Path,
) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(2)
        world.exchange.tell(AgentPaused(AgentName("amina")))
        world.exchange.tell(AgentResumed(AgentName("amina")))
        await passes(2)
        assert (world.zoe.rung, world.zoe.leg is not None) == (1, True)
        world.zoe.answer()
        await passes(1)
        (call,) = world.switch.called_out.values()
        call.press("1")
        await passes(10)
        assert world.presence("amina") is Presence.ON_CALL


async def test_a_person_stops_ringing_when_no_agent_is_there_any_more(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Rings()) as world:
        await world.due()
        await passes(2)
        world.exchange.tell(AgentPaused(AgentName("amina")))
        await passes(1)
        assert world.zoe.leg is None
        assert world.told(FactKind.CALLBACK_TRIED, "tries") == []


@pytest.mark.parametrize("rules", [AGENT_FIRST, CALLER_FIRST], ids=["agent first", "caller first"])
async def test_a_callback_that_is_cancelled_rings_nobody_any_more(tmp_path: Path, rules: CallbackRules) -> None:
    async with Service(tmp_path, rules, zoe=Rings()) as world:
        callback = await world.due()
        await passes(6)
        assert world.zoe.leg is not None
        world.exchange.tell(CallbackCancelled(callback))
        await passes(1)
        assert (world.zoe.leg, world.amina.leg) == (None, None)
        assert world.ended() == ["cancelled"]
        await passes(100)
        assert (world.zoe.rung, world.presence("amina")) == (1, Presence.AVAILABLE)


@pytest.mark.parametrize("number", [ZOE, "0033199007788", "0199007788"])
async def test_a_person_who_calls_again_has_their_place_whichever_way_the_number_comes(
    tmp_path: Path, number: str
) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        await world.promised()
        later = world.caller(caller=OTHER)
        world.lead(later)
        await passes(20)
        again = world.caller(caller=Who(number))
        world.lead(again)
        await passes(5)
        assert world.ended() == ["caller-back"]
        assert world.waits == [again.id, later.id]
        assert "played telekit/callback-again" in again.story
        first.leave()
        await passes(5)
        assert world.exchange.distributor.conversations()[0].call == again.id
        assert world.zoe.rung == 0


async def test_a_person_who_calls_while_an_agent_is_rung_for_them_is_put_through_to_that_agent(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, amina=Answers(seconds(9), talks=None)) as world:
        await world.due()
        await passes(2)
        again = world.caller(caller=Who(ZOE))
        world.lead(again)
        await passes(12)
        assert world.exchange.distributor.conversations()[0].call == again.id
        assert world.zoe.rung == 0


async def test_a_caller_with_another_number_has_nothing_of_it(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        callback = await world.promised()
        for who in (OTHER, Who(None)):
            world.lead(world.caller(caller=who))
        await passes(5)
        assert world.waits[0] == callback
        assert world.ended() == []


@pytest.mark.parametrize("number", ["112", "33199007788", "+33199000009", "+33199007788&PJSIP/luc", "*72"])
async def test_no_number_is_called_that_is_neither_the_callers_nor_allowed(
    tmp_path: Path, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        waits = world.caller(caller=Who(ZOE))
        world.lead(waits)
        await passes(5)
        world.exchange.tell(CallbackAgreed(waits.id, number))
        waits.leave()
        await passes(11)
        first.leave()
        with caplog.at_level(logging.ERROR):
            await passes(5)
        assert world.amina.rung == 1
        assert world.ended() == ["not-allowed"]
        assert "the rules do not allow" in caplog.text


async def test_the_country_of_a_caller_is_that_of_the_shown_number_where_the_dialled_one_tells_none(
    tmp_path: Path,
) -> None:
    async with Service(tmp_path, replace(AGENT_FIRST, number="+33199005000")) as world:
        first = await world.busy()
        waits = world.caller(dialed="0199001234", caller=Who("0199007788"))
        world.lead(waits)
        await passes(5)
        world.exchange.tell(CallbackAgreed(waits.id, ZOE))
        waits.leave()
        await passes(11)
        first.leave()
        await passes(10)
        assert world.zoe.rung == 1


async def test_a_number_that_the_rules_allow_is_called(tmp_path: Path) -> None:
    async with Service(tmp_path, replace(AGENT_FIRST, allow=("+33199",))) as world:
        first = await world.busy()
        waits = world.caller(caller=OTHER)
        world.lead(waits)
        await passes(5)
        world.exchange.tell(CallbackAgreed(waits.id, ZOE))
        waits.leave()
        await passes(11)
        first.leave()
        await passes(10)
        assert world.zoe.rung == 1


async def test_a_number_of_the_rules_is_shown_rather_than_the_one_that_was_dialled(tmp_path: Path) -> None:
    async with Service(tmp_path, replace(CALLER_FIRST, number="+33199005000"), zoe=PRESSES) as world:
        await world.due()
        await passes(10)
        assert [call.dialed for call in world.switch.called_out.values()] == ["+33199005000"]


async def test_an_agent_whose_phone_is_a_number_is_asked_for_the_key_before_anybody_is_rung(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, amina=replace(PICKS_UP, confirms=False)) as world:
        number = Phone(PhoneKind.TEL, "+33199005512")
        home = world.switch.phone(str(number), Answers(seconds(1), confirms=False))
        help_desk = world.plan.queues[QueueName("help")]
        world.exchange.change_plan(routed(plan([agent("amina", phones=(number,))], help_desk)))
        waits = world.caller(caller=Who(ZOE))
        world.exchange.tell(AgentPaused(AgentName("amina")))
        world.lead(waits)
        await passes(5)
        world.exchange.tell(CallbackAgreed(waits.id, ZOE))
        waits.leave()
        await passes(11)
        world.exchange.tell(AgentResumed(AgentName("amina")))
        await passes(5)
        assert home.rung == 1
        assert world.told(FactKind.OFFER_ENDED, "cause") == ["voicemail"]
        assert world.zoe.rung == 0


async def test_when_the_switch_calls_nobody_it_is_no_agents_fault_and_it_is_tried_again(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        world.switch.refuses_to_call = "the account is missing"
        callback = await world.due()
        await passes(20)
        assert world.presence("amina") is Presence.AVAILABLE
        assert world.told(FactKind.OFFER_ENDED, "cause") == [None]
        assert world.waits == [callback]
        world.switch.refuses_to_call = ""
        await passes(20)
        assert world.zoe.rung == 1


async def test_nobody_is_called_while_the_link_is_down(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        callback = await world.promised()
        world.switch.link_down()
        first.leave()
        await passes(60)
        assert world.amina.rung == 1
        assert world.waits == [callback]
        assert len(world.facts(FactKind.OFFERED)) <= 4
        await world.switch.link_up()
        await passes(35)
        assert (world.amina.rung, world.zoe.rung) == (2, 1)


@pytest.mark.parametrize("rules", [AGENT_FIRST, CALLER_FIRST], ids=["agent first", "caller first"])
async def test_a_link_that_is_lost_while_a_phone_rings_has_nobody_rung_twice_at_once(
    tmp_path: Path, rules: CallbackRules
) -> None:
    async with Service(tmp_path, rules, zoe=replace(PRESSES, after=seconds(8)), amina=Answers(seconds(8))) as world:
        await world.due()
        await passes(2)
        world.switch.link_down()
        await passes(2)
        await world.switch.link_up()
        await passes(30)
        assert world.presence("amina") is Presence.ON_CALL
        assert (world.amina.rung, world.zoe.rung) == (2, 1)


async def test_a_callback_is_no_breach_while_it_waits_and_while_somebody_is_rung(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST, zoe=Rings(), amina=Answers(seconds(4), talks=None)) as world:
        first = await world.busy()
        await world.promised()
        await world.watch.look()
        await world.watch.look()
        first.leave()
        for _ in range(14):
            await passes(1)
            await world.watch.look()
        assert world.zoe.leg is not None
        assert world.watch.repaired == {}


async def test_an_agent_is_free_again_though_calling_back_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:

        async def breaks(*_: object, **__: object) -> None:
            raise RuntimeError("not thought of")

        monkeypatch.setattr(world.switch, "call_out", breaks)
        callback = await world.due()
        await passes(1)
        assert world.presence("amina") is Presence.AVAILABLE
        assert world.waits == [callback]
