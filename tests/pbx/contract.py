"""What every switch's `Call` must do: each driver's tests run these on a stage of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, UnsafeValue
from telekit.pbx.port import OFFER_VARIABLE, Call, Missed, RingOutcome, Talked

T = TypeVar("T")
Who = TypeVar("Who", covariant=True)

AMINA, LUC, NOBODY = (Phone(PhoneKind.SIP, name) for name in ("amina", "luc", "nobody"))
"""Phones of every stage: two that ring and wait to be led, one that is out of reach."""
SHORT = timedelta(seconds=1)
LITTLE = timedelta(seconds=2)
LONG = timedelta(seconds=20)


class Person(Protocol):
    """The caller on a stage."""

    async def press(self, keys: str) -> None: ...
    async def talks(self) -> object:
        """Wait until sound flows to the caller."""

    async def hang_up(self) -> None: ...


class Handset(Protocol):
    """A phone on a stage."""

    async def rings(self) -> object: ...
    async def answer(self) -> None: ...
    async def reject(self) -> None: ...
    async def hang_up(self) -> None: ...
    async def stops(self) -> object:
        """Wait until it neither rings nor talks any more."""


class LetsIn(Protocol[Who]):
    """A switch that somebody may call."""

    async def call(self, script: Callable[[Call], Awaitable[None]]) -> Who:
        """Let a caller in, to a script."""


class Stage(LetsIn[Person], Protocol):
    """A switch with a caller and two phones."""

    amina: Handset
    luc: Handset


async def ring_all(call: Call, ring: timedelta = LONG) -> RingOutcome:
    """Ring amina, luc and a phone out of reach at once, for the first three offers of the call."""
    return await call.ring_all({OfferId(f"{call.id}.{n}"): p for n, p in enumerate((AMINA, LUC, NOBODY), 1)}, ring=ring)


async def doing(stage: LetsIn[Who], verb: Callable[[Call], Awaitable[T]]) -> tuple[Who, "asyncio.Future[T]"]:
    """Let a caller in, to a script of one verb; gives what comes of it."""
    result: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def script(call: Call) -> None:
        try:
            result.set_result(await verb(call))
        except Exception as error:
            result.set_exception(error)
        await call.hang_up()

    return await stage.call(script), result


class CallContract:
    """Inherit this and give a fixture `stage`."""

    async def test_waiting_ends_when_the_caller_hangs_up(self, stage: Stage) -> None:
        waiting = asyncio.Event()

        async def wait(call: Call) -> None:
            await call.answer()
            await call.music_on()
            waiting.set()
            await call.until(asyncio.Event().wait())

        caller, over = await doing(stage, wait)
        await waiting.wait()
        await caller.hang_up()
        with pytest.raises(CallerGone):
            await over

    async def test_waiting_ends_with_what_was_waited_for(self, stage: Stage) -> None:
        news: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        _, told = await doing(stage, lambda call: call.until(news))
        news.set_result("somebody is free")
        assert await told == "somebody is free"

    async def test_an_agent_who_hangs_up_leaves_the_caller_there(self, stage: Stage) -> None:
        async def talk_then_write(call: Call) -> tuple[object, str | None]:
            outcome = await call.offer([AMINA], ring=LONG, offer=OfferId(f"{call.id}.1"), music="default")
            await call.set("RATING", "9")
            return outcome, await call.get("RATING")

        _, told = await doing(stage, talk_then_write)
        await stage.amina.rings()
        await stage.amina.answer()
        await stage.amina.hang_up()
        outcome, rating = await told
        assert isinstance(outcome, Talked)
        assert rating == "9"

    async def test_a_caller_who_hangs_up_after_talking_has_talked(self, stage: Stage) -> None:
        async def talk_then_play(call: Call) -> object:
            outcome = await call.offer([AMINA], ring=LONG)
            with pytest.raises(CallerGone):
                await call.play("beep")
            return outcome

        caller, outcome = await doing(stage, talk_then_play)
        await stage.amina.rings()
        await stage.amina.answer()
        await caller.talks()
        await caller.hang_up()
        assert isinstance(await outcome, Talked)
        await stage.amina.stops()

    @pytest.mark.parametrize("at_once", [False, True], ids=["one phone", "several"])
    @pytest.mark.parametrize("who", ["caller", "agent"])
    async def test_it_is_known_who_hung_up_after_a_conversation(self, stage: Stage, who: str, at_once: bool) -> None:
        left: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        async def talk(call: Call) -> None:
            await (ring_all(call) if at_once else call.offer([AMINA], ring=LONG))
            await call.hang_up()
            left.set_result(call.caller_left)

        caller = await stage.call(talk)
        await stage.amina.rings()
        if at_once:
            await stage.luc.rings()
        await stage.amina.answer()
        await caller.talks()
        if at_once:
            await stage.luc.stops()
        await (caller if who == "caller" else stage.amina).hang_up()
        assert await left == (who == "caller")
        await stage.amina.stops()

    async def test_an_agent_may_refuse(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
        await stage.amina.rings()
        await stage.amina.reject()
        assert await outcome == Missed(MissCause.REJECTED)

    async def test_an_agent_may_not_answer(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=SHORT))
        await stage.amina.rings()
        assert await outcome == Missed(MissCause.NO_ANSWER)
        await stage.amina.stops()

    async def test_a_phone_may_be_out_of_reach(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([NOBODY], ring=LONG))
        assert await outcome == Missed(MissCause.UNREACHABLE)

    async def test_a_caller_who_hangs_up_while_it_rings_is_gone_and_it_stops(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
        await stage.amina.rings()
        await caller.hang_up()
        with pytest.raises(CallerGone):
            await outcome
        await stage.amina.stops()

    async def test_of_two_phones_the_first_that_answers_has_the_call(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([AMINA, NOBODY, LUC], ring=LONG))
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.amina.stops()
        await stage.luc.hang_up()
        assert isinstance(await outcome, Talked)

    async def test_of_several_agents_rung_at_once_the_first_who_answers_has_the_call(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_all)
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.amina.stops()
        await caller.talks()
        await stage.luc.hang_up()
        told = await outcome
        assert told.talked_with is not None
        assert told.talked_with.endswith(".2")
        assert told.talked > timedelta(0)
        assert not told.missed

    async def test_of_several_agents_one_declines_and_the_other_rings_on(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_all)
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.amina.reject()
        await stage.amina.stops()
        await stage.luc.answer()
        await caller.talks()
        await stage.luc.hang_up()
        assert (await outcome).talked_with is not None

    async def test_when_none_of_several_agents_answers_each_has_their_own_cause(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: ring_all(call, LITTLE))
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.amina.reject()
        told = await outcome
        await stage.luc.stops()
        assert told.talked_with is None
        assert [told.missed[offer] for offer in sorted(told.missed)] == [
            MissCause.REJECTED,
            MissCause.NO_ANSWER,
            MissCause.UNREACHABLE,
        ]

    async def test_what_became_of_an_earlier_ring_is_forgotten(self, stage: Stage) -> None:
        async def ring_twice(call: Call) -> tuple[RingOutcome, RingOutcome]:
            first = await ring_all(call, LITTLE)
            second = await call.ring_all({OfferId(f"{call.id}.4"): AMINA, OfferId(f"{call.id}.5"): LUC}, ring=LITTLE)
            return first, second

        _, outcomes = await doing(stage, ring_twice)
        for phone in (stage.amina, stage.luc):
            await phone.rings()
            await phone.reject()
            await phone.stops()
        await stage.amina.rings()
        await stage.luc.rings()
        _, second = await outcomes
        assert set(second.missed.values()) == {MissCause.NO_ANSWER}
        await stage.amina.stops()
        await stage.luc.stops()

    async def test_a_caller_who_hangs_up_stops_every_phone_of_a_ring(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_all)
        await stage.amina.rings()
        await stage.luc.rings()
        await caller.hang_up()
        with pytest.raises(CallerGone):
            await outcome
        await stage.amina.stops()
        await stage.luc.stops()

    async def test_a_caller_who_hangs_up_after_talking_with_one_of_several_has_talked(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_all)
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        await caller.talks()
        await caller.hang_up()
        assert (await outcome).talked_with is not None
        await stage.luc.stops()
        await stage.amina.stops()

    async def test_the_last_offer_of_a_ring_stays_known_to_the_switch(self, stage: Stage) -> None:
        async def ring_then_ask(call: Call) -> str | None:
            await call.ring_all({OfferId("the-call.7"): NOBODY, OfferId("the-call.8"): NOBODY}, ring=LONG)
            return await call.get(OFFER_VARIABLE)

        _, known = await doing(stage, ring_then_ask)
        assert await known == "the-call.8"

    async def test_keys_pressed_during_a_prompt_are_heard(self, stage: Stage) -> None:
        listening = asyncio.Event()

        async def ask(call: Call) -> str:
            await call.answer()
            listening.set()
            return await call.ask("vm-intro", digits=4, timeout=LONG)

        caller, digits = await doing(stage, ask)
        await listening.wait()
        await caller.press("123#")
        assert await digits == "123"

    async def test_a_menu_asks_again_after_a_wrong_key(self, stage: Stage) -> None:
        asked = asyncio.Event()

        async def choose(call: Call) -> str | None:
            await call.answer()
            asked.set()
            return await call.menu("vm-intro", choices={"2"}, tries=2, timeout=LONG)

        caller, key = await doing(stage, choose)
        await asked.wait()
        await caller.press("72")
        assert await key == "2"

    @pytest.mark.parametrize("value", ["", "hangup", 'Zoé "the \\ best"; ${CHANNEL(name)} (a) & b, c', "a) endpos=5"])
    async def test_a_variable_keeps_what_it_was_given(self, stage: Stage, value: str) -> None:
        async def keep(call: Call) -> str | None:
            await call.set("TOLD", value)
            return await call.get("TOLD")

        _, kept = await doing(stage, keep)
        assert (await kept or "") == value

    async def test_a_variable_that_nobody_set_is_none(self, stage: Stage) -> None:
        _, value = await doing(stage, lambda call: call.get("NOBODY_SET_IT"))
        assert await value is None

    async def test_the_language_of_prompts_may_be_chosen(self, stage: Stage) -> None:
        async def speak(call: Call) -> str:
            await call.speak("fr")
            return call.language

        _, language = await doing(stage, speak)
        assert await language == "fr"

    async def test_the_last_offer_stays_known_to_the_switch(self, stage: Stage) -> None:
        async def offer(call: Call) -> str | None:
            await call.offer([NOBODY], ring=LONG, offer=OfferId("the-call.7"))
            return await call.get(OFFER_VARIABLE)

        _, known = await doing(stage, offer)
        assert await known == "the-call.7"

    async def test_a_message_has_a_length(self, stage: Stage) -> None:
        async def record(call: Call) -> timedelta:
            await call.answer()
            return (await call.record("message", longest=SHORT)).length

        _, length = await doing(stage, record)
        assert timedelta(seconds=0.5) < await length <= timedelta(seconds=2)

    async def test_no_control_character_reaches_the_switch(self, stage: Stage) -> None:
        _, value = await doing(stage, lambda call: call.set("TOLD", "a\nb"))
        with pytest.raises(UnsafeValue):
            await value
