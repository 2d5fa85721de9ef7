"""What calls that are over have taught."""

from datetime import timedelta

import pytest

from telekit.acd.actions import Abandoned, Finished, Joined, Offer
from telekit.acd.experience import REMEMBERED, Experience, Lengths, Rate
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from tests.acd.day import clock, seconds, sip

NINE = clock("09:00")
CALL, HELP, AMINA = CallId("call"), QueueName("help"), AgentName("amina")


def lengths(*values: float) -> Lengths:
    made = Lengths()
    for value in values:
        made.add(value)
    return made


def offer(number: int) -> Offer:
    return Offer(OfferId(f"call.{number}"), CALL, HELP, AMINA, sip("amina"), seconds(20), 0, seconds(0))


def joined(number: int, rang: float) -> Joined:
    return Joined(OfferId(f"call.{number}"), CALL, HELP, AMINA, seconds(0), seconds(rang))


def test_what_has_lasted_for_long_is_compared_with_what_lasted_longer() -> None:
    known = lengths(500, 100, 300, 200, 400)
    assert known.longer_than(0) == [100, 200, 300, 400, 500]
    assert known.longer_than(200) == [300, 400, 500]
    assert known.mean == 300
    assert known.middle == 300


def test_too_few_that_lasted_longer_say_nothing() -> None:
    assert lengths(100, 200, 300, 400, 500).longer_than(350) == ()


def test_only_the_latest_are_remembered() -> None:
    known = lengths(*[1000] * 10, *[10] * REMEMBERED)
    assert len(known) == REMEMBERED
    assert known.longer_than(0) == [10] * REMEMBERED
    assert known.mean == 10


def test_one_that_is_far_out_hardly_counts() -> None:
    assert lengths(*[100] * 30, 20_000).middle == 100


def test_a_pickup_counts_from_the_first_offer_missed_ones_included() -> None:
    experience = Experience()
    experience.learn([offer(1)], NINE)
    experience.learn([offer(2)], NINE + seconds(20))
    experience.learn([joined(2, 5)], NINE + seconds(25))
    assert experience.of(HELP).pickups.middle == 25
    assert experience.of(None).pickups.middle == 25


def test_the_next_call_of_a_caller_who_gave_up_starts_anew() -> None:
    experience = Experience()
    experience.learn([offer(1)], NINE)
    experience.learn([Abandoned(CALL, HELP, seconds(10))], NINE + seconds(10))
    experience.learn([offer(2)], NINE + seconds(100))
    experience.learn([joined(2, 5)], NINE + seconds(105))
    assert experience.of(HELP).pickups.middle == 5


def test_conversations_are_known_by_queue_and_of_all() -> None:
    experience = Experience()
    experience.learn([Finished(CALL, HELP, AMINA, seconds(60))], NINE)
    experience.learn([Finished(CALL, None, AMINA, seconds(20))], NINE)
    assert experience.of(HELP).talks.longer_than(0) == [60]
    assert experience.of(None).talks.longer_than(0) == [20, 60]


def test_time_on_hold_is_part_of_what_a_conversation_takes() -> None:
    experience = Experience()
    experience.learn([Finished(CALL, HELP, AMINA, seconds(60), seconds(30))], NINE)
    assert experience.of(HELP).talks.middle == 90


def test_callers_are_as_impatient_as_the_time_they_waited_and_the_number_that_gave_up_say() -> None:
    experience = Experience()
    assert experience.of(HELP).impatience == 0
    for _ in range(500):
        experience.learn([Abandoned(CALL, HELP, seconds(100))], NINE)
        experience.learn([joined(1, 0)], NINE)
    assert 0.005 < experience.of(HELP).impatience < 0.02


def test_how_often_calls_come_is_told_by_the_last_half_hour_or_so() -> None:
    rate = Rate(NINE)
    at = NINE
    for _ in range(500):
        at += timedelta(seconds=60)
        rate.happened(at)
    assert rate.every(at) == pytest.approx(60, rel=0.05)
    assert rate.every(at + timedelta(hours=2)) > 1000
