"""The codes that agents dial: what happens, and what they hear of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from telekit.callflow.agent_codes import agent_script
from telekit.domain.agent import Agent, Login
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.pbx.loopback import LoopbackCall
from tests.acd.day import agent, plan
from tests.service.world import World, routed


async def dial(world: World, code: str, endpoint: str = "amina") -> list[str]:
    """Dial a code and hear it out; give what was heard."""
    call = LoopbackCall(world.switch, script="agent", arguments={"do": code, "endpoint": endpoint})
    await agent_script(world.exchange)(call)
    assert call.story[0] == "answered"
    assert call.story[-1] == "hung up"
    return call.story[1:-1]


def world_with(tmp_path: Path, who: Agent) -> World:
    world = World(routed(plan([who])), tmp_path)
    world.phone("amina")
    return world


@pytest.mark.parametrize(
    ("code", "presence", "heard"),
    [
        ("pause", Presence.PAUSED, "paused"),
        ("resume", Presence.AVAILABLE, "resumed"),
        ("logout", Presence.LOGGED_OUT, "logged-out"),
        ("login", Presence.AVAILABLE, "logged-in"),
        ("end-wrap-up", Presence.AVAILABLE, "wrap-up-ended"),
    ],
)
async def test_a_code_does_what_it_says_and_says_what_it_did(
    tmp_path: Path, code: str, presence: Presence, heard: str
) -> None:
    async with world_with(tmp_path, agent("amina")) as world:
        assert await dial(world, code) == [f"played telekit/{heard}"]
        assert world.presence("amina") is presence


@pytest.mark.parametrize("code", ["login", "pause", "resume", "end-wrap-up", "shift"])
async def test_off_shift_every_code_says_when_the_shift_is(tmp_path: Path, code: str) -> None:
    async with world_with(tmp_path, agent("amina", "15:00-19:30")) as world:
        shift = ["played telekit/your-shift", "said 15:00", "played telekit/until", "said 19:30"]
        assert await dial(world, code) == shift
        assert world.presence("amina") is Presence.LOGGED_OUT


async def test_who_has_no_shift_left_today_hears_so(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina", "08:00-12:00", login=Login.CODE)) as world:
        assert await dial(world, "login") == ["played telekit/no-shift-today"]


async def test_logging_out_is_heard_off_shift_too(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina", "08:00-12:00")) as world:
        assert await dial(world, "logout") == ["played telekit/logged-out"]


async def test_who_is_logged_out_is_told_so_instead_of_paused(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina", login=Login.CODE)) as world:
        assert await dial(world, "pause") == ["played telekit/logged-out"]
        assert await dial(world, "login") == ["played telekit/logged-in"]


async def test_the_rest_of_a_shift_that_runs_is_told_with_its_beginning(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina", "08:00-18:00")) as world:
        assert "said 08:00" in await dial(world, "shift")


async def test_an_agent_hears_their_own_language(tmp_path: Path) -> None:
    async with world_with(tmp_path, replace(agent("amina"), language="fr")) as world:
        assert await dial(world, "pause") == ["speaks fr", "played telekit/paused"]


async def test_a_phone_that_is_no_agents_hears_so_and_nothing_else_happens(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina")) as world:
        assert await dial(world, "pause", "lobby") == ["played telekit/not-an-agent"]
        assert await dial(world, "pause", "") == ["played telekit/not-an-agent"]
        assert world.presence("amina") is Presence.AVAILABLE


async def test_a_code_that_is_none_is_told_to_agent_and_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with world_with(tmp_path, agent("amina")) as world:
        assert await dial(world, "dance") == ["played telekit/fault"]
        assert "'dance', which is no code" in caplog.text


async def test_an_agent_whom_new_rules_drop_meanwhile_hears_so(tmp_path: Path) -> None:
    class Slow(LoopbackCall):
        async def speak(self, language: str) -> None:
            world.exchange.change_plan(routed(plan([agent("luc")])))

    async with world_with(tmp_path, agent("amina")) as world:
        call = Slow(world.switch, arguments={"do": "shift", "endpoint": "amina"})
        await agent_script(world.exchange)(call)
        assert "played telekit/not-an-agent" in call.story
        assert world.exchange.agent(AgentName("amina")) is None
