"""What calls of before say of those to come."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from telekit.domain.names import QueueName
from telekit.domain.queue import MissCause
from telekit.history.past_call import Outcome, PastCall, PastOffer
from telekit.simulate.observed import Observed, observe
from telekit.simulate.spread import Exponential, LogNormal
from tests.acd.day import MONDAY, ZONE, seconds

HELP = QueueName("help")
HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)


def call(name: str, at: datetime, waited: float = 0, talked: float | None = 100, **rest: object) -> PastCall:
    outcome = Outcome.ANSWERED if talked is not None else Outcome.ABANDONED
    length = seconds(talked) if talked is not None else None
    return PastCall(name, str(rest.pop("queue", "help")), at, None, outcome, seconds(waited), None, length, **rest)  # type: ignore[arg-type]


def observed(*calls: PastCall) -> Observed:
    found = observe(calls, {"help": HELP, "aide": HELP}, ZONE, HALF_AN_HOUR)
    assert found is not None
    return found


def at(day: int, clock: str) -> datetime:
    return datetime.combine(MONDAY.date() + day * DAY, time.fromisoformat(clock), ZONE)


def test_a_weekday_brings_what_it_brought_on_average_also_when_it_once_brought_nothing() -> None:
    found = observed(call("1", at(0, "09:10")), call("2", at(0, "09:20")), call("3", at(14, "09:05")))
    (rate,) = found.rates  # of three Mondays
    assert (rate.days, rate.start, rate.calls) == (frozenset({0}), time(9), 1.0)
    assert (found.calls, found.first_day, found.last_day) == (3, MONDAY.date(), MONDAY.date() + 14 * DAY)


def test_times_are_those_of_the_rules_zone() -> None:
    (rate,) = observed(call("1", datetime.fromisoformat("2026-11-23T08:40:00+00:00"))).rates
    assert rate.start == time(9, 30)


def test_a_call_counts_where_it_came_first() -> None:
    found = observe(
        [call("1", at(0, "09:00")), call("1", at(0, "09:10"), queue="sales")],
        {"help": HELP, "sales": QueueName("sales")},
        ZONE,
        HALF_AN_HOUR,
    )
    assert found is not None
    assert [(rate.queue, rate.calls) for rate in found.rates] == [(HELP, 1.0)]


def test_a_queue_may_have_had_another_name_and_unknown_ones_are_told() -> None:
    found = observed(call("1", at(0, "09:00"), queue="aide"), call("2", at(0, "09:00"), queue="fax"))
    assert (found.calls, dict(found.unknown)) == (1, {"fax": 1})


def test_nothing_is_learnt_from_no_call() -> None:
    assert observe([], {"help": HELP}, ZONE, HALF_AN_HOUR) is None


def test_talks_are_as_long_and_as_spread_as_they_were() -> None:
    talks = [60.0, 120.0] * 5
    (rate,) = observed(*(call(str(n), at(0, "09:00"), talked=talk) for n, talk in enumerate(talks))).rates
    assert isinstance(rate.talk, LogNormal)
    assert (rate.talk.mean, rate.talk.deviation) == pytest.approx((90.0, 31.62), abs=0.01)
    (few,) = observed(call("1", at(0, "09:00"), talked=90.0)).rates
    assert few.talk == Exponential(90.0)


def test_patience_is_all_waits_over_those_who_gave_up() -> None:
    waits = [call("1", at(0, "09:00"), 30), call("2", at(0, "09:00"), 10), call("3", at(0, "09:00"), 20, talked=None)]
    (rate,) = observed(*waits).rates
    assert rate.patience == Exponential(60.0)
    (patient,) = observed(call("1", at(0, "09:00"), 30)).rates
    assert patient.patience is None


def offers(*causes: MissCause | None) -> Iterator[PastOffer]:
    """Give offers that rang for 4 seconds; None was taken."""
    for cause in causes:
        yield PastOffer("amina", at(0, "09:00"), seconds(4), taken=cause is None, cause=cause)


def test_what_agents_missed_they_will_miss() -> None:
    rung = offers(None, None, MissCause.NO_ANSWER, MissCause.REJECTED, MissCause.UNREACHABLE)
    found = observed(call("1", at(0, "09:00"), offers=tuple(rung)))
    assert (found.missed, found.rejected, found.pickup) == (0.25, 0.25, Exponential(4.0))
