"""What is in order and what is not, told and logged."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.names import LookupName
from telekit.domain.plan import Plan
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import LinkUp, Survey
from telekit.service import vitals
from telekit.service.breach import Breach, Rule
from telekit.service.breaker import FAILURES
from telekit.service.health import Finding, Health
from telekit.service.lookups import Lookups
from telekit.service.pulse import Pulse
from telekit.service.vitals import (
    LinkVitals,
    RulesVitals,
    examine_answers,
    examine_calls,
    examine_disk,
    examine_journal,
    examine_pulse,
)
from telekit.store.port import JournalState
from tests.acd.day import ZONE, agent, plan
from tests.service.world import World, call_named, passes, routed

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Part:
    """A part that is as a test wants it."""

    def __init__(self) -> None:
        self.finding = Finding(True, "in order")

    def examine(self) -> Finding:
        return self.finding


async def test_a_trouble_is_logged_once_when_it_begins_and_once_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    part = Part()
    health = Health({"disk": part.examine})
    health.start()
    await passes(20)
    assert caplog.messages == []
    for space in ("50 MiB free", "40 MiB free", "30 MiB free"):
        part.finding = Finding(False, space)
        await passes(20)
    part.finding = Finding(True, "900 MiB free")
    await passes(20)
    await health.stop()
    assert caplog.messages == ["degraded: disk: 50 MiB free", "fine again: disk: 900 MiB free"]


async def test_a_look_that_takes_long_does_not_tell_what_is_over_as_news(caplog: pytest.LogCaptureFixture) -> None:
    part, goes_on = Part(), asyncio.Event()
    waits = iter([goes_on.wait(), passes(1)])

    async def slow() -> Finding:
        await next(waits)
        return Finding(True, "in order")

    health = Health({"disk": part.examine, "journal": slow})
    part.finding = Finding(False, "50 MiB free")
    earlier = asyncio.create_task(health.look())
    await passes(1)
    part.finding = Finding(True, "900 MiB free")
    later = asyncio.create_task(health.look())
    await passes(10)
    goes_on.set()
    await asyncio.gather(earlier, later)
    assert caplog.messages == ["degraded: disk: 50 MiB free", "fine again: disk: 900 MiB free"]


async def test_a_part_that_logs_by_itself_is_not_logged_twice(caplog: pytest.LogCaptureFixture) -> None:
    part = Part()
    health = Health({"link": part.examine})
    part.finding = Finding(False, "down", told=True)
    assert not (await health.tell())["healthy"]
    part.finding = Finding(True, "up", told=True)
    assert (await health.tell())["healthy"]
    assert caplog.messages == []


async def test_a_part_that_cannot_be_examined_hides_no_other() -> None:
    def fails() -> Finding:
        raise OSError("no such disk")

    async def answers() -> Finding:
        return Finding(True, "up", values={"losses": 0})

    told = await Health({"disk": fails, "link": answers}).tell()
    assert told == {
        "healthy": False,
        "parts": [
            {"part": "disk", "fine": False, "says": "could not be examined (OSError('no such disk'))"},
            {"part": "link", "fine": True, "says": "up", "losses": 0},
        ],
    }


def test_the_link_is_told_with_when_and_why_it_was_lost() -> None:
    link = LinkVitals(lambda: NOON, "the link to Asterisk at pbx:5038")
    noon = "2026-11-23 13:00:00 Europe/Paris"
    assert not link.examine(ZONE).fine
    link.hear(LinkUp(Survey((), ()), "Asterisk 22.10.1"))
    assert link.examine(ZONE).says == f"the link to Asterisk at pbx:5038 is up since {noon}, Asterisk 22.10.1"
    link.hear(LinkDown("Asterisk closed the connection"))
    assert not link.examine(ZONE).fine
    assert link.examine(ZONE).says == (
        f"the link to Asterisk at pbx:5038 is down since {noon}: Asterisk closed the connection"
    )
    link.hear(LinkUp(Survey((), ()), "Asterisk 22.10.1"))
    assert link.examine(ZONE).fine
    assert f"; lost once, {noon}: Asterisk closed" in link.examine(ZONE).says
    assert link.examine(ZONE).values["last_lost"] == NOON.isoformat()


def test_a_switch_that_is_slow_to_answer_is_told() -> None:
    assert examine_answers("Asterisk", 0.004).fine
    assert examine_answers("Asterisk", 0.004).says == "Asterisk answers within 4 ms"
    slow = examine_answers("Asterisk", 2.04)
    assert not slow.fine
    assert slow.says.startswith("Asterisk takes 2.0 s to answer")


def test_how_fast_a_switch_answers_is_not_known_while_the_link_is_down() -> None:
    link = LinkVitals(lambda: NOON, "the link to Asterisk at pbx:5038")
    assert link.examine_answers("Asterisk", 0.0).says == "not known while the link is down"
    link.hear(LinkUp(Survey((), ()), "Asterisk 22.10.1"))
    assert link.examine_answers("Asterisk", 0.0).says == "Asterisk was not asked yet"
    assert link.examine_answers("Asterisk", 0.004).says == "Asterisk answers within 4 ms"
    link.hear(LinkDown("Asterisk closed the connection"))
    assert link.examine_answers("Asterisk", 0.0).says == "not known while the link is down"


def test_rules_that_were_refused_are_told_until_better_ones_hold() -> None:
    rules = RulesVitals(lambda: NOON, lambda: Plan(UTC))
    assert rules.examine().fine
    rules.refused(2)
    assert not rules.examine().fine
    assert "for 2 mistakes" in rules.examine().says
    rules.loaded()
    assert rules.examine().fine


@pytest.mark.parametrize(
    ("state", "fine", "says"),
    [
        (JournalState(0, 0.0, 0, ""), True, "written, 0 facts wait"),
        (JournalState(7, 0.1, 3, ""), True, "written, 7 facts wait, 3 lost"),
        (JournalState(7, 4.2, 0, ""), False, "7 facts wait since 4 s: the disk is slow, or a program holds the file"),
        (
            JournalState(7, 4.2, 3, "The journal cannot be written: database or disk is full."),
            False,
            "The journal cannot be written: database or disk is full. 7 facts wait, 3 lost",
        ),
    ],
)
def test_a_journal_is_in_order_while_facts_get_to_the_disk(state: JournalState, fine: bool, says: str) -> None:
    finding = examine_journal(state)
    assert (finding.fine, finding.says) == (fine, says)


def test_a_disk_that_is_nearly_full_is_told_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine_disk(tmp_path).values["free"]
    monkeypatch.setattr(vitals, "LEAST_FREE", 10**18)
    assert "make room" in examine_disk(tmp_path).says


def test_calls_that_were_turned_away_lately_are_told() -> None:
    how = {"listens": True, "where": "127.0.0.1:4573", "calls": 2}
    assert examine_calls(**how, turned_away=None).says == "taken on 127.0.0.1:4573, 2 here now"  # type: ignore[arg-type]
    assert examine_calls(**how, turned_away=(61.0, "")).fine  # type: ignore[arg-type]
    assert "turned away 3 s ago: 192.0.2.7" in examine_calls(**how, turned_away=(3.0, "192.0.2.7")).says  # type: ignore[arg-type]
    assert not examine_calls(listens=False, where="", calls=0, turned_away=None).fine


def test_a_lookup_that_is_left_alone_is_told() -> None:
    lookups, crm = Lookups(), LookupName("crm")
    assert vitals.examine_lookups(lookups, ()).says == "none in the rules"
    assert vitals.examine_lookups(lookups, (crm,)).fine
    for _ in range(FAILURES):
        lookups._breaker(crm).failed()
    finding = vitals.examine_lookups(lookups, (crm,))
    assert not finding.fine
    assert finding.says.startswith("crm failed too often")


async def test_the_delay_is_the_worst_of_the_last_minute() -> None:
    pulse = Pulse()
    pulse.start()
    await passes(5)
    assert examine_pulse(pulse).fine
    pulse._late.append(0.7)
    assert examine_pulse(pulse).says == "at most 700 ms late within the last minute"
    assert not examine_pulse(pulse).fine
    await passes(61)
    assert examine_pulse(pulse).fine
    pulse.stop()


async def test_what_was_repaired_is_told_and_is_trouble_for_a_while(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    async with world:
        assert vitals.examine_watch(world.watch, world.exchange.now(), ZONE).says == "nothing had to be repaired"
        world.exchange.outcomes.tell(Breach(Rule.CALL_ENDED_TWICE, call_named("1.7")))
        finding = vitals.examine_watch(world.watch, world.exchange.now(), ZONE)
        assert not finding.fine
        assert finding.says.startswith("1 repaired since the start")
        assert finding.values == {"call-ended-twice": 1}
        assert vitals.examine_watch(world.watch, world.exchange.now() + timedelta(minutes=11), ZONE).fine


def test_memory_is_told() -> None:
    resident = vitals.examine_memory().values["resident"]
    assert isinstance(resident, int)
    assert resident > 1024 * 1024
