"""Each law of the killed hour can be broken: a right recording breaks none, one with one thing wrong breaks the one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.killing.callers_laws import returns
from tests.killing.figures import figures
from tests.killing.judge import judge
from tests.killing.record import NEVER, Life, Record, Ring, Silence, Visit
from tests.killing.seen import TALKS, WAITS, fact, glimpse, recording, stands

LATE, NORA = "+33199000003", "nora"
Change = Callable[[Record], object]


def broken(record: Record) -> set[str]:
    return {breach.law for breach in judge(record)}


def test_a_right_recording_breaks_no_law() -> None:
    assert judge(recording()) == []


def cut(record: Record) -> None:
    record.rings[0].over_at = record.visits[0].ended_at = 10.0
    record.visits[0].by = "callee"


def talks_for_ever(record: Record) -> None:
    record.rings[0].over_at = NEVER


def goes_silent(record: Record) -> None:
    record.silences.append(Silence("caller", TALKS, 9.5, 12.0))


def comes_back_late(record: Record) -> None:
    del record.glimpses[2:4]
    record.rings[1].rang_at, record.rings[1].answered_at = 16.5, 17.0


def never_comes_back(record: Record) -> None:
    del record.glimpses[2:4], record.rings[1]
    record.visits[1].by = "caller"


def loses_the_place(record: Record) -> None:
    record.glimpses[2] = glimpse(12.4, "on-call", "paused", stands(12.1))


def is_told_a_wait_that_began_later(record: Record) -> None:
    record.glimpses = [
        replace(each, calls=tuple(stands(7.0) for _ in each.calls)) for each in record.glimpses if each.at > 7.0
    ]


def is_overtaken(record: Record) -> None:
    record.visits.append(Visit(LATE, "billing", 8.0, 30.0, "caller"))
    record.rings.append(Ring(NORA, LATE, 12.5, NEVER, 12.9, by="cancelled"))


def is_available_while_talking(record: Record) -> None:
    record.glimpses[3:5] = [glimpse(at, "available", "on-call") for at in (13.0, 18.5)]


def is_offered_without_a_ring(record: Record) -> None:
    record.glimpses += [glimpse(at, "offered", "available") for at in (30.0, 33.0, 36.0)]


def is_out_of_reach(record: Record) -> None:
    record.glimpses += [glimpse(at, "unreachable", "available") for at in (30.0, 36.0)]


def rings_in_a_pause(record: Record) -> None:
    record.rings[1].rang_at = 12.5


def is_no_longer_paused(record: Record) -> None:
    record.glimpses[2] = glimpse(12.4, "on-call", "available", stands(5.1))


def stays_paused_after_coming_back(record: Record) -> None:
    del record.glimpses[3:]
    record.glimpses += [glimpse(at, "on-call", "paused") for at in (13.5, 15.0, 19.0)]


def is_rung_for_another(record: Record) -> None:
    record.visits.append(Visit(LATE, "technical", 14.0, 16.0, "caller"))
    record.rings.append(Ring("amina", LATE, 15.0, NEVER, 16.0, by="cancelled"))


def two_phones_ring(record: Record) -> None:
    record.rings.append(Ring(NORA, WAITS, 13.2, NEVER, 13.8, by="cancelled"))


def all_are_rung_again_after_the_answer(record: Record) -> None:
    record.visits[1].queue = "crew"
    record.rings.append(Ring(NORA, WAITS, 16.0, NEVER, 17.0, by="cancelled"))


def is_damaged(record: Record) -> None:
    record.unreadable.append("database disk image is malformed")


def is_out_of_order(record: Record) -> None:
    record.facts[4:6] = reversed(record.facts[4:6])


def without(kind: str, call: str) -> Change:
    def take_out(record: Record) -> None:
        record.facts = [line for line in record.facts if (line.kind, line.call) != (kind, call)]

    return take_out


def has_talked_longer(record: Record) -> None:
    record.facts[7] = fact(25.0, "finished", "2", "luc", talked=13.0)


def is_joined_twice(record: Record) -> None:
    record.facts.insert(5, fact(14.1, "joined", "2", "luc"))


def gave_up_too(record: Record) -> None:
    record.facts.insert(5, fact(14.1, "abandoned", "2"))


def is_said_to_have_given_up(record: Record) -> None:
    record.visits.append(Visit(LATE, "billing", 13.0, 20.0, "callee"))
    record.facts += [fact(26.0, kind, "3", caller=LATE) for kind in ("call-arrived", "abandoned", "call-ended")]


def is_unheard_of(record: Record) -> None:
    record.visits.append(Visit(LATE, "billing", 13.5, 20.0, "caller"))


@pytest.mark.parametrize(
    ("change", "laws"),
    [
        (cut, {"conversation", "agent", "totals: talk"}),
        (talks_for_ever, {"conversation", "agent", "totals: talk"}),
        (goes_silent, {"sound"}),
        (comes_back_late, {"back in line", "agent", "totals: talk"}),
        (never_comes_back, {"back in line", "totals: joined", "totals: finished", "totals: outcome"}),
        (loses_the_place, {"wait"}),
        (is_told_a_wait_that_began_later, {"wait"}),
        (is_overtaken, {"order", "totals: outcome"}),
        (is_available_while_talking, {"agent"}),
        (is_offered_without_a_ring, {"agent"}),
        (is_out_of_reach, {"agent"}),
        (rings_in_a_pause, {"absence"}),
        (is_no_longer_paused, {"absence"}),
        (stays_paused_after_coming_back, {"absence", "agent"}),
        (is_rung_for_another, {"rung twice", "totals: outcome"}),
        (two_phones_ring, {"rung twice"}),
        (all_are_rung_again_after_the_answer, {"rung twice"}),
        (is_damaged, {"readable"}),
        (is_out_of_order, {"readable"}),
        (without("joined", "2"), {"totals: joined", "totals: outcome"}),
        (without("finished", "1"), {"totals: finished"}),
        (without("call-ended", "1"), {"totals: end"}),
        (has_talked_longer, {"totals: talk"}),
        (is_joined_twice, {"totals: joined"}),
        (gave_up_too, {"totals: outcome"}),
        (is_said_to_have_given_up, {"totals: outcome"}),
        (is_unheard_of, {"totals: outcome"}),
    ],
)
def test_one_thing_wrong_breaks_its_law(change: Change, laws: set[str]) -> None:
    record = recording()
    change(record)
    assert broken(record) == laws


def test_a_span_may_be_off_by_as_much_as_the_observer_itself_was_late() -> None:
    record = recording()
    has_talked_longer(record)
    assert judge(record, slack=1.0) != []
    assert judge(record, slack=2.0) == []


def test_a_caller_whose_phone_rang_on_has_the_time_from_the_end_of_the_ring() -> None:
    record = recording()
    record.rings.insert(1, Ring(NORA, WAITS, 9.0, NEVER, 12.0, by="cancelled"))
    assert [(each.number, each.since, each.back_at) for each in returns(record)] == [(WAITS, 12.0, 12.4)]


def test_who_was_back_only_after_another_kill_is_not_held_against_the_one_before() -> None:
    record = recording()
    record.lives[1:] = [Life(10.2, 10.6, 10.8, "in recovery"), Life(11.0, 12.0)]
    assert [(each.number, each.life.started_at) for each in returns(record)] == [(WAITS, 11.0)]
    assert judge(record) == []


def test_what_a_telekit_showed_last_is_not_held_against_it_once_it_is_killed() -> None:
    record = recording()
    record.lives[1] = Life(17.0, 17.5)
    record.glimpses[1:5] = [
        glimpse(9.9, "wrap-up", "paused", stands(5.1)),
        glimpse(17.1, "on-call", "on-call"),
    ]
    (span,) = figures(record, "autumn")["contradicted"]
    assert span == 4.5, "from the last that was right to the kill"


def test_who_came_and_went_while_no_telekit_was_there_is_in_no_journal() -> None:
    record = recording()
    record.visits.append(Visit(LATE, "billing", 10.2, 11.9, "caller"))
    assert judge(record) == []
    assert figures(record, "autumn")["uncounted"] == 1


def test_who_waited_through_several_kills_in_recovery_was_never_asked_for() -> None:
    record = recording()
    record.lives[1:] = [Life(10.2, 10.6, 11.0, "in recovery"), Life(11.1, 11.9)]
    record.visits.append(Visit(LATE, "billing", 10.2, 13.0, "caller"))
    assert judge(record) == []
    record.visits[-1].ended_at = 13.5
    assert broken(record) == {"totals: outcome"}


def test_an_answer_that_crosses_the_pause_of_the_same_agent_is_no_conversation_that_was_lost() -> None:
    record = recording()
    record.rings.insert(1, Ring("luc", WAITS, 5.2, 5.95, 5.96, by="caller"))
    assert broken(record) == set()
    record.absences[0].since = 6.5
    assert broken(record) == {"conversation"}


def test_who_is_passed_on_hears_that_agent_no_more() -> None:
    record = recording()
    record.silences.append(Silence("caller", TALKS, 18.45, 20.0))
    assert broken(record) == {"sound"}
    record.rings[0].by, record.rings[0].passed_at = "passed on", 19.9
    record.visits[0].passed_on, record.visits[0].by = True, "callee"
    record.facts.insert(6, fact(20.0, "diverted", "1", reason="overflow"))
    assert broken(record) == set()


def test_who_is_passed_on_to_a_full_queue_overflows_there() -> None:
    record = recording()
    record.rings[0].by, record.rings[0].passed_at = "passed on", 19.9
    record.visits[0].passed_on, record.visits[0].by = True, "callee"
    record.facts.insert(6, fact(20.0, "diverted", "1", reason="overflow"))
    assert broken(record) == set()
    record.facts[6] = fact(20.0, "diverted", "1", reason="exit")
    assert broken(record) == {"totals: outcome"}


def test_who_is_passed_on_while_no_telekit_is_there_and_gives_up_has_only_talked() -> None:
    record = recording()
    record.rings[0].by, record.rings[0].passed_at, record.rings[0].over_at = "passed on", 10.4, 10.5
    record.visits[0].passed_on, record.visits[0].ended_at = True, 11.9
    record.facts[5] = fact(20.0, "finished", "1", "amina", talked=7.5)
    record.glimpses[2:5] = [
        glimpse(12.4, "wrap-up", "paused", stands(5.1)),
        glimpse(13.5, "wrap-up", "offered", stands(5.1)),
        glimpse(15.0, "available", "on-call"),
    ]
    assert broken(record) == set()
    record.visits[0].ended_at = 15.0
    assert broken(record) == {"totals: outcome"}


def test_a_conversation_whose_end_no_telekit_saw_may_count_up_to_the_start() -> None:
    record = recording()
    record.rings[0].over_at = record.visits[0].ended_at = 10.5
    record.facts[5] = fact(20.0, "finished", "1", "amina", talked=8.0)
    record.glimpses[2:5] = [
        glimpse(12.4, "wrap-up", "paused", stands(5.1)),
        glimpse(13.5, "wrap-up", "offered", stands(5.1)),
        glimpse(15.0, "available", "on-call"),
    ]
    assert judge(record) == []
    found = figures(record, "autumn")
    assert (found["talked_seen"], found["talked_told"], found["talked_unseen"]) == (17.5, 19.0, 1.5)


def test_the_figures_tell_what_was_going_on_at_each_kill() -> None:
    (kill,) = figures(recording(), "autumn")["kills"]
    assert kill == {"aim": "any moment", "talking": 1, "ringing": 0, "waiting": 1, "absent": 1}
