"""What is told of phones counts while nothing else keeps their agents from calls; then it is news, once."""

from telekit.acd.events import AgentPaused, AgentResumed, PhoneRegistered, PhoneSeen
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from tests.acd.day import Day, agent, plan, queue, seconds, sip

AMINA = AgentName("amina")
FREE, BUSY = PhoneSeen(sip("amina"), reachable=True), PhoneSeen(sip("amina"), reachable=True, engaged=True)
GONE = PhoneSeen(sip("amina"), reachable=False)


def news(day: Day) -> list[PhoneRegistered | PhoneSeen]:
    return day.distributor.phone_news()


def test_a_phone_that_becomes_reachable_on_shift_is_news_once() -> None:
    day = Day(plan([agent("amina")]))
    assert news(day) == [FREE]
    assert news(day) == []
    day.phone("amina")
    assert news(day) == []


def test_off_shift_it_is_none_until_the_shift_begins() -> None:
    day = Day(plan([agent("amina", "10:00-18:00")]))
    assert news(day) == []
    day.until("10:00")
    assert news(day) == [FREE]


def test_in_a_pause_it_is_none_until_the_agent_is_back_and_only_how_it_is_then() -> None:
    day = Day(plan([agent("amina")]))
    news(day)
    day.tell(AgentPaused(AMINA))
    day.phone("amina", engaged=True)
    day.phone("amina", reachable=False)
    assert news(day) == []
    day.tell(AgentResumed(AMINA))
    assert news(day) == [GONE]


def test_telekits_own_call_is_none_where_the_phone_is_free_before_the_agent_is() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    news(day)
    day.call("1")
    day.phone("amina", engaged=True)
    day.answer("1.1")
    day.phone("amina")
    day.end("1")
    assert news(day) == []


def test_a_phone_that_still_hangs_up_when_the_agent_is_free_is_news_and_so_is_its_end() -> None:
    day = Day(plan([agent("amina")]))
    news(day)
    day.call("1")
    day.phone("amina", engaged=True)
    day.answer("1.1")
    assert news(day) == []
    day.end("1")
    assert news(day) == [BUSY]
    day.phone("amina")
    assert news(day) == [FREE]


def test_a_phone_that_registers_after_it_could_not_be_rung_is_news() -> None:
    day = Day(plan([agent("amina")]))
    day.call("1")
    news(day)
    day.tell(PhoneRegistered(sip("amina")))
    assert news(day) == []
    day.miss("1.1", MissCause.UNREACHABLE)
    day.tell(PhoneRegistered(sip("amina")))
    assert news(day) == [PhoneRegistered(sip("amina"))]


def test_a_number_that_was_never_seen_counts_as_reachable_and_is_no_news() -> None:
    tel = Phone(PhoneKind.TEL, "+33199005512")
    day = Day(plan([agent("amina", phones=(tel,))]), reachable=False)
    assert news(day) == []
