"""Where the rules lead a recorded call that was in a menu."""

from dataclasses import replace

import pytest

from telekit.acd.events import CallArrived
from telekit.domain.destination import ToMenu, ToQueue
from telekit.domain.names import CallId, MenuName, QueueName
from telekit.domain.route import Menu
from telekit.replay.entry import Elsewhere, Entry, first_entry
from telekit.replay.recording import Moment, RecordedCall, Visit
from tests.acd.day import agent, clock, plan, queue
from tests.service.world import HELP, routed

MAIN, CALL, AT = MenuName("main"), CallId("1.7"), Moment(clock("09:00"), 0)
PLAN = replace(
    routed(plan([agent("amina")], queue("help"), queue("more")), ToMenu(MAIN)),
    menus={MAIN: Menu(MAIN, (), choices={"1": HELP}, nothing=ToQueue(QueueName("help")))},
)


def recorded(came_to: str | None) -> RecordedCall:
    visits = [Visit(AT, CallArrived(CALL, QueueName(came_to)))] if came_to is not None else []
    return RecordedCall(CALL, AT, "+33199001234", visits=visits)


@pytest.mark.parametrize(("came_to", "where"), [("more", Elsewhere.MENU), (None, Elsewhere.LEFT)])
def test_who_hung_up_in_the_menu_is_told_apart_from_who_went_where_no_key_leads_now(
    came_to: str | None, where: Elsewhere
) -> None:
    assert first_entry(PLAN, recorded(came_to), None) is where


def test_who_came_to_a_queue_to_which_a_key_leads_comes_to_it_again() -> None:
    entry = first_entry(PLAN, recorded("help"), None)
    assert isinstance(entry, Entry)
    assert entry.event.queue == "help"
