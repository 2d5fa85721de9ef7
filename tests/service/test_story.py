"""What a person reads who watches telekit work."""

from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.announce import Announce
from telekit.domain.destination import ToVoicemail, Treatment
from telekit.domain.queue import Strategy
from telekit.pbx.loopback import Answers, Refuses, Rings
from telekit.service import story
from telekit.service.story import Story
from tests.acd.day import ZONE, agent, plan, queue, seconds, step
from tests.service.world import World, passes, routed


class Told(World):
    """A world whose story is told."""

    def _begin(self) -> None:
        super()._begin()
        self.lines: list[str] = []
        self.exchange._journal = told = Story(self.journal, self.say, ZONE)
        told.watch(self.exchange.distributor)

    def say(self, line: str) -> None:
        self.lines.append(line)

    @property
    def told(self) -> list[str]:  # type: ignore[override]
        """Give the lines without their times."""
        return [line[10:] for line in self.lines]


async def test_a_call_reads_as_it_went(tmp_path: Path) -> None:
    rules = plan(
        [agent("amina", billing=7), agent("luc", billing=5), agent("nora"), agent("zoe", "20:00-22:00", billing=9)],
        queue("help", step(billing=1)),
    )
    world = Told(routed(rules), tmp_path)
    world.phone("amina", Refuses(after=seconds(3)))
    world.phone("luc", Answers(after=seconds(5), talks=timedelta(minutes=2)))
    async with world:
        await world.serve()
        assert world.told == [
            "call 1  +33199007788 calls +33199001234",
            "call 1  amina is asked (sip:amina rings)",
            "call 1    not nora: skill lacking (lacks billing)",
            "call 1    not zoe: off shift (20:00-22:00 starts 20:00)",
            "call 1  amina declined: skipped for 30s",
            "call 1  luc is asked (sip:luc rings)",
            "call 1    not amina: skipped (skipped: rejected)",
            "call 1    not nora: skill lacking (lacks billing)",
            "call 1    not zoe: off shift (20:00-22:00 starts 20:00)",
            "call 1  luc answers; the caller has waited 8.0 s",
            "call 1  luc and the caller have talked for 120.0 s",
        ]
        assert world.lines[0].startswith("13:00:00  ")


async def test_what_a_waiting_caller_is_told_is_part_of_it(tmp_path: Path) -> None:
    rules = plan([agent("amina")], queue(announce=Announce(seconds(60), seconds(60))))
    world = Told(routed(rules), tmp_path)
    world.phone("amina", Answers(after=seconds(0), talks=timedelta(minutes=5)))
    async with world:
        for _ in range(19):
            await world.serve()
        world.lead(world.caller())
        await passes(298)
        await world.serve(patience=seconds(10))
        world.lead(world.caller())
        await passes(1)
        await world.serve(patience=seconds(10))
        assert [line for line in world.told if "hears" in line] == [
            "call 21  hears place 1",
            "call 23  hears place 1 and a wait of 297.0 s",
        ]


async def test_a_call_that_nobody_may_take_says_why_of_everybody(tmp_path: Path) -> None:
    off = [agent(f"agent{number}", "20:00-22:00") for number in range(7)]
    rules = plan(off, queue(no_agent=Treatment(("no-agent",), ToVoicemail())))
    async with Told(routed(rules), tmp_path) as world:
        await world.serve()
        assert world.told[1] == "call 1  nobody who can take the call is on shift (help)"
        assert [line for line in world.told if "not agent" in line] == [
            f"call 1    not agent{number}: off shift (20:00-22:00 starts 20:00)" for number in range(4)
        ]
        assert "call 1    nor 3 others" in world.told
        assert world.told[-1] == "call 1  the caller leaves a message of 10.0 s"


async def test_those_who_are_asked_at_once_are_told_in_one_line_and_who_answers(tmp_path: Path) -> None:
    rules = plan([agent("amina"), agent("luc"), agent("nora")], queue("help", step(0, Strategy.RING_ALL)))
    world = Told(routed(rules), tmp_path)
    world.phone("amina", Refuses(after=seconds(3)))
    world.phone("luc", Answers(after=seconds(5), talks=seconds(60)))
    world.phone("nora", Rings())
    async with world:
        await world.serve()
        assert world.told == [
            "call 1  +33199007788 calls +33199001234",
            "call 1  amina (sip:amina), luc (sip:luc), nora (sip:nora) are asked at once",
            "call 1  amina declined: skipped for 30s",
            "call 1  luc answers; the caller has waited 5.0 s",
            "call 1  luc and the caller have talked for 60.0 s",
        ]


async def test_a_caller_who_gives_up_is_told_with_the_wait(tmp_path: Path) -> None:
    async with Told(routed(plan([agent("amina")])), tmp_path) as world:
        await world.serve(patience=seconds(30))
        assert world.told[1:] == [
            "call 1  waits in help: nobody is free",
            "call 1    not amina: unreachable (sip:amina is not registered)",
            "call 1  the caller gives up after 30.0 s",
        ]


async def test_each_call_has_its_number_and_nothing_is_kept_of_those_that_ended(tmp_path: Path) -> None:
    async with Told(routed(plan([agent("amina")])), tmp_path) as world:
        for _ in range(3):
            await world.serve(patience=seconds(1))
        assert [line.split()[1] for line in world.told if "calls" in line] == ["1", "2", "3"]
        told = world.exchange._journal
        assert isinstance(told, Story)
        assert told._numbers == {}


async def test_a_story_that_cannot_be_told_harms_no_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Mute(Told):
        def say(self, line: str) -> None:
            raise BrokenPipeError

    world = Mute(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Answers(talks=seconds(5)))
    async with world:
        caller = await world.serve()
        assert caller.story[-1] == "hung up"
        assert "offered" in caller.story[0]
        assert caplog.text.count("the story of the calls ends here") == 1
        assert "Traceback" not in caplog.text


async def test_of_thousands_of_agents_it_is_not_told_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "MOST_ASKED_ABOUT", 1)
    async with Told(routed(plan([agent("amina"), agent("luc")])), tmp_path) as world:
        await world.serve(patience=seconds(1))
        assert not [line for line in world.told if "not amina" in line]
