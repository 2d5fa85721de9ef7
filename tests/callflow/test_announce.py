"""What a caller hears who waits, and when."""

from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.events import AgentPaused, AgentResumed
from telekit.acd.outlook import Outlook
from telekit.domain.announce import Announce, Comfort
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.pbx.loopback import Answers
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

TALK = Answers(after=timedelta(0), talks=timedelta(minutes=5))
GREETING = ["answered", "played telekit/please-wait"]
NEXT = ["played queue-youarenext"]
SECOND = ["played queue-thereare", "played digits/2"]
THIRD = ["played queue-thereare", "played digits/3"]
MUSIC = ["music default"]


def announcing(
    position: float | None = None, wait: float | None = None, comfort: Comfort | None = None, ring: float = 20
) -> Plan:
    announce = Announce(seconds(position) if position else None, seconds(wait) if wait else None)
    return routed(plan([agent("amina")], queue(announce=announce, comfort=comfort, ring=seconds(ring))))


async def begin(world: World, **how: object) -> Caller:
    caller = world.caller(**how)
    world.lead(caller)
    await passes(0)
    return caller


async def seen_often(world: World, times: int = 20) -> None:
    """Let so many calls be served, each talking for five minutes."""
    for _ in range(times):
        await world.serve()


async def test_the_place_is_told_at_once_and_again_as_often_as_the_rules_say(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        await begin(world)
        caller = await begin(world)
        await passes(44)
        assert caller.story == [*GREETING, *SECOND, *MUSIC]
        await passes(10)
        assert caller.story == [*GREETING, *SECOND, *MUSIC, *SECOND]


async def test_the_music_goes_on_after_an_announcement(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(100)
        assert caller.music == "default"


async def test_a_queue_that_announces_nothing_is_silent_but_for_its_greeting(tmp_path: Path) -> None:
    world = World(announcing(), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(280)
        assert caller.story == [*GREETING, *MUSIC]


async def test_rules_that_change_hold_for_callers_who_wait(tmp_path: Path) -> None:
    world = World(announcing(), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(20)
        world.exchange.change_plan(announcing(45))
        await passes(30)
        assert caller.story == [*GREETING, *MUSIC, *NEXT]
        world.exchange.change_plan(announcing())
        await passes(200)
        assert caller.story == [*GREETING, *MUSIC, *NEXT]


async def test_a_clock_that_is_set_back_an_hour_silences_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(10)
        right, heard = world.exchange._clock, len(caller.story)
        for one in (world.exchange, world.exchange._alarm):
            monkeypatch.setattr(one, "_clock", lambda: right() - timedelta(hours=1))
        await passes(80)
        assert caller.story[heard:] == NEXT


async def test_the_place_falls_as_those_before_are_served(tmp_path: Path) -> None:
    world = World(announcing(60), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        await begin(world)
        caller = await begin(world)
        await passes(290)
        assert caller.story[-2:] == SECOND
        await passes(60)
        assert caller.story[-1:] == NEXT


async def test_a_place_further_back_than_was_told_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(10)
        heard = list(caller.story)
        assert heard == [*GREETING, *NEXT, *MUSIC]
        for place, told in ((3, []), (2, []), (1, NEXT)):
            outlook = Outlook(place, None)
            monkeypatch.setattr(world.exchange, "outlook", {caller.id: outlook}.get)
            await passes(45)
            assert caller.story[len(heard) :] == told


async def test_the_expected_wait_is_not_told_before_enough_is_known(tmp_path: Path) -> None:
    world = World(announcing(45, 45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await seen_often(world, 3)
        await begin(world)
        caller = await begin(world)
        await passes(50)
        assert caller.story == [*GREETING, *NEXT, *MUSIC, *NEXT]
        assert world.told(FactKind.ANNOUNCED, "told") == ["position", "position"]


async def test_the_expected_wait_is_told_with_the_place_once_enough_is_known(tmp_path: Path) -> None:
    world = World(announcing(60, 60), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await seen_often(world)
        await begin(world)
        caller = await begin(world)
        await passes(299)
        minutes = [["played queue-holdtime", f"played digits/{n}", "played queue-minutes"] for n in (5, 4, 3, 2)]
        told = [*minutes, ["played telekit/wait-a-minute"]]
        assert caller.story == [
            *GREETING,
            *NEXT,
            *told[0],
            *MUSIC,
            *(line for each in told[1:] for line in NEXT + each),
        ]


async def test_an_announcement_is_told_to_the_journal_with_what_was_expected(tmp_path: Path) -> None:
    world = World(announcing(60, 60), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await seen_often(world)
        await begin(world)
        caller = await begin(world)
        await passes(10)
        (fact,) = world.facts(FactKind.ANNOUNCED)
        assert (fact.call, fact.queue) == (caller.id, "help")
        assert fact.details == {
            "told": "position and expected wait",
            "position": 1,
            "expected_wait": 298.0,
            "least": 298.0,
            "most": 298.0,
        }


async def test_a_longer_wait_than_was_told_is_left_out(tmp_path: Path) -> None:
    world = World(
        routed(plan([agent("amina"), agent("luc")], queue(announce=Announce(None, seconds(60))))),
        tmp_path,
    )
    world.phone("amina", TALK)
    world.phone("luc", TALK)
    async with world:
        await seen_often(world)
        await begin(world)
        await passes(200)
        await begin(world)
        caller = await begin(world)
        await passes(30)
        heard = list(caller.story)
        assert "played digits/2" in heard
        announced = len(world.facts(FactKind.ANNOUNCED))
        world.exchange.tell(AgentPaused(AgentName("amina"), "lunch"))
        await passes(60)
        assert caller.story == heard
        assert len(world.facts(FactKind.ANNOUNCED)) == announced
        world.exchange.tell(AgentResumed(AgentName("amina")))


async def test_comfort_is_played_after_a_while_and_again(tmp_path: Path) -> None:
    comfort = Comfort(("comfort", "custom/news"), seconds(60))
    world = World(announcing(comfort=comfort), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(59)
        assert caller.story == [*GREETING, *MUSIC]
        await passes(65)
        assert caller.story[len(GREETING + MUSIC) :] == ["played telekit/comfort", "played custom/news"] * 2


async def test_what_is_due_at_nearly_the_same_time_is_told_together(tmp_path: Path) -> None:
    world = World(announcing(30, comfort=Comfort(("comfort",), seconds(36))), tmp_path)
    world.phone("amina", TALK)
    async with world:
        await begin(world)
        caller = await begin(world)
        await passes(35)
        assert caller.story[len(GREETING + NEXT + MUSIC) :] == [*NEXT, "played telekit/comfort"]


async def test_an_offer_cuts_an_announcement_short_and_the_caller_is_served(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        caller = await begin(world)
        await passes(3)
        assert caller.story == [*GREETING, *NEXT]
        amina.register()
        await passes(1)
        assert caller.story == [*GREETING, *NEXT]
        assert amina.leg is not None
        await passes(301)
        assert caller.story == [*GREETING, *NEXT, "offered sip:amina: talked 0:05:00", "hung up"]


async def test_nothing_is_announced_to_who_talks(tmp_path: Path) -> None:
    world = World(announcing(15, ring=60), tmp_path)
    world.phone("amina", Answers(after=seconds(40), talks=timedelta(minutes=2)))
    async with world:
        caller = await world.serve()
        assert caller.story == ["offered sip:amina: talked 0:02:00", "hung up"]


async def test_who_waits_on_after_a_missed_offer_is_told_on_time(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    amina = world.phone("amina", Answers(after=seconds(60)))
    amina.reachable = False
    async with world:
        caller = await begin(world)
        await passes(10)
        amina.register()
        await passes(20)
        amina.unregister()
        await passes(10)
        heard = [*GREETING, *NEXT, *MUSIC, "offered sip:amina: no-answer"]
        assert caller.story == heard
        await passes(10)
        assert caller.story == [*heard, *NEXT]


async def test_a_caller_who_comes_back_after_a_restart_is_not_told_at_once(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = await begin(world)
        await passes(10)
        await world.restart()
        back = caller.comes_back()
        world.lead(back)
        await passes(44)
        assert back.story == MUSIC
        await passes(2)
        assert back.story == [*MUSIC, *NEXT]


async def test_a_caller_hears_it_in_french(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina", TALK)
    async with world:
        for _ in range(71):
            await begin(world)
        caller = await begin(world, language="fr")
        await passes(20)
        number = ["played digits/60", "played digits/et", "played digits/11"]
        assert caller.story == [*GREETING, "played queue-thereare", *number, *MUSIC]


async def test_a_caller_who_hangs_up_in_an_announcement_leaves_nothing_behind(tmp_path: Path) -> None:
    world = World(announcing(45), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = await world.serve(patience=seconds(3))
        assert caller.story == [*GREETING, *NEXT, "caller left"]
        assert world.told(FactKind.ABANDONED, "waited") == [3.0]
        assert world.exchange.distributor.queues()[0].calls == ()


async def test_an_estimate_that_goes_wrong_costs_nobody_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(announcing(45), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    async with world:
        monkeypatch.setattr(world.exchange.distributor, "outlook", fail)
        caller = await begin(world)
        await passes(60)
        amina.register()
        await passes(301)
        assert caller.story == [*GREETING, *MUSIC, "offered sip:amina: talked 0:05:00", "hung up"]
        assert "could not be worked out" in caplog.text
