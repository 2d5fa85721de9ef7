"""Ring-all: every free agent's phone rings for one call, and whoever answers first has it."""

from telekit.acd.actions import Joined, Offer, OfferEnded, Queued, Withdraw
from telekit.acd.events import (
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    CallGone,
    ConversationFound,
    OfferDropped,
    PhoneSeen,
    RingEnded,
)
from telekit.domain.names import OfferId
from telekit.domain.presence import Presence
from telekit.domain.queue import RUNG_AT_ONCE, MissCause, PauseAfter, Strategy
from tests.acd.day import Day, agent, plan, queue, seconds, sip, step

ALL = step(0, Strategy.RING_ALL)
PATIENT = {MissCause.NO_ANSWER: PauseAfter(9)}


def ring_all(*names: str, **rest: object) -> Day:
    agents = [agent(name) for name in names or ("amina", "luc", "zoe")]
    return Day(plan(agents, queue("help", ALL, **{"missed": PATIENT, **rest})))


def rang_out(day: Day, **causes: MissCause | None) -> None:
    """End the running offers of one ring, each agent's in the way that is named."""
    offers = {offer.agent: offer.offer for offer in day.distributor.offers()}
    day.tell(RingEnded({OfferId(offers[name]): cause for name, cause in causes.items()}))


def test_every_free_agent_is_rung_at_once() -> None:
    day = ring_all()
    day.tell(AgentPaused("luc"))
    day.call("c")
    assert day.offered() == [("c", "amina"), ("c", "zoe")]
    assert [offer.offer for offer in day.all(Offer)] == ["c.1", "c.2"]
    assert day.presence("amina") is day.presence("zoe") is Presence.OFFERED
    assert [offer.agent for offer in day.distributor.call("c").offers] == ["amina", "zoe"]


def test_whoever_answers_first_has_the_call_and_nothing_follows_for_the_others() -> None:
    day = ring_all()
    day.call("c")
    day.after(4)
    day.answer("c.2")
    assert [(joined.agent, joined.rang) for joined in day.all(Joined)] == [("luc", seconds(4))]
    assert day.withdrawn() == [("c.1", "answered"), ("c.3", "answered")]
    assert [(ended.agent, ended.cause) for ended in day.all(OfferEnded)] == [("amina", None), ("zoe", None)]
    assert day.presence("amina") is day.presence("zoe") is Presence.AVAILABLE
    assert day.presence("luc") is Presence.ON_CALL


def test_an_answer_that_comes_second_changes_nothing() -> None:
    day = ring_all()
    day.call("c")
    day.answer("c.2")
    assert day.answer("c.3") == []
    assert day.presence("zoe") is Presence.AVAILABLE


def test_who_declines_stops_ringing_and_the_others_ring_on() -> None:
    day = ring_all()
    day.call("c")
    day.miss("c.1", MissCause.REJECTED)
    assert day.offered() == []
    assert day.presence("amina") is Presence.PAUSED
    assert day.presence("luc") is day.presence("zoe") is Presence.OFFERED
    assert [offer.agent for offer in day.distributor.call("c").offers] == ["luc", "zoe"]


def test_when_nobody_answers_each_has_their_own_cause_and_consequence() -> None:
    day = ring_all(missed={MissCause.NO_ANSWER: PauseAfter(1)})
    day.call("c")
    rang_out(day, amina=MissCause.NO_ANSWER, luc=MissCause.BUSY, zoe=MissCause.UNREACHABLE)
    assert [(ended.agent, ended.cause.value, ended.consequence) for ended in day.all(OfferEnded)] == [
        ("amina", "no-answer", "paused after 1 missed offer"),
        ("luc", "busy", "skipped for 30s"),
        ("zoe", "unreachable", "sip:zoe not rung until it registers"),
    ]
    assert day.all(Queued) == [Queued("c", "help", day.now)]


def test_when_nobody_answers_all_are_rung_again() -> None:
    day = ring_all()
    day.call("c")
    rang_out(day, **dict.fromkeys(("amina", "luc", "zoe"), MissCause.NO_ANSWER))
    assert sorted(day.offered()) == [("c", "amina"), ("c", "luc"), ("c", "zoe")]
    assert [offer.offer for offer in day.all(Offer)] == ["c.4", "c.5", "c.6"]


def test_those_who_did_not_answer_are_spared_while_somebody_else_is_free() -> None:
    day = ring_all()
    day.tell(AgentPaused("zoe"))
    day.call("c")
    day.tell(AgentResumed("zoe"))
    assert day.offered() == []
    rang_out(day, amina=MissCause.NO_ANSWER, luc=MissCause.NO_ANSWER)
    assert day.offered() == [("c", "zoe")]
    rang_out(day, zoe=MissCause.NO_ANSWER)
    assert sorted(agent for _, agent in day.offered()) == ["amina", "luc", "zoe"]


def test_the_call_whose_ring_ends_comes_before_a_later_one_for_the_agents_that_it_sets_free() -> None:
    day = ring_all()
    day.call("first")
    day.call("second")
    assert day.offered() == []
    rang_out(day, **dict.fromkeys(("amina", "luc", "zoe"), MissCause.NO_ANSWER))
    assert {call for call, _ in day.offered()} == {"first"}


def test_those_whom_another_answer_sets_free_are_rung_for_the_next_call() -> None:
    day = ring_all()
    day.call("first")
    day.call("second")
    day.answer("first.2")
    assert sorted(day.offered()) == [("second", "amina"), ("second", "zoe")]


