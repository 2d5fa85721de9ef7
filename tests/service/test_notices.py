"""What agents should know who are in no call: whom to remind, and who is told how to return."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telekit.domain.agent import Agent, Login
from telekit.domain.fact import FactKind
from telekit.domain.plan import Plan
from telekit.domain.queue import MissCause, PauseAfter, Skip, UntilRegistered
from telekit.pbx.loopback import run
from telekit.pbx.loopback.phone import Rings
from telekit.service.notices import Notice
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import World, passes, routed

SOON = timedelta(minutes=15)


def remembers(world: World) -> list[Notice]:
    """Let the exchange put its notices into a list."""
    notices: list[Notice] = []
    world.exchange.notify = notices.append
    return notices


def later(*agents: Agent) -> Plan:
    return replace(routed(plan(agents)), reminder=SOON)


def test_a_reminder_tells_which_shift_begins_when_in_the_agents_own_zone_and_language(tmp_path: Path) -> None:
    async def story() -> dict[str, Any]:
        amina = replace(agent("amina", "13:10-18:00", login=Login.CODE), language="fr")
        async with World(later(amina), tmp_path) as world:
            notices = remembers(world)
            await passes(30)
            (fact,) = world.facts(FactKind.REMINDED)
            assert fact.agent == "amina"
            (notice,) = notices
            return dict(notice.told)

    assert run(story()) == {
        "notice": "reminder",
        "agent": "amina",
        "name": "Amina",
        "language": "fr",
        "phones": ["sip:amina"],
        "login": "code",
        "shift": "13:10-18:00",
        "begins_at": "2026-11-23T13:10+01:00",
    }


def test_a_reminder_holds_until_a_phone_registers_the_shift_begins_or_is_cancelled(tmp_path: Path) -> None:
    async def story() -> list[bool]:
        rules = later(agent("amina", "13:10-18:00"), agent("luc", "13:10-18:00"), agent("nora", "13:10-18:00"))
        async with World(rules, tmp_path) as world:
            notices = remembers(world)
            await passes(30)
            held = [all(notice.holds() for notice in notices)]
            world.phone("amina").register()
            held += [notice.holds() for notice in notices]
            world.exchange.change_plan(later(agent("luc", "14:00-18:00"), agent("nora", "13:10-18:00")))
            held += [notice.holds() for notice in notices]
            await passes(600)
            return [*held, any(notice.holds() for notice in notices)]

    assert run(story()) == [True, *(False, True, True), *(False, False, True), False]


def test_a_restart_reminds_nobody_twice(tmp_path: Path) -> None:
    async def story() -> int:
        async with World(later(agent("amina", "13:10-18:00")), tmp_path) as world:
            await passes(30)
            await world.restart()
            await passes(120)
            return len(world.facts(FactKind.REMINDED))

    assert run(story()) == 1


def after_a_miss(folder: Path, consequence: PauseAfter | Skip | UntilRegistered) -> list[dict[str, Any]]:
    """Let amina miss a call; give what she is told."""

    async def story() -> list[dict[str, Any]]:
        rules = routed(plan([agent("amina"), agent("luc")], queue(missed={MissCause.NO_ANSWER: consequence})))
        world = World(rules, folder)
        world.phone("amina", Rings())
        world.phone("luc")
        async with world:
            notices = remembers(world)
            await world.serve()
            return [dict(notice.told) for notice in notices]

    return run(story())


def test_who_is_paused_for_missing_calls_is_told_how_to_return(tmp_path: Path) -> None:
    (told,) = after_a_miss(tmp_path, PauseAfter(1))
    assert (told["notice"], told["agent"], told["reason"]) == ("kept-away", "amina", "1 missed offer")
    assert told["back"] == {"how": "resuming", "in": None, "missed": "no-answer"}


def test_how_long_a_pause_lasts_is_told_where_it_ends_by_itself(tmp_path: Path) -> None:
    (told,) = after_a_miss(tmp_path, PauseAfter(1, seconds(600)))
    assert told["back"] == {"how": "by-itself", "in": 600, "missed": "no-answer"}


@pytest.mark.parametrize("consequence", [Skip(seconds(30)), PauseAfter(2), PauseAfter(1, seconds(60))])
def test_who_is_back_in_a_moment_or_was_not_paused_at_all_is_told_nothing(
    tmp_path: Path, consequence: PauseAfter | Skip
) -> None:
    assert after_a_miss(tmp_path, consequence) == []
