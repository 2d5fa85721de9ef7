"""The codes that agents dial: what happens, and what they hear of it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Never

import pytest

from telekit.callflow.agent_codes import agent_script
from telekit.domain.agent import Agent, Login
from telekit.domain.call import Caller
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter, Skip
from telekit.errors import CallerGone, SwitchError
from telekit.pbx.loopback import LoopbackCall
from telekit.pbx.loopback.call import PROMPT
from telekit.pbx.loopback.phone import Answers, Habit, Refuses, Rings
from tests.acd.day import agent, plan, queue
from tests.service.world import World, routed


async def dial(world: World, code: str, endpoint: str = "amina", *, key: str = "", press: str = "") -> list[str]:
    """Dial a code, with a key behind it if told, and hear it out; give what was heard, and what was pressed."""
    arguments = {"do": code, "endpoint": endpoint, "key": key}
    call = LoopbackCall(world.switch, script="agent", arguments=arguments, keys=press)
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


def reason(world: World) -> str:
    now = world.exchange.agent(AgentName("amina"))
    assert now is not None
    return now.presence.reason


def with_reasons(tmp_path: Path) -> World:
    world = World(replace(routed(plan([agent("amina")])), pauses={"1": "lunch", "2": "training"}), tmp_path)
    world.phone("amina")
    return world


async def test_a_pause_has_the_reason_whose_key_is_dialled_with_it(tmp_path: Path) -> None:
    async with with_reasons(tmp_path) as world:
        assert await dial(world, "pause", key="2") == [
            "played telekit/paused",
            "played telekit/pause-reason",
            "said 2",
        ]
        assert (world.presence("amina"), reason(world)) == (Presence.PAUSED, "training")


async def test_a_pause_has_the_reason_whose_key_is_pressed_after_it(tmp_path: Path) -> None:
    async with with_reasons(tmp_path) as world:
        heard = await dial(world, "pause", press="1")
        assert heard[:2] == ["played telekit/paused", "played telekit/pause-choose"]
        assert heard[-2:] == ["played telekit/pause-reason", "said 1"]
        assert (world.presence("amina"), reason(world)) == (Presence.PAUSED, "lunch")


@pytest.mark.parametrize("press", [",", "7"])
async def test_who_presses_no_key_of_a_reason_is_paused_without_one(tmp_path: Path, press: str) -> None:
    async with with_reasons(tmp_path) as world:
        heard = await dial(world, "pause", press=press)
        assert heard[0] == "played telekit/paused"
        assert "played telekit/pause-reason" not in heard
        assert (world.presence("amina"), reason(world)) == (Presence.PAUSED, "")


async def test_a_key_without_a_reason_is_told_and_pauses_all_the_same(tmp_path: Path) -> None:
    async with with_reasons(tmp_path) as world:
        assert (await dial(world, "pause", key="9", press=","))[:2] == [
            "played telekit/menu-invalid",
            "played telekit/paused",
        ]
        assert (world.presence("amina"), reason(world)) == (Presence.PAUSED, "")


async def test_whoever_hangs_up_at_once_is_paused(tmp_path: Path) -> None:
    async with with_reasons(tmp_path) as world:
        call = LoopbackCall(world.switch, arguments={"do": "pause", "endpoint": "amina"}, patience=timedelta(seconds=1))
        with pytest.raises(CallerGone):
            await agent_script(world.exchange)(call)
        assert world.presence("amina") is Presence.PAUSED


async def after_a_call(tmp_path: Path, wrap_up: timedelta) -> World:
    world = World(routed(plan([agent("amina")], queue(wrap_up=wrap_up))), tmp_path)
    world.phone("amina", Answers(talks=timedelta(seconds=30)))
    return world


def ends_in(world: World) -> timedelta:
    now = world.exchange.agent(AgentName("amina"))
    assert now is not None
    assert now.wrap_until_at is not None
    return now.wrap_until_at - world.exchange.now()


async def test_a_wrap_up_is_extended_by_as_much_again_as_the_rules_give(tmp_path: Path) -> None:
    async with await after_a_call(tmp_path, timedelta(seconds=40)) as world:
        await world.serve()
        assert await dial(world, "extend-wrap-up") == ["played telekit/wrap-up-extended"]
        assert ends_in(world) == timedelta(seconds=80) - PROMPT


async def test_a_wrap_up_is_extended_by_the_minutes_dialled_with_the_code(tmp_path: Path) -> None:
    async with await after_a_call(tmp_path, timedelta(seconds=40)) as world:
        await world.serve()
        await dial(world, "extend-wrap-up", key="15")
        assert ends_in(world) == timedelta(minutes=15, seconds=40) - PROMPT


async def test_a_wrap_up_that_has_just_run_out_begins_again(tmp_path: Path) -> None:
    async with await after_a_call(tmp_path, timedelta(seconds=5)) as world:
        await world.serve()
        await asyncio.sleep(6)
        assert world.presence("amina") is Presence.AVAILABLE
        assert await dial(world, "extend-wrap-up") == ["played telekit/wrap-up-extended"]
        assert ends_in(world) == timedelta(seconds=5) - PROMPT


async def test_after_a_queue_without_wrap_up_the_code_gives_a_minute(tmp_path: Path) -> None:
    async with await after_a_call(tmp_path, timedelta(0)) as world:
        await world.serve()
        await dial(world, "extend-wrap-up")
        assert ends_in(world) == timedelta(minutes=1) - PROMPT


async def test_no_wrap_up_is_extended_while_a_call_rings(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        phone = world.phone("amina", Rings())
        phone.register()
        world.lead(world.caller())
        await phone.rings()
        assert await dial(world, "extend-wrap-up") == ["played telekit/no-wrap-up"]
        assert world.presence("amina") is Presence.OFFERED


async def test_who_has_had_no_call_just_now_has_no_wrap_up_to_extend(tmp_path: Path) -> None:
    async with await after_a_call(tmp_path, timedelta(seconds=5)) as world:
        assert await dial(world, "extend-wrap-up") == ["played telekit/no-wrap-up"]
        await world.serve()
        await asyncio.sleep(150)
        assert await dial(world, "extend-wrap-up", key="15") == ["played telekit/no-wrap-up"]
        assert world.presence("amina") is Presence.AVAILABLE


async def test_who_is_logged_out_has_no_wrap_up_to_extend(tmp_path: Path) -> None:
    async with world_with(tmp_path, agent("amina")) as world:
        await dial(world, "logout")
        assert await dial(world, "extend-wrap-up") == ["played telekit/logged-out"]
        assert world.presence("amina") is Presence.LOGGED_OUT


async def missing(tmp_path: Path, caller: Caller, dialed: str = "+33199001234") -> World:
    """Give a world in which amina has declined a call."""
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Refuses())
    await world.switch.start(world.exchange.hear)
    await world.serve(caller=caller, dialed=dialed, patience=timedelta(seconds=5))
    return world


async def hear_missed(world: World, press: str = "", *, calls_back: bool = True) -> list[str]:
    call = LoopbackCall(world.switch, arguments={"do": "missed-call", "endpoint": "amina"}, keys=press)
    await agent_script(world.exchange, calls_back=calls_back)(call)
    return [each for each in call.story[1:-1] if "kept-away" not in each]


NUMBER_TOLD = ["played telekit/missed-call", "said 33199007788"]


async def test_the_last_missed_call_is_told_digit_by_digit_and_called_back_by_key(tmp_path: Path) -> None:
    async with await missing(tmp_path, Caller("+33199007788")) as world:
        world.switch.phone("tel:+33199007788", Answers(talks=timedelta(seconds=20)))
        heard = await hear_missed(world, "1")
        assert heard[:3] == [*NUMBER_TOLD, "played telekit/call-back"]
        assert heard[-1].startswith("connected +33199007788: talked")


async def test_without_the_key_or_without_a_trunk_nobody_is_called(tmp_path: Path) -> None:
    async with await missing(tmp_path, Caller("+33199007788")) as world:
        assert await hear_missed(world, ",") == [*NUMBER_TOLD, "played telekit/call-back", "chose nothing"]
        assert await hear_missed(world, "1", calls_back=False) == NUMBER_TOLD


@pytest.mark.parametrize("number", [None, "anonymous", "+33199007788;x", "x" * 40, "12"])
async def test_a_number_that_is_withheld_or_none_is_told_as_such_and_never_called(
    tmp_path: Path, number: str | None
) -> None:
    async with await missing(tmp_path, Caller(number)) as world:
        assert await hear_missed(world, "1") == ["played telekit/missed-withheld"]


async def test_who_has_missed_no_call_hears_so(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", Answers(talks=timedelta(seconds=5)))
    world.phone("luc", Refuses())
    async with world:
        await world.serve()
        assert await hear_missed(world) == ["played telekit/no-missed-call"]


async def test_of_several_missed_calls_the_last_is_told(tmp_path: Path) -> None:
    async with await missing(tmp_path, Caller("+33199007788")) as world:
        await asyncio.sleep(60)
        await world.serve(caller=Caller("+33199007799"), patience=timedelta(seconds=5))
        assert (await hear_missed(world, ","))[1] == "said 33199007799"


async def test_a_call_back_that_the_switch_will_not_make_is_told(tmp_path: Path) -> None:
    class Refused(LoopbackCall):
        async def connect(self, *_: object, **__: object) -> Never:  # type: ignore[override]
            raise SwitchError("no trunk")

    async with await missing(tmp_path, Caller("+33199007788")) as world:
        call = Refused(world.switch, arguments={"do": "missed-call", "endpoint": "amina"}, keys="1")
        await agent_script(world.exchange, calls_back=True)(call)
        assert "played telekit/fault" in call.story


async def test_a_call_whose_caller_gave_up_is_nobodys_miss(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Rings())
    async with world:
        with suppress(CallerGone):
            await world.serve(patience=timedelta(seconds=3))
        assert await hear_missed(world) == ["played telekit/no-missed-call"]


@pytest.mark.parametrize(
    ("habit", "told"),
    [(Rings(), ["played telekit/kept-away"]), (Refuses(), ["played telekit/kept-away-a-while"])],
    ids=["not answered", "declined"],
)
async def test_whom_missed_calls_keep_from_others_is_told_how_to_return(
    tmp_path: Path, habit: Habit, told: list[str]
) -> None:
    missed = {MissCause.NO_ANSWER: PauseAfter(1), MissCause.REJECTED: Skip(timedelta(minutes=5))}
    world = World(routed(plan([agent("amina")], queue(missed=missed))), tmp_path)
    world.phone("amina", habit)
    async with world:
        assert await dial(world, "end-wrap-up") == ["played telekit/wrap-up-ended"]
        with suppress(CallerGone):
            await world.serve(patience=timedelta(seconds=40))
        assert world.presence("amina") is Presence.PAUSED
        assert (await dial(world, "shift"))[-1:] == told
        assert await dial(world, "pause") == ["played telekit/paused"]
        assert await dial(world, "resume") == ["played telekit/resumed"]
        assert (await dial(world, "shift"))[-1] == "said 18:00"
