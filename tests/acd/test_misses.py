"""What follows for call and agent when an offer was not taken."""

import pytest

from telekit.acd.actions import Offer, OfferEnded
from telekit.acd.events import AgentResumed, OfferDropped, PhoneRegistered, PhoneSeen
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter, Skip, UntilRegistered
from tests.acd.day import Day, agent, plan, queue, seconds, sip

TEL = Phone(PhoneKind.TEL, "+33199005512")


def test_the_agent_who_missed_a_call_is_passed_over_while_another_is_free() -> None:
    """Pain 7: elsewhere an absent agent with the lowest penalty is rung again and again."""
    day = Day(plan([agent("amina"), agent("luc"), agent("zoe")]))
    day.call("c")
    day.miss("c.1")
    assert day.offered() == [("c", "luc")]
    day.miss("c.2")
    assert day.offered() == [("c", "zoe")]


def test_when_all_have_missed_a_call_the_one_whose_miss_lies_furthest_back_is_next() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(missed={MissCause.NO_ANSWER: PauseAfter(9)})))
    day.call("c")
    offered = ["amina"]
    for count in range(1, 5):
        day.miss(f"c.{count}")
        offered += [agent for _, agent in day.offered()]
    assert offered == ["amina", "luc", "amina", "luc", "amina"]


def test_somebody_who_becomes_free_comes_before_those_who_missed() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(missed={MissCause.NO_ANSWER: PauseAfter(9)})))
    day.call("busy")
    day.answer("busy.1")
    day.call("c")
    day.miss("c.1")
    day.end("busy")
    day.miss("c.2")
    assert day.offered() == [("c", "amina")]


def test_another_call_may_be_offered_to_the_agent_who_missed_one() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("a")
    day.miss("a.1")
    day.call("b")
    assert day.offered() == [("b", "amina")]


def test_two_offers_in_a_row_without_an_answer_pause_the_agent() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.miss("c.1")
    assert day.presence("amina") is Presence.OFFERED
    day.miss("c.2")
    assert day.presence("amina") is Presence.PAUSED
    assert day.reason("amina") == "2 missed offers"
    assert [ended.consequence for ended in day.all(OfferEnded)] == ["paused after 2 missed offers"]


def test_a_call_taken_in_between_forgets_the_misses() -> None:
    day = Day(plan([agent("amina")]))
    day.call("a")
    day.miss("a.1")
    day.answer("a.2")
    day.end("a")
    day.call("b")
    day.miss("b.1")
    assert day.presence("amina") is Presence.OFFERED


def test_misses_are_counted_by_cause() -> None:
    """Pain 9: elsewhere declining, busy and offline count the same."""
    missed = {MissCause.NO_ANSWER: PauseAfter(2), MissCause.BUSY: PauseAfter(2)}
    day = Day(plan([agent("amina")], queue(missed=missed)))
    day.call("c")
    day.miss("c.1", MissCause.NO_ANSWER)
    day.miss("c.2", MissCause.BUSY)
    assert day.presence("amina") is Presence.OFFERED
    day.miss("c.3", MissCause.NO_ANSWER)
    assert day.presence("amina") is Presence.PAUSED


def test_a_rejected_offer_keeps_every_call_away_for_a_while() -> None:
    day = Day(plan([agent("amina")], queue("help"), queue("other")))
    day.call("a")
    day.miss("a.1", MissCause.REJECTED)
    assert day.presence("amina") is Presence.PAUSED
    assert day.reason("amina") == "skipped: rejected"
    day.call("b", "other")
    assert day.offered() == []
    day.after(29.9)
    assert day.offered() == []
    day.after(0.1)
    assert day.offered() == [("a", "amina")]


