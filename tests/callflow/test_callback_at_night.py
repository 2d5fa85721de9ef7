"""A caller for whom nobody is there: asked whether to be called back, as they go through it."""

from pathlib import Path

import pytest

from telekit.domain.call import Caller as Number
from telekit.domain.callback import CallbackRules, Keep
from telekit.domain.destination import Destination, HangUp, ToVoicemail, Treatment
from telekit.domain.fact import FactKind
from telekit.domain.names import QueueName
from tests.acd.day import agent, plan, queue
from tests.callflow.test_callback_request import GOODBYE, NUMBER, WITHHELD, declined, promised
from tests.service.world import World, passes, routed

ASKED = ["answered", "played telekit/no-agent", "played telekit/callback-press", "played digits/1"]
VOICEMAIL = ["played telekit/leave-message", "played beep"]


def night(folder: Path, then: Destination = ToVoicemail()) -> World:  # noqa: B008  (frozen)
    """Give a world at whose noon nobody is there; Amina comes in the evening."""
    no_agent = Treatment(("no-agent",), then, offers_callback=True)
    desk = queue(callback=CallbackRules(keep=Keep.NEXT_SHIFT), no_agent=no_agent)
    return World(routed(plan([agent("amina", "18:00-20:00")], desk)), folder)


async def test_who_says_yes_and_confirms_the_number_hangs_up_and_keeps_the_place(tmp_path: Path) -> None:
    async with night(tmp_path) as world:
        led = world.lead(caller := world.caller())
        await passes(10)
        caller.press("1")
        await passes(25)
        caller.press("1")
        await led
        assert caller.story == [*ASKED, "chose 1", *NUMBER, "played telekit/callback-confirm", "chose 1", *GOODBYE[1:]]
        assert promised(world) == ["+33199007788"]
        assert [each.call for each in world.exchange.distributor.queue(QueueName("help")).calls] == [caller.id]
        assert world.facts(FactKind.DIVERTED, FactKind.ABANDONED) == []


async def test_who_says_nothing_goes_on_and_does_not_hear_again_that_nobody_is_there(tmp_path: Path) -> None:
    async with night(tmp_path) as world:
        world.lead(caller := world.caller())
        await passes(30)
        assert caller.story[:6] == [*ASKED, "chose nothing", *VOICEMAIL[:1]]
        assert (promised(world), declined(world)) == ([], ["caller"])


async def test_who_is_hung_up_on_hears_it_as_the_last_word(tmp_path: Path) -> None:
    async with night(tmp_path, HangUp()) as world:
        await world.lead(caller := world.caller())
        assert caller.story == [*ASKED, "chose nothing", "played telekit/no-agent", "hung up"]


@pytest.mark.parametrize("trunk", [True, False])
async def test_who_cannot_be_called_is_asked_nothing(tmp_path: Path, trunk: bool) -> None:
    async with night(tmp_path) as world:
        if not trunk:
            world.exchange.prospects.why_no_calls = lambda: "no trunk"  # type: ignore[method-assign]
        world.lead(caller := world.caller(caller=WITHHELD if trunk else Number("+33199007788")))
        await passes(30)
        assert caller.story[:4] == [*ASKED[:2], *VOICEMAIL]
        assert declined(world) == ["no-number" if trunk else "not-now"]


async def test_who_hangs_up_on_the_question_is_not_called_back(tmp_path: Path) -> None:
    async with night(tmp_path) as world:
        world.lead(caller := world.caller())
        await passes(2)
        caller.leave()
        await passes(1)
        assert promised(world) == []
        assert world.exchange.distributor.waiting() == ()
