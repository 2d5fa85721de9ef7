"""How agents come back whom telekit keeps from calls after missed offers: each cause has its own way."""

import pytest

from telekit.acd.actions import OfferEnded
from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    PhoneRegistered,
    PhoneSeen,
    WrapUpExtended,
)
from telekit.acd.way_back import Return, WayBack
from telekit.domain.agent import Login
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter, Skip, UntilRegistered
from tests.acd.day import Day, agent, clock, plan, queue, seconds, sip

TEL = Phone(PhoneKind.TEL, "+33199005512")


def after_a_miss(cause: MissCause, consequence: PauseAfter | Skip | UntilRegistered, hours: str = "08:00-18:00") -> Day:
    """Let amina, who is alone, miss a call for a cause."""
    day = Day(plan([agent("amina", hours)], queue("help", missed={cause: consequence})))
    day.call("c")
    day.miss("c.1", cause)
    return day


def back(day: Day, name: str = "amina") -> WayBack | None:
    return day.distributor.agent(AgentName(name)).way_back


def test_a_pause_may_end_by_itself_after_so_long_and_the_misses_count_anew() -> None:
    day = Day(plan([agent("amina")], queue("help", missed={MissCause.NO_ANSWER: PauseAfter(2, seconds(600))})))
    day.call("c")
    day.miss("c.1")
    day.miss("c.2")
    assert day.reason("amina") == "2 missed offers"
    assert back(day) == WayBack(Return.BY_ITSELF, day.now + seconds(600), MissCause.NO_ANSWER)
    day.after(599)
    assert day.presence("amina") is Presence.PAUSED
    day.after(1)
    assert day.offered() == [("c", "amina")]
    day.miss("c.3")
    assert day.presence("amina") is Presence.OFFERED


def test_the_consequence_says_for_how_long() -> None:
    day = after_a_miss(MissCause.NO_ANSWER, PauseAfter(1, seconds(90)))
    assert [ended.consequence for ended in day.all(OfferEnded)] == ["paused after 1 missed offer for 90s"]


def test_a_pause_without_a_time_ends_by_the_agents_word_or_the_next_shift() -> None:
    day = after_a_miss(MissCause.NO_ANSWER, PauseAfter(1), "08:00-10:00,11:00-18:00")
    assert back(day) == WayBack(Return.RESUMING, None, MissCause.NO_ANSWER)
    day.until("10:30")
    assert back(day) == WayBack(Return.SHIFT, clock("11:00"))
    day.until("11:00")
    assert day.presence("amina") is Presence.AVAILABLE


@pytest.mark.parametrize("word", [AgentResumed, AgentLoggedIn])
def test_any_word_of_the_agent_that_they_are_there_brings_them_back(word: type) -> None:
    for consequence in (PauseAfter(1), PauseAfter(1, seconds(600)), Skip(seconds(600))):
        day = after_a_miss(MissCause.NO_ANSWER, consequence)
        day.tell(word("amina"))
        assert day.offered() == [("c", "amina")]


def test_logging_in_does_not_end_a_pause_of_the_agents_own() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentPaused("amina", "lunch"), AgentLoggedIn("amina"))
    assert day.reason("amina") == "lunch"
    assert back(day) == WayBack(Return.RESUMING)


def test_an_own_pause_takes_the_place_of_telekits_and_does_not_end_by_itself() -> None:
    day = after_a_miss(MissCause.NO_ANSWER, PauseAfter(1, seconds(60)))
    day.tell(AgentPaused("amina", "lunch"))
    day.after(3600)
    assert day.reason("amina") == "lunch"


@pytest.mark.parametrize("consequence", [PauseAfter(1), Skip(seconds(600)), UntilRegistered()])
@pytest.mark.parametrize("comes_back", ["registers", "is reachable again"])
def test_unreachable_is_over_when_the_phone_registers(
    consequence: PauseAfter | Skip | UntilRegistered, comes_back: str
) -> None:
    day = after_a_miss(MissCause.UNREACHABLE, consequence)
    assert day.offered() == []
    day.after(10)
    if comes_back == "registers":
        day.tell(PhoneRegistered(sip("amina")))
    else:
        day.tell(PhoneSeen(sip("amina"), reachable=False))
        day.tell(PhoneSeen(sip("amina"), reachable=True))
    assert day.offered() == [("c", "amina")]


@pytest.mark.parametrize("consequence", [PauseAfter(1), Skip(seconds(600))])
def test_registering_ends_nothing_that_had_another_cause(consequence: PauseAfter | Skip) -> None:
    day = after_a_miss(MissCause.REJECTED, consequence)
    day.after(10)
    day.tell(PhoneRegistered(sip("amina")))
    assert day.offered() == []


