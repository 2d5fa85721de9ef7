"""An agent's line that drops in a conversation: the caller is back in place, the phone is left alone for a while."""

import pytest

from telekit.acd.events import CallArrived, CallPassedOn, LineDropped, PhoneRegistered
from telekit.domain.destination import ToVoicemail
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit
from tests.acd.day import Day, agent, clock, plan, queue, seconds, sip

CALL, HELP = CallId("1"), QueueName("help")


def dropped_day(*others: str) -> Day:
    """Give a day on which amina's line drops after a minute with a caller who had waited for 30 s."""
    day = Day(plan([agent(name) for name in ("amina", *others)], queue(exits=(Exit(seconds(60), ToVoicemail()),))))
    day.call("1", entered="08:59:30")
    day.answer("1.1")
    day.until("09:01:00")
    day.tell(LineDropped(CALL), CallArrived(CALL, HELP, entered_at=clock("08:59:30"), exited=seconds(90)))
    return day


def test_the_caller_is_offered_to_the_next_agent_at_once_and_takes_no_exit_that_is_past() -> None:
    day = dropped_day("luc")
    assert day.offered() == [("1", "luc")]
    assert day.diverted() == []


def test_the_caller_comes_before_those_who_came_later() -> None:
    day = dropped_day()
    day.call("2")
    day.tell(PhoneRegistered(sip("amina")))
    assert day.offered() == [("1", "amina")]


def test_the_phone_is_rung_again_two_minutes_later_though_the_switch_goes_on_saying_that_it_is_reachable() -> None:
    day = dropped_day()
    assert day.presence("amina") is Presence.UNREACHABLE
    day.phone("amina")
    day.after(119)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("1", "amina")]


@pytest.mark.parametrize("known_to_the_rules", [True, False])
def test_whose_phone_somebody_else_talked_on_when_its_line_dropped_is_left_alone_and_comes_back(
    known_to_the_rules: bool,
) -> None:
    agents = [agent("amina"), agent("luc"), *([agent("nora")] if known_to_the_rules else [])]
    day = Day(plan(agents))
    day.call("1")
    day.answer("1.1")
    day.tell(CallPassedOn(CALL, AgentName("amina"), AgentName("nora"), sip("luc"), HELP))
    day.tell(LineDropped(CALL))
    assert day.presence("luc") is Presence.UNREACHABLE
    day.after(120)
    assert day.presence("luc") is Presence.AVAILABLE
