"""What a program says for an agent: the same as a code, with who told it; what makes no sense is refused."""

from pathlib import Path
from typing import Any

import pytest

from telekit.cli.board import agent_line
from telekit.domain.agent import Agent, Login
from telekit.domain.fact import FactKind
from telekit.domain.presence import Presence
from telekit.errors import TelekitError
from telekit.pbx.loopback.phone import Answers
from telekit.service.agent_says import agent_says
from telekit.service.control import Request
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import World, passes, routed


def world_of(tmp_path: Path, who: Agent, **rest: Any) -> World:
    world = World(routed(plan([who], queue(**rest))), tmp_path)
    world.phone("amina", Answers(talks=seconds(60)))
    return world


async def says(world: World, word: str | None = None, name: str = "amina", **more: object) -> Any:
    words = {"do": "agent", "agent": name, **({"word": word} if word else {}), **more}
    return await agent_says(world.exchange, Request(words, "marie"))


@pytest.mark.parametrize(
    ("word", "presence"),
    [
        ("pause", Presence.PAUSED),
        ("resume", Presence.AVAILABLE),
        ("logout", Presence.LOGGED_OUT),
        ("login", Presence.AVAILABLE),
        ("end-wrap-up", Presence.AVAILABLE),
    ],
)
async def test_a_word_holds_and_stands_in_the_journal_with_who_told_it(
    tmp_path: Path, word: str, presence: Presence
) -> None:
    async with world_of(tmp_path, agent("amina")) as world:
        assert (await says(world, word))["presence"] == presence
        assert world.presence("amina") is presence
        (said,) = [fact for fact in world.taken if fact.kind is FactKind.SAID]
        assert (said.agent, said.details) == ("amina", {"word": word, "reason": "", "by": "marie", "until": None})


async def test_without_a_word_it_only_tells_how_the_agent_is(tmp_path: Path) -> None:
    async with world_of(tmp_path, agent("amina")) as world:
        before = len(world.taken)
        told = await says(world)
        assert (told["agent"], told["presence"], told["until"]) == ("amina", "available", "2026-11-23T18:00+01:00")
        assert len(world.taken) == before


async def test_a_pause_has_a_reason_and_tells_the_way_back(tmp_path: Path) -> None:
    async with world_of(tmp_path, agent("amina")) as world:
        told = await says(world, "pause", reason="lunch")
        assert told["reason"] == "lunch"
        assert told["back"] == {"how": "resuming", "in": None, "missed": None}


async def test_a_wrap_up_is_extended_by_minutes_or_by_as_much_again(tmp_path: Path) -> None:
    async with world_of(tmp_path, agent("amina"), wrap_up=seconds(30)) as world:
        await world.serve()
        assert (await says(world, "extend-wrap-up", minutes=5))["back"]["in"] == pytest.approx(330, abs=1)
        assert (await says(world, "extend-wrap-up"))["back"]["in"] == pytest.approx(360, abs=1)
        assert (await says(world, "end-wrap-up"))["presence"] == "available"


@pytest.mark.parametrize(("word", "afterwards"), [("pause", "paused"), ("logout", "logged-out"), ("resume", None)])
async def test_what_is_said_during_a_call_is_told_to_hold_after_it(
    tmp_path: Path, word: str, afterwards: str | None
) -> None:
    async with world_of(tmp_path, agent("amina"), wrap_up=seconds(30)) as world:
        world.lead(world.caller())
        await passes(10)
        told = await says(world, word)
        assert (told["presence"], told["afterwards"]) == ("on-call", afterwards)
        assert (f"; {afterwards} after it; " in agent_line(told)) is (afterwards is not None)
        await passes(60)
        told = await says(world)
        assert (told["presence"], told["afterwards"]) == ("wrap-up", afterwards)
        await passes(30)
        told = await says(world)
        assert (told["presence"], told["afterwards"]) == (afterwards or "available", None)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (None, "amina is available: there is no wrap-up to extend, nor did a call or a wrap-up end within the last 2"),
        (10, "amina is on-call: a wrap-up can be extended once it runs, and up to 2 minutes after it"),
        (220, "amina is available: there is no wrap-up to extend"),
    ],
)
async def test_where_there_is_no_wrap_up_none_is_extended(tmp_path: Path, after: float | None, why: str) -> None:
    async with world_of(tmp_path, agent("amina"), wrap_up=seconds(30)) as world:
        if after is not None:
            world.lead(world.caller())
            await passes(after)
        before = len(world.taken)
        with pytest.raises(TelekitError, match=why):
            await says(world, "extend-wrap-up", minutes=5)
        assert len(world.taken) == before


async def test_off_shift_no_word_brings_a_call(tmp_path: Path) -> None:
    async with world_of(tmp_path, agent("amina", "15:00-19:00", login=Login.CODE)) as world:
        told = await says(world, "login")
        assert (told["presence"], told["back"]["how"]) == ("logged-out", "shift")
        with pytest.raises(TelekitError, match="amina is off shift: pause means nothing then"):
            await says(world, "pause")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"word": "dance"}, "No agent can say 'dance'; there are login, logout, pause"),
        ({"word": ["pause"]}, "No agent can say"),
        ({"name": "amima", "word": "pause"}, "There is no agent 'amima' .* did you mean 'amina'"),
        ({"name": None, "word": "pause"}, "There is no agent None in the rules that hold"),
        ({"word": "resume", "reason": "lunch"}, "Only a pause has a reason"),
        ({"word": "pause", "reason": "x" * 61}, "at most 60 characters"),
        ({"word": "pause", "reason": "a\nb"}, "a line of at most"),
        ({"word": "pause", "reason": 5}, "a line of at most"),
        ({"word": "pause", "minutes": 5}, "Only a wrap-up is extended by minutes"),
        ({"word": "extend-wrap-up", "minutes": 0}, "by 1 to 99 minutes"),
        ({"word": "extend-wrap-up", "minutes": "5"}, "by 1 to 99 minutes"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    tmp_path: Path, words: dict[str, Any], why: str
) -> None:
    async with world_of(tmp_path, agent("amina")) as world:
        before = len(world.taken)
        with pytest.raises(TelekitError, match=why):
            await says(world, **words)
        assert world.presence("amina") is Presence.AVAILABLE
        assert len(world.taken) == before
