"""Asking to be called back, as a caller who waits goes through it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.events import CallbackAgreed, Event
from telekit.domain.call import Caller as Number
from telekit.domain.callback import CallbackRules
from telekit.domain.destination import ToCallback, ToVoicemail
from telekit.domain.fact import FactKind
from telekit.domain.names import QueueName
from telekit.domain.place import VARIABLE
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit, Invitation, Overflow
from telekit.pbx.loopback import Answers, Refuses
from tests.acd.day import agent, plan, queue, seconds
from tests.callflow.test_line import Stumbling
from tests.service.world import Caller, World, passes, routed

TALK = Answers(after=timedelta(0), talks=timedelta(minutes=10))
KEY = CallbackRules(key="5")
ALLOWS = CallbackRules(key="5", allow=("+33", "+32"))
WITHHELD = Number(None)

PRESS = ["played telekit/callback-press", "played digits/5"]
GREETING = ["answered", "played telekit/please-wait"]
MUSIC = ["music default"]
OFFER = ["played telekit/callback-offer"]
NUMBER = ["played telekit/callback-number", "said 0199007788"]
HOLD = ["played telekit/callback-hold"]
GOODBYE = ["music off", "played telekit/callback-promised", "played telekit/goodbye", "hung up"]


@asynccontextmanager
async def busy(
    folder: Path, callback: CallbackRules | None = KEY, shift: str = "08:00-18:00", **rest: object
) -> AsyncIterator[World]:
    """Give a world whose only agent, Amina, talks for ten minutes."""
    rules = routed(plan([agent("amina", shift)], queue(callback=callback, **rest)))  # type: ignore[arg-type]
    world = World(rules, folder)
    world.phone("amina", TALK)
    async with world:
        world.lead(world.caller())
        await passes(1)
        yield world


async def begin(world: World, after: float = 20, **how: object) -> Caller:
    """Let a caller come and wait so long."""
    caller = world.caller(**how)
    world.lead(caller)
    await passes(after)
    return caller


def since(caller: Caller, said: str) -> list[str]:
    """Give what a caller heard and did from then on, without what they let pass while music plays."""
    story = [line for line in caller.story if line != "chose nothing"]
    return story[story.index(said) :]


def promised(world: World) -> list[object]:
    return world.told(FactKind.CALLBACK_PROMISED, "number")


def declined(world: World) -> list[object]:
    return world.told(FactKind.CALLBACK_DECLINED, "why")


async def test_who_presses_the_key_and_confirms_the_number_hangs_up_and_keeps_the_place(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        assert caller.story == [*GREETING, *PRESS, *MUSIC]
        caller.press("5")
        await passes(25)
        caller.press("1")
        await passes(20)
        assert since(caller, "chose 5") == ["chose 5", *NUMBER, "played telekit/callback-confirm", "chose 1", *GOODBYE]
        assert promised(world) == ["+33199007788"]
        assert world.facts(FactKind.ABANDONED) == []
        assert caller.variables[VARIABLE] == ""
        (waiting,) = world.exchange.distributor.queue(QueueName("help")).calls
        assert waiting.call == caller.id
        assert waiting.entered_at < world.facts(FactKind.CALLBACK_PROMISED)[0].at - seconds(20)


async def test_the_music_plays_on_while_the_key_is_listened_for(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=100)
        assert [line for line in caller.story if "music" in line] == MUSIC
        assert caller.music == "default"


async def test_the_key_is_told_again_every_two_minutes(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=130)
        assert since(caller, "music default") == [*MUSIC, *PRESS]


@pytest.mark.parametrize(
    ("callback", "shift", "number"),
    [
        (None, "08:00-18:00", Number("+33199007788")),
        (CallbackRules(), "08:00-18:00", Number("+33199007788")),
        (KEY, "08:00-18:00", WITHHELD),
        (KEY, "08:00-13:00:30", Number("+33199007788")),
    ],
    ids=["no callbacks", "no key", "withheld", "nobody in time"],
)
async def test_the_key_is_not_told_where_it_is_of_no_use(
    tmp_path: Path, callback: CallbackRules | None, shift: str, number: Number
) -> None:
    async with busy(tmp_path, callback, shift) as world:
        caller = await begin(world, caller=number)
        assert caller.story[:2] == GREETING
        assert PRESS[0] not in caller.story


async def test_the_key_is_heard_while_the_greeting_plays(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=1)
        caller.press("5")
        await passes(4)
        assert caller.story == [*GREETING, *NUMBER]


async def test_any_other_key_changes_nothing(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        caller.press("7")
        await passes(10)
        assert since(caller, "music default") == [*MUSIC, "chose 7"]


async def test_a_step_offers_it_and_who_says_yes_is_called_back(tmp_path: Path) -> None:
    async with busy(tmp_path, CallbackRules(), invitations=(Invitation(seconds(60)),)) as world:
        caller = await begin(world, after=61)
        caller.press("1")
        await passes(3)
        caller.press("1")
        await passes(20)
        heard = since(caller, OFFER[0])
        assert heard[:4] == [*OFFER, "chose 1", *NUMBER]
        assert heard[-4:] == GOODBYE
        assert promised(world) == ["+33199007788"]


async def test_who_does_not_want_it_waits_on_at_the_same_place(tmp_path: Path) -> None:
    async with busy(tmp_path, CallbackRules(), invitations=(Invitation(seconds(60)),)) as world:
        caller = await begin(world, after=90)
        assert since(caller, OFFER[0]) == [*OFFER, *HOLD]
        assert caller.music == "default"
        assert declined(world) == ["caller"]
        await passes(12 * 60)
        assert "offered sip:amina: talked 0:10:00" not in caller.story  # it goes on
        assert world.told(FactKind.JOINED, "waited")[1] == pytest.approx(599, abs=2)


async def test_a_withheld_number_is_not_offered_what_is_not_possible(tmp_path: Path) -> None:
    async with busy(tmp_path, CallbackRules(), invitations=(Invitation(seconds(60)),)) as world:
        caller = await begin(world, after=90, caller=WITHHELD)
        assert caller.story == [*GREETING, *MUSIC]
        assert declined(world) == ["no-number"]


async def test_nothing_is_offered_or_promised_while_nobody_can_be_called_at_all(tmp_path: Path) -> None:
    async with busy(tmp_path, KEY, invitations=(Invitation(seconds(60)),)) as world:
        world.exchange.prospects.why_no_calls = lambda: "no trunk leads outside"
        caller = await begin(world, after=90)
        assert caller.story == [*GREETING, *MUSIC, "chose nothing"]
        caller.press("5")
        await passes(10)
        assert since(caller, "chose 5") == ["chose 5", "played telekit/callback-not-now", *HOLD]
        assert declined(world) == ["not-now", "not-now"]


async def test_one_too_many_is_greeted_and_offered_it_at_once(tmp_path: Path) -> None:
    overflow = (Overflow(ToCallback(), waiting=1),)
    async with busy(tmp_path, CallbackRules(), overflow=overflow) as world:
        await begin(world)
        caller = await begin(world, after=5)
        assert caller.story == [*GREETING, *OFFER]
        caller.press("1")
        await passes(3)
        caller.press("1")
        await passes(10)
        assert promised(world) == ["+33199007788"]


async def test_an_agent_who_becomes_free_in_the_middle_is_rung_and_the_question_is_cut_short(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=592)
        caller.press("5")
        await passes(20)
        assert world.told(FactKind.JOINED, "waited")[1] == pytest.approx(599, abs=2)
        assert promised(world) == []
        caller.press("1")
        await passes(600)
        assert caller.story[-2:] == ["offered sip:amina: talked 0:10:00", "hung up"]


async def test_who_was_cut_short_by_an_agent_who_refuses_is_offered_it_again(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=592)
        world.phone("amina", Refuses())
        caller.press("5")
        await passes(11)
        assert caller.story[-2:] == ["offered sip:amina: rejected", *OFFER]


async def test_a_promise_and_an_agent_at_the_same_moment_leave_the_caller_with_the_agent(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=596)
        caller.press("5")
        await passes(1)
        caller.press("1")


async def test_what_was_agreed_on_as_a_phone_began_to_ring_holds_when_nobody_answers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with busy(tmp_path) as world:
        world.exchange.change_plan(routed(plan([agent("amina"), agent("luc")], queue(callback=KEY))))
        caller = await begin(world)
        luc, tell = world.phone("luc", Refuses()), world.exchange.tell

        def there_just_then(event: Event) -> None:
            if isinstance(event, CallbackAgreed) and not luc.rung:
                luc.register()
            tell(event)

        monkeypatch.setattr(world.exchange, "tell", there_just_then)
        caller.press("51")
        await passes(20)
        assert "offered sip:luc: rejected" in caller.story
        assert caller.story.count(NUMBER[0]) == 1, "they are not asked once more"
        assert since(caller, GOODBYE[0])[-3:] == GOODBYE[1:]
        assert promised(world) == ["+33199007788"]


async def test_nobody_is_called_back_who_still_hears_a_long_goodbye(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, after=586, prompt=seconds(8))
        caller.press("51")
        await passes(15)
        assert caller.story[-1] == "played telekit/goodbye"
        assert world.presence("amina") is Presence.AVAILABLE
        await passes(5)
        assert caller.story[-1] == "hung up"
        assert len(world.facts(FactKind.OFFERED)) == 1
        await passes(3)
        assert world.presence("amina") is Presence.OFFERED


async def test_another_number_is_typed_read_back_and_agreed_on(tmp_path: Path) -> None:
    async with busy(tmp_path, ALLOWS) as world:
        caller = await begin(world)
        caller.press("52" + "0032470123456#")
        await passes(66)
        caller.press("1")
        await passes(10)
        assert since(caller, "chose 5")[1:9] == [
            "played telekit/callback-number",
            "played telekit/callback-type",
            "pressed 0032470123456#",
            "played telekit/callback-number",
            "said 0032470123456",
            "played telekit/callback-confirm-or-change",
            "chose 1",
            "music off",
        ]
        assert promised(world) == ["+32470123456"]


async def test_who_withholds_the_number_types_one_as_it_is_dialled_in_the_country(tmp_path: Path) -> None:
    async with busy(tmp_path, ALLOWS) as world:
        caller = await begin(world, caller=WITHHELD)
        caller.press("50199005566#")
        await passes(50)
        caller.press("1")
        await passes(10)
        assert promised(world) == ["+33199005566"]
        assert "said 0199005566" in caller.story


@pytest.mark.parametrize("typed", ["0044701234567#", "100#", "0199*#", "019900556612345678"])
async def test_a_number_that_is_not_called_is_refused_three_times_and_the_caller_waits_on(
    tmp_path: Path, typed: str
) -> None:
    async with busy(tmp_path, ALLOWS) as world:
        caller = await begin(world, caller=WITHHELD)
        caller.press("5")
        for tries in (1, 2, 3):
            caller.press(typed)
            while caller.story.count("played telekit/callback-refused") < tries:
                await passes(1)
        await passes(5)
        assert caller.story[-1] == HOLD[0]
        assert caller.music == "default"
        assert (promised(world), declined(world)) == ([], ["no-number"])


async def test_who_types_nothing_is_asked_again_and_waits_on(tmp_path: Path) -> None:
    async with busy(tmp_path, ALLOWS) as world:
        caller = await begin(world, caller=WITHHELD)
        caller.press("5")
        await passes(30)
        asked = ["played telekit/callback-type", "pressed nothing"]
        assert since(caller, "chose 5") == ["chose 5", *asked * 3, *HOLD]


@pytest.mark.parametrize("number", ["100", "anonymous", "+0123456789", "'; DROP TABLE", ""])
async def test_a_caller_whose_number_cannot_be_called_hears_so_and_keeps_the_place(tmp_path: Path, number: str) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, caller=Number(number))
        caller.press("5")
        await passes(10)
        assert since(caller, "chose 5") == ["chose 5", "played telekit/callback-withheld", *HOLD]
        assert declined(world) == ["no-number"]


async def test_a_number_that_the_trunk_tells_without_its_country_is_called_in_that_of_the_number_dialled(
    tmp_path: Path,
) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world, caller=Number("0199007788"), dialed="+33199001234")
        caller.press("51")
        await passes(10)
        assert promised(world) == ["+33199007788"]


async def test_who_asks_when_nobody_could_call_in_time_hears_so(tmp_path: Path) -> None:
    async with busy(tmp_path, shift="08:00-13:03") as world:
        caller = await begin(world, after=130)
        caller.press("5")
        await passes(10)
        assert since(caller, "chose 5") == ["chose 5", "played telekit/callback-not-now", *HOLD]
        assert declined(world) == ["not-now"]


async def test_who_presses_star_instead_of_confirming_waits_on(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        caller.press("5")
        await passes(3)
        caller.press("*")
        await passes(10)
        assert since(caller, "chose 5") == ["chose 5", *NUMBER, *HOLD]
        assert (promised(world), declined(world)) == ([], ["caller"])


async def test_who_hangs_up_before_confirming_has_given_up(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        caller.press("5")
        await passes(3)
        caller.leave()
        await passes(1)
        assert promised(world) == []
        assert len(world.facts(FactKind.ABANDONED)) == 1


async def test_who_hangs_up_during_the_goodbye_is_called_back_all_the_same(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        caller.press("51")
        await passes(3)
        assert caller.story[-1] == "played telekit/callback-promised"
        caller.leave()
        await passes(1)
        assert promised(world) == ["+33199007788"]
        assert world.facts(FactKind.ABANDONED) == []
        assert [waiting.call for waiting in world.exchange.distributor.queue(QueueName("help")).calls] == [caller.id]


async def test_the_promise_is_on_the_disk_before_the_caller_hears_it(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        order: list[str] = []
        caller = await begin(world)
        journaled, play = world.exchange.journaled, caller.play

        async def settle() -> None:
            await journaled()
            order.append("on the disk")

        async def heard(*prompts: str, interrupt: str = "") -> str:
            order.extend(prompts)
            return await play(*prompts, interrupt=interrupt)

        world.exchange.journaled = settle  # type: ignore[method-assign]
        caller.play = heard  # type: ignore[method-assign]
        caller.press("51")
        await passes(20)
        assert order[-3:] == ["on the disk", "telekit/callback-promised", "telekit/goodbye"]


async def test_a_queue_that_sends_the_call_on_does_so_also_in_the_middle_of_the_question(tmp_path: Path) -> None:
    async with busy(tmp_path, exits=(Exit(seconds(30), ToVoicemail()),)) as world:
        caller = await begin(world, after=28)
        caller.press("5")
        await passes(5)
        assert since(caller, "chose 5") == [
            "chose 5",
            *NUMBER,
            "music off",
            "played telekit/leave-message",
            "played beep",
        ]


async def test_a_step_that_comes_in_the_middle_of_the_question_does_not_begin_it_anew(tmp_path: Path) -> None:
    async with busy(tmp_path, invitations=(Invitation(seconds(30)),)) as world:
        caller = await begin(world, after=28)
        caller.press("5")
        await passes(5)
        caller.press("1")
        await passes(20)
        assert OFFER[0] not in caller.story
        assert promised(world) == ["+33199007788"]


async def test_who_was_being_asked_when_telekit_was_lost_comes_back_to_the_place(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        caller.press("5")
        await passes(3)
        await world.restart()
        back = caller.comes_back()
        world.lead(back)
        await passes(10)
        (waiting,) = world.exchange.distributor.queue(QueueName("help")).calls
        assert waiting.call == caller.id
        assert world.exchange.now() - waiting.entered_at > seconds(30)


async def test_a_switch_that_plays_no_prompts_keeps_nobody_from_an_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with busy(tmp_path) as world:
        caller = Stumbling(world, mute=True)
        led = world.lead(caller)
        await passes(20)
        caller.press("5")
        await led
        assert "cannot be asked about a callback" in caplog.text
        assert declined(world) == ["not-now"]
        assert "offered sip:amina: talked 0:10:00" in caller.story


async def test_rules_that_no_longer_call_back_end_the_question_at_its_next_beginning(tmp_path: Path) -> None:
    async with busy(tmp_path) as world:
        caller = await begin(world)
        world.exchange.change_plan(routed(plan([agent("amina")])))
        caller.press("5")
        await passes(60)
        assert since(caller, "music default") == [*MUSIC, "chose 5"]
