"""A telekit that is killed forgets nobody's word: who paused, logged out or wraps up does so after the restart."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.events import AgentRecalled
from telekit.callflow.word import Word, take_word
from telekit.domain.agent import Login
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter
from telekit.errors import StoreError
from telekit.pbx.loopback import Answers, Refuses
from telekit.roster.roster import Roster
from telekit.service.recall import recall_agents
from telekit.service.standing import standings
from tests.acd.day import agent, clock, plan, seconds
from tests.service.world import World, amina_alone, passes, routed

AMINA = AgentName("amina")
TALKS = Answers(after=seconds(5), talks=seconds(60))


async def says(world: World, word: Word, reason: str = "") -> None:
    await take_word(world.exchange, world.plan.agents[AMINA], word, "phone", reason=reason)


def told(world: World) -> tuple[Presence, str]:
    presence = world.exchange.distributor.agent(AMINA).presence
    return presence.presence, presence.reason


async def test_who_has_paused_is_still_in_that_pause(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        await says(world, Word.PAUSE, "lunch")
        await world.killed()
        assert told(world) == (Presence.PAUSED, "lunch")
        world.lead(world.caller())
        await passes(10)
        assert world.facts(FactKind.OFFERED) == []
        await says(world, Word.RESUME)
        assert len(world.facts(FactKind.OFFERED)) == 1
        await world.killed()
        assert told(world)[0] is not Presence.PAUSED


async def test_who_has_logged_out_stays_so_until_they_log_in(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        await says(world, Word.LOGOUT)
        for _ in range(2):
            await world.killed()
            assert told(world) == (Presence.LOGGED_OUT, "by code")
        await says(world, Word.LOGIN)
        await world.killed()
        assert told(world)[0] is Presence.AVAILABLE


@pytest.mark.parametrize("days", [2, 30])
async def test_who_works_round_the_clock_and_logged_out_days_ago_is_still_out(tmp_path: Path, days: int) -> None:
    world = World(routed(plan([agent("amina", "00:00-00:00")])), tmp_path)
    world.phone("amina", TALKS)
    async with world:
        await says(world, Word.LOGOUT)
        await world.killed(away=timedelta(days=days).total_seconds())
        assert told(world) == (Presence.LOGGED_OUT, "by code")


async def test_who_logs_in_by_code_need_not_do_so_again(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", login=Login.CODE)])), tmp_path)
    world.phone("amina", TALKS)
    async with world:
        assert told(world) == (Presence.LOGGED_OUT, "not logged in")
        await says(world, Word.LOGIN)
        await world.killed()
        assert told(world)[0] is Presence.AVAILABLE


async def test_who_pauses_while_they_talk_is_in_that_pause_afterwards(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS, wrap_up=seconds(30)) as world:
        world.lead(world.caller())
        await passes(10)
        await says(world, Word.PAUSE)
        await world.killed()
        assert told(world)[0] is Presence.ON_CALL
        await passes(60)
        assert told(world)[0] is Presence.WRAP_UP
        await world.killed()
        assert told(world)[0] is Presence.WRAP_UP
        await passes(30)
        assert told(world)[0] is Presence.PAUSED


async def test_a_wrap_up_ends_when_it_would_have_ended(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS, wrap_up=seconds(30)) as world:
        world.lead(world.caller())
        await passes(66)
        await world.killed(away=10)
        assert told(world)[0] is Presence.WRAP_UP
        await passes(18)
        assert told(world)[0] is Presence.WRAP_UP
        await passes(2)
        assert told(world)[0] is Presence.AVAILABLE


async def test_a_wrap_up_that_was_extended_stays_so(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS, wrap_up=seconds(30)) as world:
        world.lead(world.caller())
        await passes(66)
        await says(world, Word.EXTEND_WRAP_UP)
        await world.killed()
        await passes(50)
        assert told(world)[0] is Presence.WRAP_UP
        await says(world, Word.END_WRAP_UP)
        await world.killed()
        assert told(world)[0] is Presence.AVAILABLE


async def test_whom_missed_offers_have_paused_comes_back_when_that_was_to_end(tmp_path: Path) -> None:
    missed = {MissCause.REJECTED: PauseAfter(1, seconds(60))}
    async with amina_alone(tmp_path, Refuses(), missed=missed) as world:
        caller = await world.begins(5)
        caller.leave()
        await world.killed()
        assert told(world) == (Presence.PAUSED, "1 missed offer")
        await says(world, Word.LOGIN)
        assert told(world)[0] is Presence.AVAILABLE, "whoever logs in is there"
        await world.killed()
        assert told(world)[0] is Presence.AVAILABLE


async def test_a_pause_that_is_over_by_now_is_over(tmp_path: Path) -> None:
    missed = {MissCause.REJECTED: PauseAfter(1, seconds(60))}
    async with amina_alone(tmp_path, Refuses(), missed=missed) as world:
        caller = await world.begins(5)
        await world.killed(caller.leave, away=60)
        assert told(world)[0] is Presence.AVAILABLE


async def test_a_journal_that_cannot_be_read_lets_everybody_stand_as_the_roster_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> list[Fact]:
        raise StoreError("The journal cannot be read: it is gone.")

    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        monkeypatch.setattr(world.journal, "of_agents", fail)
        exchange = world.exchange
        await recall_agents(world.journal, exchange.tell, exchange.plan, exchange.roster, exchange.now())
        assert "who was paused or logged out before the start is not known: The journal cannot be read" in caplog.text


def word(at: str, word: Word, **more: object) -> Fact:
    details: Mapping[str, str] = {"word": word, "reason": "", "by": "phone"} | more  # type: ignore[assignment]
    return Fact(clock(at), FactKind.SAID, agent=AMINA, details=details)


@pytest.mark.parametrize(
    ("said_at", "now", "holds"),
    [
        ("09:00", "12:59:59", True),
        ("09:00", "13:00", False),
        ("09:00", "14:30", False),
        ("13:30", "13:59", True),
        ("13:30", "15:00", True),
        ("13:30", "18:00", False),
    ],
)
def test_a_word_holds_for_the_shift_that_it_was_said_in_or_before(said_at: str, now: str, holds: bool) -> None:
    rules = plan([agent("amina", "08:00-13:00,14:00-18:00", login=Login.CODE)])
    found = list(standings([word(said_at, Word.LOGIN)], rules.agents, Roster(rules), clock(now)))
    assert found == ([AgentRecalled(AMINA, True)] if holds else [])


def test_who_is_not_in_the_rules_any_more_is_left_out() -> None:
    rules = plan([agent("luc")])
    assert list(standings([word("09:00", Word.LOGOUT)], rules.agents, Roster(rules), clock("10:00"))) == []


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        (FactKind.SAID, {"word": "on-call-at-home", "reason": "", "by": "phone"}),
        (FactKind.PRESENCE, {"now": "in-a-meeting", "reason": ""}),
        (FactKind.PRESENCE, {"now": "paused", "reason": "2 missed offers", "missed": "abducted"}),
    ],
    ids=["word", "presence", "cause"],
)
def test_what_a_later_telekit_wrote_is_left_out_and_all_else_holds(kind: FactKind, details: Mapping[str, str]) -> None:
    rules = plan([agent("amina")])
    facts = [word("09:00", Word.PAUSE, reason="lunch"), Fact(clock("09:01"), kind, agent=AMINA, details=details)]
    found = list(standings(facts, rules.agents, Roster(rules), clock("10:00")))
    assert found == [AgentRecalled(AMINA, None, "lunch")]


def test_a_pause_of_which_an_older_telekit_did_not_write_why_is_not_made_anybodys_own() -> None:
    details = {"was": "offered", "for": 5.0, "now": "paused", "reason": "2 missed offers"}
    rules = plan([agent("amina")])
    facts = [Fact(clock("09:00"), FactKind.PRESENCE, agent=AMINA, details=details)]
    assert list(standings(facts, rules.agents, Roster(rules), clock("10:00"))) == []


@pytest.mark.parametrize("missed", [MissCause.UNREACHABLE, MissCause.BUSY])
def test_a_pause_whose_cause_the_switch_tells_is_left_to_the_switch(missed: MissCause) -> None:
    details = {"now": "paused", "reason": "2 missed offers", "until": None, "missed": missed.value}
    rules = plan([agent("amina")])
    facts = [Fact(clock("09:00"), FactKind.PRESENCE, agent=AMINA, details=details)]
    assert list(standings(facts, rules.agents, Roster(rules), clock("10:00"))) == []


def test_only_what_is_not_as_the_roster_has_it_is_told() -> None:
    rules = plan([agent("amina")])
    facts = [word("09:00", Word.LOGIN), word("09:01", Word.PAUSE, reason="lunch")]
    assert list(standings(facts, rules.agents, Roster(rules), clock("10:00"))) == [AgentRecalled(AMINA, True, "lunch")]
    assert list(standings(facts[:1], rules.agents, Roster(rules), clock("10:00"))) == []