@pytest.mark.parametrize("consequence", [PauseAfter(1), Skip(seconds(600))])
def test_busy_is_over_when_the_phone_that_was_in_use_is_free(consequence: PauseAfter | Skip) -> None:
    day = after_a_miss(MissCause.BUSY, consequence)
    day.after(5)
    day.phone("amina", engaged=True)
    assert day.offered() == []
    day.after(30)
    day.phone("amina")
    assert day.offered() == [("c", "amina")]


def test_late_news_of_telekits_own_leg_does_not_say_that_a_busy_phone_is_free() -> None:
    day = after_a_miss(MissCause.BUSY, Skip(seconds(30)))
    day.phone("amina", engaged=True)
    day.after(1)
    day.phone("amina")
    assert day.offered() == []
    assert day.presence("amina") is Presence.PAUSED


def test_a_call_taken_after_all_ends_what_the_miss_has_led_to() -> None:
    day = after_a_miss(MissCause.NO_ANSWER, PauseAfter(1))
    day.answer("c.1")
    day.end("c")
    assert day.presence("amina") is Presence.AVAILABLE


@pytest.mark.parametrize(
    ("cause", "consequence", "way"),
    [
        (MissCause.NO_ANSWER, PauseAfter(1), Return.RESUMING),
        (MissCause.REJECTED, PauseAfter(1), Return.RESUMING),
        (MissCause.VOICEMAIL, PauseAfter(1), Return.RESUMING),
        (MissCause.BUSY, PauseAfter(1), Return.HANGING_UP),
        (MissCause.UNREACHABLE, PauseAfter(1), Return.REGISTERING),
        (MissCause.UNREACHABLE, UntilRegistered(), Return.REGISTERING),
        (MissCause.REJECTED, Skip(seconds(30)), Return.BY_ITSELF),
    ],
)
def test_the_way_back_depends_on_the_cause(
    cause: MissCause, consequence: PauseAfter | Skip | UntilRegistered, way: Return
) -> None:
    day = after_a_miss(cause, consequence)
    told = back(day)
    assert told is not None
    assert (told.how, told.missed) == (way, cause)
    assert told.at == (day.now + seconds(30) if way is Return.BY_ITSELF else None)


def test_who_is_free_rings_or_talks_needs_no_way_back() -> None:
    day = Day(plan([agent("amina")]))
    assert back(day) is None
    day.call("c")
    assert back(day) is None
    day.answer("c.1")
    assert back(day) is None


def test_a_wrap_up_ends_by_itself() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(WrapUpExtended("amina", day.now + seconds(40)))
    assert back(day) == WayBack(Return.BY_ITSELF, day.now + seconds(40))


def test_who_is_logged_out_comes_back_by_logging_in_or_with_the_shift_that_does_it() -> None:
    day = Day(
        plan(
            [
                agent("early", "06:00-08:00"),
                agent("out", "08:00-18:00"),
                agent("by-code", "20:00-22:00", login=Login.CODE),
            ]
        )
    )
    day.tell(AgentLoggedOut("out"))
    assert back(day, "early") == WayBack(Return.SHIFT, clock("06:00") + seconds(86_400))
    assert back(day, "out") == WayBack(Return.LOGGING_IN)
    assert back(day, "by-code") == WayBack(Return.LOGGING_IN)


def test_a_number_that_could_not_be_reached_comes_back_by_itself() -> None:
    day = Day(plan([agent("luc", phones=(TEL,))]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    assert back(day, "luc") == WayBack(Return.BY_ITSELF, day.now + seconds(60), MissCause.UNREACHABLE)


def test_a_phone_that_was_never_registered_has_missed_nothing() -> None:
    day = Day(plan([agent("amina")]), reachable=False)
    assert back(day) == WayBack(Return.REGISTERING)


def test_an_absent_agent_never_pins_a_queue() -> None:
    """Asked first and never there: each call loses one ring to them at most, and soon none."""
    day = Day(plan([agent("absent"), agent("luc")]))
    lost = []
    for call in "1234":
        day.call(call)
        offered = [name for _, name in day.offered()]
        if offered == ["absent"]:
            day.after(20)
            day.miss(f"{call}.1")
            offered += [name for _, name in day.offered()]
        lost.append(offered.count("absent"))
        assert offered[-1] == "luc"
        day.answer(f"{call}.{len(offered)}")
        day.after(60)
        day.end(call)
    assert lost == [1, 1, 0, 0]
    assert day.reason("absent") == "2 missed offers"