def test_who_answered_but_was_never_joined_declined_and_the_caller_keeps_the_place() -> None:
    day = ring_all()
    day.call("c")
    day.after(5)
    rang_out(day, amina=None, luc=MissCause.REJECTED, zoe=None)
    assert sorted(day.offered()) == [("c", "amina"), ("c", "zoe")]
    assert day.presence("luc") is Presence.PAUSED
    assert day.distributor.call("c").entered_at == day.now - seconds(5)


def test_whose_shift_ends_stops_ringing_and_the_others_ring_on() -> None:
    agents = [agent("amina", "08:00-13:00"), agent("luc")]
    day = Day(plan(agents, queue("help", ALL)), at="12:59:50")
    day.call("c")
    day.until("13:00")
    assert day.withdrawn() == [("c.1", "shift-ended")]
    assert day.presence("luc") is Presence.OFFERED
    assert day.offered() == []


def test_who_pauses_or_logs_out_stops_ringing_and_the_others_ring_on() -> None:
    day = ring_all()
    day.call("c")
    day.tell(AgentPaused("amina"), AgentLoggedOut("zoe"))
    assert day.withdrawn() == [("c.1", "agent-gone"), ("c.3", "agent-gone")]
    assert [offer.agent for offer in day.distributor.offers()] == ["luc"]
    day.tell(AgentPaused("luc"), AgentResumed("luc"))
    assert day.offered() == [("c", "luc")]


def test_a_caller_who_hangs_up_stops_every_phone() -> None:
    day = ring_all()
    day.call("c")
    day.tell(CallGone("c"))
    assert day.withdrawn() == [("c.1", "call-gone"), ("c.2", "call-gone"), ("c.3", "call-gone")]
    assert all(seen.presence.presence is Presence.AVAILABLE for seen in day.distributor.agents())


def test_a_conversation_that_the_switch_shows_stops_every_other_phone() -> None:
    day = ring_all()
    day.call("c")
    day.tell(ConversationFound("c", "zoe", "help", day.now))
    assert [joined.offer for joined in day.all(Joined)] == ["c.3"]
    assert day.withdrawn() == [("c.1", "answered"), ("c.2", "answered")]


def test_a_ring_of_which_nothing_is_heard_is_given_up_and_all_are_rung_again() -> None:
    day = ring_all("amina", "zoe")
    day.call("c")
    day.after(30)
    assert day.withdrawn() == [("c.1", "overdue"), ("c.2", "overdue")]
    assert sorted(day.offered()) == [("c", "amina"), ("c", "zoe")]


def test_the_call_rests_only_when_the_switch_failed_at_all_of_them() -> None:
    day = ring_all("amina", "luc")
    day.call("c")
    day.tell(OfferDropped("c.1"))
    assert not day.distributor.call("c").rests
    day.tell(OfferDropped("c.2"))
    assert day.distributor.call("c").rests


def test_a_phone_that_two_agents_share_rings_once() -> None:
    agents = [agent("amina", phones=(sip("desk"),)), agent("luc", phones=(sip("desk"),)), agent("zoe")]
    day = Day(plan(agents, queue("help", ALL)))
    day.call("c")
    assert day.offered() == [("c", "amina"), ("c", "zoe")]


def test_of_many_free_agents_those_ring_who_have_been_idle_longest() -> None:
    names = [f"agent-{number:02}" for number in range(RUNG_AT_ONCE + 5)]
    day = Day(plan([agent(name) for name in names], queue("help", ALL), queue("other")))
    day.talk("early", "other")
    day.call("c")
    assert [offered for _, offered in day.offered()] == names[1 : RUNG_AT_ONCE + 1]


def test_agents_whom_a_later_step_adds_ring_with_the_earlier_ones_if_that_step_rings_all_too() -> None:
    agents = [agent("amina", french=9), agent("luc", french=3), agent("zoe")]
    steps = (step(0, Strategy.RING_ALL, french=5), step(30, Strategy.RING_ALL, french=1), step(60, Strategy.FIXED))
    day = Day(plan(agents, queue("help", *steps)))
    day.call("late", entered="08:59:30")
    assert day.offered() == [("late", "amina"), ("late", "luc")]
    assert [offer.step for offer in day.all(Offer)] == [0, 1]


def test_a_step_that_rings_all_does_not_ring_those_of_a_step_before_it_that_does_not() -> None:
    agents = [agent("amina", french=9), agent("luc", french=9), agent("zoe"), agent("nora")]
    steps = (step(0, Strategy.FIXED, french=5), step(30, Strategy.RING_ALL))
    day = Day(plan(agents, queue("help", *steps)))
    day.call("c", entered="08:59")
    assert day.offered() == [("c", "amina")]
    day.call("d", entered="08:59")
    assert day.offered() == [("d", "luc")]
    day.call("e", entered="08:59")
    assert day.offered() == [("e", "zoe"), ("e", "nora")]


def test_who_becomes_free_while_others_ring_is_rung_in_the_next_ring() -> None:
    day = ring_all()
    day.tell(PhoneSeen(sip("zoe"), reachable=False))
    day.call("c")
    assert day.tell(PhoneSeen(sip("zoe"), reachable=True)) != []
    assert not day.all(Offer)
    assert not day.all(Withdraw)
    day.miss("c.1")
    assert day.offered() == []
    rang_out(day, luc=MissCause.NO_ANSWER)
    assert day.offered() == [("c", "zoe")]