def test_an_agent_who_resumes_ends_pause_and_skip_and_starts_afresh() -> None:
    missed = {MissCause.REJECTED: Skip(seconds(60)), MissCause.NO_ANSWER: PauseAfter(2)}
    day = Day(plan([agent("amina")], queue(missed=missed)))
    day.call("c")
    day.miss("c.1", MissCause.REJECTED)
    day.tell(AgentResumed("amina"))
    assert day.offered() == [("c", "amina")]
    day.miss("c.2")
    day.miss("c.3")
    day.tell(AgentResumed("amina"))
    day.miss("c.4")
    assert day.offered() == [("c", "amina")]


@pytest.mark.parametrize("cause", list(MissCause))
def test_a_cause_that_the_queue_does_not_name_has_the_usual_consequence(cause: MissCause) -> None:
    named, unnamed = (Day(plan([agent("amina")], queue(**rest))) for rest in ({}, {"missed": {}}))
    for day in (named, unnamed):
        day.call("c")
        day.miss("c.1", cause)
    assert unnamed.actions == named.actions


def test_a_phone_that_cannot_be_rung_comes_back_by_itself_when_it_registers() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    assert day.presence("amina") is Presence.UNREACHABLE
    assert day.offered() == []
    day.after(60)
    day.tell(PhoneRegistered(sip("amina")))
    assert day.offered() == [("c", "amina")]


def test_a_phone_that_comes_back_from_unreachable_can_be_rung_at_once() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    day.phone("amina", reachable=False)
    day.phone("amina")
    assert day.offered() == [("c", "amina")]


def test_a_switch_that_goes_on_saying_reachable_is_not_believed_at_once_lest_it_rings_in_a_loop() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    day.after(1)
    day.phone("amina")
    day.phone("amina")
    assert day.offered() == []
    day.after(4)
    assert day.offered() == [("c", "amina")]


def test_the_next_phone_is_rung_when_the_first_cannot_be() -> None:
    day = Day(plan([agent("luc", phones=(sip("luc"), TEL))]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    assert [(o.agent, o.phone) for o in day.all(Offer)] == [("luc", TEL)]


def test_a_number_that_could_not_be_reached_is_tried_again_by_itself() -> None:
    day = Day(plan([agent("luc", phones=(TEL,))]))
    day.call("c")
    day.miss("c.1", MissCause.UNREACHABLE)
    assert day.presence("luc") is Presence.UNREACHABLE
    day.after(60)
    assert day.offered() == [("c", "luc")]


def test_until_registered_may_follow_any_cause() -> None:
    day = Day(plan([agent("amina")], queue(missed={MissCause.NO_ANSWER: UntilRegistered()})))
    day.call("c")
    day.miss("c.1")
    assert day.presence("amina") is Presence.UNREACHABLE


def test_an_offer_that_the_switch_dropped_has_no_consequence_and_the_call_rests_a_moment() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.tell(OfferDropped("c.1"))
    assert [(ended.cause, ended.consequence) for ended in day.all(OfferEnded)] == [(None, "")]
    assert day.presence("amina") is Presence.AVAILABLE
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("c", "amina")]


def test_while_a_call_rests_the_next_in_line_is_served() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.call("d")
    day.tell(OfferDropped("c.1"))
    assert day.offered() == [("d", "amina")]


def test_a_skip_for_no_time_at_all_still_is_no_loop() -> None:
    day = Day(plan([agent("amina")], queue(missed={MissCause.BUSY: Skip(seconds(0))})))
    day.call("c")
    day.miss("c.1", MissCause.BUSY)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("c", "amina")]


def test_news_of_an_unknown_or_ended_offer_is_harmless() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.miss("c.1")
    for offer in ("c.1", "c.9", "nobody.1", "nonsense", ""):
        assert day.miss(offer) == []
        assert day.tell(OfferDropped(offer)) == []
    assert day.answer("nobody.1") == []


def test_a_phone_seen_that_nobody_has_is_harmless() -> None:
    day = Day(plan([agent("amina")]))
    assert day.tell(PhoneSeen(sip("stranger"), True)) == []
    assert day.tell(PhoneRegistered(sip("stranger"))) == []
